// One deployment in the making: which rule of which package for which equipment, as documents of
// the collection "rules" in one slot of the model.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/limits/documents.h"
#include "state/replica.h"
#include "stores/models/models.h"

namespace hf::flows {

using WantedText = FixedString<limits::kFieldValueBytesMax>;

// What people want of a model.
struct Wanted {
  stores::ModelName model;
  FixedString<32> version;
  WantedText to;    // equipment ids, separated by commas
  WantedText with;  // parameters
};

// The text of field `model` of its rules: "NAME.a".
using SlotName = FixedString<limits::kModelNameBytesMax + 2>;
SlotName slot_name(std::string_view model, char slot);

std::uint32_t count_equipment(std::string_view to);

// Writes rule number `index` (equipment by equipment) of a deployment.
// ok, unavailable: done, as Replica::create().  invalid: a parameter is no value of that field.
Status write_rule(state::Replica& replica, const stores::Package& package, const Wanted& wanted,
                  char slot, std::uint32_t index, const UtcReading& utc);

// Buries up to `most` rules of a slot, and counts them. ok: also when there was none.  Else as
// Replica::bury(), but for unavailable, which is ok here: some may be left.
Status bury_rules(state::Replica& replica, std::string_view model, char slot, std::uint32_t most,
                  const UtcReading& utc, std::uint32_t& buried);

}  // namespace hf::flows

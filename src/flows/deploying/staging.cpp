#include "flows/deploying/staging.h"

#include <array>

#include "state/fields.h"
#include "stores/alerts/alerts.h"

namespace hf::flows {

using documents::Change;
using documents::DocumentView;
using documents::Part;
using documents::Value;

namespace {

constexpr state::Editor kEditor{.side = documents::Side::local, .author = state::kDeploymentAuthor};

std::string_view equipment_at(std::string_view to, std::uint32_t index) {
  std::string_view word = stores::take_word(to, ", ");
  for (; index > 0; --index) word = stores::take_word(to, ", ");
  return word;
}

wire::JsonValue rule_at(const stores::Package& package, std::uint32_t index) {
  for (const wire::JsonValue rule : package.rules()) {
    if (index-- == 0) return rule;
  }
  return {};
}

Change say(std::string_view field, const Value& value) {
  return {.field = {Part::desired, field}, .value = value};
}

}  // namespace

SlotName slot_name(std::string_view model, char slot) {
  SlotName name;
  name.assign(model);
  const std::array ending{'.', slot};
  HF_ASSERT(is_ok(name.try_append({ending.data(), ending.size()})));
  return name;
}

std::uint32_t count_equipment(std::string_view to) {
  std::uint32_t count = 0;
  while (!stores::take_word(to, ", ").empty()) ++count;
  return count;
}

Status write_rule(state::Replica& replica, const stores::Package& package, const Wanted& wanted,
                  char slot, std::uint32_t index, const UtcReading& utc) {
  const std::uint32_t rules = package.rules().count();
  const std::string_view equipment = equipment_at(wanted.to.view(), index / rules);
  const wire::JsonValue rule = rule_at(package, index % rules);
  const SlotName model = slot_name(wanted.model.view(), slot);
  FixedString<2 * kIdentifierCharactersMax + 1> pattern;
  const std::string_view sensor = rule.find("sensor").text();
  for (const std::string_view piece : {equipment, std::string_view{"/"}, sensor}) {
    HF_TRY(pattern.try_append(piece));
  }
  constexpr std::size_t kFieldsMax = 12;
  std::array<Change, kFieldsMax> changes;
  std::size_t count = 0;
  changes[count++] = say("model", Value::text(model.view()));
  changes[count++] = say("pattern", Value::text(pattern.view()));
  for (const std::string_view field : {"condition", "limit", "limit_high", "hysteresis", "delay_ms",
                                       "window_ms", "severity", "latch", "text"}) {
    const wire::JsonValue member = rule.find(field);
    Value value;  // cleared, where this rule does not say it: one of before may have
    if (member.present()) {
      HF_TRY(stores::value_of(package, member, equipment, wanted.with.view(), value));
    }
    changes[count++] = say(field, value);
  }
  const state::ItemKey key = stores::alert_key(model.view(), rule.find("name").text(), equipment);
  return replica.create({.collection = state::kRules, .key = key.view()},
                        std::span{changes}.first(count), kEditor, utc);
}

Status bury_rules(state::Replica& replica, std::string_view model, char slot, std::uint32_t most,
                  const UtcReading& utc, std::uint32_t& buried) {
  const SlotName name = slot_name(model, slot);
  for (std::uint32_t place = replica.first_of(state::kRules);
       place < replica.count() && buried < most; ++place) {
    const DocumentView document = replica.at(place);
    if (document.id().collection != state::kRules) break;
    if (state::Fields(document).text(Part::desired, "model") != name.view()) continue;
    state::ItemKey key;
    key.assign(document.id().key);
    const Status status =
        replica.bury({.collection = state::kRules, .key = key.view()}, kEditor, utc);
    if (!is_ok(status) && status != Status::unavailable) return status;
    ++buried;
  }
  return Status::ok;
}

}  // namespace hf::flows

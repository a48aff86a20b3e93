// Episodes: how the gateway raises an alert and ends it. Both are edits that only the gateway
// makes; what people say about an episode is stores/alerts/alerts.h.
//
// Beside sensors the gateway has alerts of its own (system alerts): a file set aside, a medium that
// cannot be written. Their key is a single word without a dot, which no alert of a sensor has
// (equipment.sensor.rule), so rules that come and go do not end them.
//
// Outcomes of both: ok: on flash.  unavailable: done, in memory only for now.  Else not done, and
// as it was: full, refused as state::Replica.
#pragma once

#include <cstdint>
#include <string_view>

#include "documents/value.h"
#include "state/replica.h"
#include "stores/alerts/alerts.h"

namespace hf::stores {

struct Episode {
  std::string_view equipment = {};  // empty, as `sensor`, in a system alert
  std::string_view sensor = {};
  std::string_view rule = {};
  Severity severity = Severity::warning;
  double value = 0;
  bool is_flapping = false;
  documents::Value text = {};
};

// Begins the next episode of the alert: raised, whatever was said about earlier ones.
Status begin_episode(state::Replica& replica, std::string_view key, const Episode& episode,
                     const UtcReading& utc);

// Its condition is over. ok also when there is no such alert.
Status end_episode(state::Replica& replica, std::string_view key, const UtcReading& utc);

// Whether the alert of that key is the gateway's own.
constexpr bool is_system_alert(std::string_view key) {
  return key.find('.') == std::string_view::npos;
}

}  // namespace hf::stores

// Alerts: what was raised, what became of it, and what people said about it. Documents of the
// collection "alerts", read here as what they mean.
//
// An alert is of one sensor and one rule, and there is one document for it for ever: each time it
// is raised is an *episode*, counted from 1. People acknowledge and resolve an episode, not an
// alert: what is said about yesterday's, and comes late over a cut link, leaves today's raised.
//
//   L1  A person's word counts for the episode it names and for no later one.
//   L2  Of two words on one episode the state that is further on stands: resolved, acknowledged,
//       raised.
#pragma once

#include <cstdint>
#include <string_view>

#include "state/fields.h"
#include "state/replica.h"
#include "vocabulary/identifiers.h"

namespace hf::stores {

enum class AlertState : std::uint8_t { raised, acknowledged, resolved };
enum class Severity : std::uint8_t { info, warning, critical };

std::string_view to_text(AlertState state);
std::string_view to_text(Severity severity);
// What is not said, or not known here, is a warning: neither hidden nor alarming.
Severity severity_of(std::string_view text);

// Looks at a document of the replica; good until the next change.
struct Alert {
  AlertState state = AlertState::resolved;
  Severity severity = Severity::warning;
  std::string_view key;
  std::string_view equipment;
  std::string_view sensor;
  std::string_view rule;
  std::string_view text;
  std::string_view note;
  double value = 0;
  std::int64_t episode = 0;
  std::int64_t since_ms = 0;  // UTC; 0: our clock was not set
  bool is_active = false;     // its condition holds, or it is latched
  bool is_flapping = false;
};

Alert read_alert(const documents::DocumentView& document);

// "equipment.sensor.rule", or, where that is too long for a key, its beginning and a checksum.
state::ItemKey alert_key(std::string_view equipment, std::string_view sensor,
                         std::string_view rule);

// Of all alerts, or of one equipment's: how many are in a state that is not resolved.
struct AlertFigures {
  std::uint32_t raised = 0;
  std::uint32_t acknowledged = 0;
  Severity worst = Severity::info;
  bool any() const { return raised + acknowledged > 0; }
};
// `equipment` empty: all. O(alerts).
AlertFigures count_alerts(const state::Replica& replica, std::string_view equipment = {});

}  // namespace hf::stores

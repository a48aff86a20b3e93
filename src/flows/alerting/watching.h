// One rule looking at one sensor: does its condition hold, for how long, and is that worth raising?
//
// Pure: the same readings at the same times give the same answers; no clock, no store. What must be
// remembered of each pair of rule and sensor is one Watch, sized once. Rules are records, and what
// a condition means is one row in a table.
//
//   above      the value is above `limit`; over when it is back by `hysteresis`
//   below      below `limit`
//   range      below `limit` or above `limit_high`
//   rate       it changes faster than `limit` a second, measured over `window`
//   deviation  it is further from its moving mean than `limit` standard deviations, both over
//              `window`; while it is, they do not follow it
//   stale      nothing was heard for `window`
//   stuck      it has not changed for `window`
//
//   W1  A condition must hold for `delay` without a break before it is raised.
//   W2  What is raised ends when the condition is over by the hysteresis, not before.
//   W3  What is latched ends only by a person's word.
//   W4  What is raised so many times within a span is flapping (AlertDefaults): it stays raised
//       until its condition was over for that long.
//   W5  A reading that is none (no contact, a fault of the device, not a number) is not heard.
#pragma once

#include <cstdint>

#include "config/settings/table.h"
#include "stores/alerts/alerts.h"
#include "vocabulary/reading.h"
#include "vocabulary/time.h"

namespace hf::flows {

enum class Condition : std::uint8_t { above, below, range, rate, deviation, stale, stuck };

// not_found: no such word.
Result<Condition> condition_of(std::string_view word);

inline constexpr std::uint32_t kMeanReadingsLeast = 30;  // before that a deviation means nothing

// What is assumed where a rule says nothing of it, and what no rule says.
struct AlertDefaults {
  Duration delay = settings::initial_duration("alerts.delay");
  double hysteresis = settings::initial<double>("alerts.hysteresis");
  bool latch = settings::initial<bool>("alerts.latch");
  std::uint8_t flapping_raises = settings::initial<std::uint8_t>("alerts.flapping.raises");
  Duration flapping_within = settings::initial_duration("alerts.flapping.span");
  friend bool operator==(const AlertDefaults&, const AlertDefaults&) = default;
};

struct Rule {
  state::ItemKey name = {};
  Condition condition = Condition::above;
  double limit = 0;
  double limit_high = 0;
  double hysteresis = 0;
  Duration delay = {};
  Duration window = {};
  stores::Severity severity = stores::Severity::warning;
  bool is_latched = false;
  std::uint8_t flapping_raises = AlertDefaults{}.flapping_raises;
  Duration flapping_within = AlertDefaults{}.flapping_within;
  std::uint32_t meaning = 0;  // a checksum of its name and of all that a watch's state depends on
};

struct Watch {
  std::uint16_t rule = 0;
  std::uint32_t meaning = 0;  // of the rule it began with
  SensorIndex sensor;
  bool has_value = false;  // heard at least once
  bool holds = false;      // the condition, as of the last look
  bool is_active = false;  // raised, and not ended
  bool is_flapping = false;
  bool is_released = false;  // a person has resolved this episode
  std::uint8_t raises = 0;   // since raises_since
  Uptime raises_since;
  Uptime holds_since;
  Uptime over_since;  // since when the condition has not held
  Uptime heard_at;
  Uptime changed_at;
  double value = 0;       // heard last
  Uptime from_at;         // rate: where the window began …
  double from_value = 0;  // … and with what
  double mean = 0;        // deviation
  double variance = 0;
  std::uint32_t mean_readings = 0;
};

enum class News : std::uint8_t { none, raised, ended };

// Takes a reading in. REQUIRES: readings come in the order of their times.
void hear(const Rule& rule, Watch& watch, const Reading& reading);

// What follows from all that was heard, and from the time that has passed. `raised` and `ended` are
// told until set_raised() or set_ended() says that it was written down.
News look(const Rule& rule, const Watch& watch, Uptime now);
// Raised before a boot, as its document says: neither raised again nor ended without a reading.
void set_raised_before(const Rule& rule, Watch& watch, bool is_flapping, Uptime now);
void set_raised(const Rule& rule, Watch& watch, Uptime now);
void set_ended(Watch& watch);

}  // namespace hf::flows

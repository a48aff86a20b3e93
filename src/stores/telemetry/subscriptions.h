// Who wants to hear of new readings, of which sensors, and when it is time to tell.
//
// A subscriber is told that its sensors have something new, not each reading: it reads what it
// wants with latest() or a cursor of its own, so a slow one costs nothing and misses nothing that
// is still in the window. It is told at most every kTellPeriod; what happens meanwhile is told
// together.
//
// Patterns: `equipment/sensor`, `equipment/*` or `*`. They are looked up once, when subscribing, in
// the sensors known then; names cost nothing afterwards.
//
// Cost: note() once per turn of the loop: O(subscriptions). Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "stores/telemetry/sensor_set.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::stores::telemetry {

inline constexpr Duration kTellPeriod = milliseconds(100);

// The name of the sensor whose SensorIndex is its place in a span of these.
struct SensorName {
  EquipmentId equipment;
  SensorId sensor;
};

// A pattern, looked at once. ok; invalid: not a pattern as above.
struct SensorPattern {
  std::string_view equipment;  // empty: any
  std::string_view sensor;     // empty: any

  static Status parse(std::string_view text, SensorPattern& pattern);
  bool matches(const EquipmentId& of, const SensorId& name) const {
    return (equipment.empty() || of.text() == equipment) &&
           (sensor.empty() || name.text() == sensor);
  }
};

// ok: `sensors` holds all that match.  not_found: none does.  invalid: not a pattern as above.
Status select(std::string_view pattern, std::span<const SensorName> names, SensorSet& sensors);

struct SubscriptionId {
  std::uint32_t value = 0;  // never given twice before 4 billion others
  friend constexpr auto operator<=>(SubscriptionId, SubscriptionId) = default;
};

class Subscriptions {
 public:
  // The subscription, or full: telemetry_subscriptions_max are held.
  Result<SubscriptionId> subscribe(const SensorSet& sensors);
  // ok.  not_found: no such subscription (any more).
  Status unsubscribe(SubscriptionId subscription);

  // These sensors have new readings (Telemetry::take_touched()).
  void note(const SensorSet& touched);

  struct Due {
    SubscriptionId subscription;
    SensorSet sensors;  // that have something new since it was last told
  };
  // False: nobody is to be told now. Call until then; in turn, so that nobody starves.
  bool next_due(Uptime now, Due& due);

  std::uint32_t count() const;

 private:
  struct Subscription {
    SubscriptionId id;  // 0: not in use
    Uptime quiet_until;
    SensorSet wanted;
    SensorSet news;
  };

  std::array<Subscription, limits::kBoard.telemetry_subscriptions_max> subscriptions_{};
  std::uint32_t last_id_ = 0;
  std::uint32_t turn_ = 0;
};

}  // namespace hf::stores::telemetry

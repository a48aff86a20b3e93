// The roster: which sensors this gateway has, and what is known of each.
//
// It turns names into small dense numbers once, at the border; stores and flows speak only those.
// An index, once given, means the same sensor until the process ends, and sensors are never removed
// from a running roster (a sensor that is gone is retired: it keeps its index and its history). So
// nobody downstream needs to hear about changes.
//
//   R1  Two sensors of one equipment never have the same name.
//   R2  An index given by add() stays valid and stays that sensor's.
//   R3  The fingerprint is equal for two rosters exactly when they give the same names the same
//       indexes (up to a collision of 1 in 4 billion): frames carry it, so that nobody upstream can
//       read them with the wrong names.
//
// Memory is the caller's. Never allocates. Owned by the service loop.
#pragma once

#include <cstdint>
#include <span>

#include "config/settings/table.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/identifiers.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::stores {

inline constexpr std::int8_t kDecimalsUnknown = -1;
inline constexpr Duration kStaleAfterDefault = settings::initial_duration("sensors.stale_after");
inline constexpr auto kRateMaxDefault = settings::initial<std::uint16_t>("sensors.rate_max");

// What is known of a sensor. Zero or unknown means: not said, do nothing special.
struct SensorFacts {
  EquipmentId equipment;
  SensorId sensor;
  FixedString<15> unit;
  double low_limit = 0;  // physical limits: outside is out_of_range. Equal: no limits
  double high_limit = 0;
  double dead_band = 0;  // a change of at most this much is not worth keeping …
  Duration max_silence;  // … unless this much time has passed
  Duration stale_after = kStaleAfterDefault;
  Duration stuck_after;  // an unchanged value this old is marked stuck
  std::uint16_t rate_max_per_second =
      kRateMaxDefault;                      // more than this is a flood: counted, not kept
  std::int8_t decimals = kDecimalsUnknown;  // of the value, when the device says so
};

// What is assumed of every sensor of which nothing else is said.
struct SensorDefaults {
  double dead_band = settings::initial<double>("sensors.dead_band");
  Duration max_silence = settings::initial_duration("sensors.max_silence");
  Duration stale_after = kStaleAfterDefault;
  Duration stuck_after = settings::initial_duration("sensors.stuck_after");
  std::uint16_t rate_max_per_second = kRateMaxDefault;
  friend bool operator==(const SensorDefaults&, const SensorDefaults&) = default;
};

class Roster {
 public:
  explicit Roster(std::span<SensorFacts> memory) : memory_(memory) {}

  // Its index.  full.  invalid: no names, or limits the wrong way round.  busy: see R1.
  Result<SensorIndex> add(const SensorFacts& facts);

  // From now on this is assumed. A fact that is what was assumed so far becomes what is assumed
  // now; any other was said of that sensor, and stays. O(sensors).
  void assume(const SensorDefaults& defaults);

  // not_found: no such sensor.  O(sensors): names are looked up at borders only.
  Result<SensorIndex> find(const EquipmentId& equipment, const SensorId& sensor) const;

  bool knows(SensorIndex index) const { return index.value < count_; }

  // REQUIRES: knows(index).
  const SensorFacts& at(SensorIndex index) const;

  std::uint32_t count() const { return count_; }
  std::uint32_t capacity() const { return static_cast<std::uint32_t>(memory_.size()); }
  std::uint32_t fingerprint() const { return fingerprint_; }

  // Whether a roster of that fingerprint is this one, or how it begins: then its indexes mean the
  // same sensors here. O(sensors).
  bool begins_with(std::uint32_t fingerprint) const;

 private:
  std::span<SensorFacts> memory_;
  std::uint32_t count_ = 0;
  std::uint32_t fingerprint_ = 0;
  SensorDefaults assumed_;
};

}  // namespace hf::stores

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
#include "stores/roster/sensor_words.h"
#include "vocabulary/identifiers.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::stores {

// Of a sensor's own period, where nothing is said of when it is stale.
inline constexpr std::int64_t kPeriodsUntilStale = 3;

// What is assumed of every sensor of which nothing else is said.
struct SensorDefaults {
  double dead_band = settings::initial<double>("sensors.dead_band");
  Duration max_silence = settings::initial_duration("sensors.max_silence");
  Duration stale_after = kStaleAfterDefault;
  Duration stuck_after = settings::initial_duration("sensors.stuck_after");
  std::uint16_t rate_max_per_second = kRateMaxDefault;
  Duration period = kPeriodDefault;
  friend bool operator==(const SensorDefaults&, const SensorDefaults&) = default;
};

struct SensorEntry {
  SensorFacts facts;         // in force
  SensorWords given;         // by whoever made the roster: the source of readings, a file
  std::uint32_t named = 0;   // words that were given by name
  std::uint32_t people = 0;  // words that people say while it runs
  std::uint32_t said() const { return given.said | people; }
};

class Roster {
 public:
  explicit Roster(std::span<SensorEntry> memory) : memory_(memory) {}

  // Its index.  full.  invalid: no names, or limits the wrong way round.  busy: see R1.
  // Of `facts`, what is not as it is of any sensor counts as said of this one; so does all that
  // `by_name` says, which wins.
  Result<SensorIndex> add(const SensorFacts& facts, const SensorWords& by_name = {});

  // From now on this is assumed of each sensor, as far as nobody said otherwise of it. O(sensors).
  void assume(const SensorDefaults& defaults);

  // What people say of a sensor while it runs, over what was given; what they said before and do
  // not say now is void. ok.  invalid: its limits would be the wrong way round; unchanged.
  // REQUIRES: knows(index).
  Status describe(SensorIndex index, const SensorWords& by_people);

  // Which words of at(index) were said by name, in a file or by people. REQUIRES: knows(index).
  std::uint32_t said_by_name(SensorIndex index) const;

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
  void compose(SensorEntry& entry, const SensorWords& by_people) const;
  void fill_up(SensorEntry& entry) const;

  std::span<SensorEntry> memory_;
  std::uint32_t count_ = 0;
  std::uint32_t fingerprint_ = 0;
  SensorFacts assumed_;
};

}  // namespace hf::stores

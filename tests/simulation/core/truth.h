// What was really measured, boot by boot, and what of it has arrived upstream: the other half of
// every judgement about readings. Holds 8 bytes for each reading that has not arrived.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "config/limits/limits.h"
#include "vocabulary/reading.h"

namespace hf::simulation {

enum class Match : std::uint8_t {
  first,    // measured, and here it is
  again,    // it had arrived before
  unknown,  // nobody measured that: another value, sensor or time
};

struct Entry {
  std::uint32_t hash = 0;  // of value and quality
  std::uint16_t sensor = 0;
  bool is_flood = false;        // above the sensor's rate: need not be kept
  bool is_measurement = false;  // else it is in no envelope
  bool has_arrived = false;     // in full or as one of an envelope, or its loss was told
};

struct Moment {
  Uptime at;
  std::uint32_t open = 0;      // entries that have not arrived and are no flood
  std::vector<Entry> entries;  // empty once none is open
};

// Readings that were to be safe at some time: a medium that fails makes holes in it.
struct DueSpan {
  Uptime from;
  Uptime through;
};

struct LifeOfBoard {
  BootId boot;
  std::uint32_t ordinal = 0;   // boots from 0
  Duration begun_at;           // in the world's time
  UtcTime true_utc;            // at its uptime zero
  std::int64_t drift_ppm = 0;  // by which its uptime runs ahead
  bool knew_the_time = false;  // its clock was synced, and it had the time to say so
  std::deque<Moment> moments;
  std::vector<DueSpan> due;

  UtcTime true_utc_at(Uptime at) const {
    return true_utc + (at - Uptime{}) - milliseconds(at.ms * drift_ppm / 1'000'000);
  }

  bool is_due(Uptime at) const;
};

class Truth {
 public:
  void begin_boot(BootId boot, Duration now, UtcTime true_utc, std::int64_t drift_ppm);
  void begin_process();  // it knows nothing of the rates before it

  // A reading was measured. REQUIRES: times do not fall within a boot.
  void note(const Reading& reading);

  // Everything taken in (from, through] was to be safe by now.
  void note_due(Uptime from, Uptime through);

  // Null: there was no such boot.
  LifeOfBoard* find(BootId boot);
  // Null: nothing was measured then.
  Moment* find(LifeOfBoard& life, Uptime at);

  Match take(Moment& moment, SensorIndex sensor, double value, Quality quality);

  // So many readings of a sensor in [from, to) are there in an envelope, of those that did not
  // arrive. How many there were of them.
  std::uint32_t condense(LifeOfBoard& life, SensorIndex sensor, Uptime from, Uptime to,
                         std::uint32_t count);
  // What is no measurement there is in no envelope, and needs not arrive.
  void condense_rest(LifeOfBoard& life, Uptime from, Uptime to);
  // The loss of what was measured from `first` to `last` was told, as far as it did not arrive.
  void give_up(LifeOfBoard& life, Uptime first, Uptime last);

  std::deque<LifeOfBoard>& lives() { return lives_; }
  std::uint64_t measured() const { return measured_; }
  std::uint64_t arrived() const { return arrived_; }
  std::uint64_t condensed() const { return condensed_; }
  std::uint64_t dropped() const { return dropped_; }  // given up
  std::uint64_t flooded() const { return flooded_; }  // above the rate of their sensor

 private:
  struct Rate {
    Uptime begun;
    std::uint16_t readings = 0;
  };
  bool is_flood(const Reading& reading);
  // Settles each entry that has not arrived and that `is_meant` says; how many.
  template <typename IsMeant>
  static std::uint32_t settle(LifeOfBoard& life, Uptime from, Uptime to, IsMeant is_meant);

  std::deque<LifeOfBoard> lives_;
  std::array<Rate, limits::kBoard.sensors_max> rates_{};
  std::size_t found_at_ = 0;  // in the moments of the life last looked at
  std::uint64_t measured_ = 0;
  std::uint64_t arrived_ = 0;
  std::uint64_t condensed_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t flooded_ = 0;
};

}  // namespace hf::simulation

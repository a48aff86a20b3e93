// The last day of every sensor, in memory the caller owns.
//
// About 1.1 bytes a reading: values in compressed blocks of one pool (wire/value_column.h), one
// time for a scan of all sensors, one token where a quality changes [docs/decisions/0011]. What
// goes in comes out bit for bit. Age is Uptime, so no clock that jumps can empty or freeze the
// window.
//
//   T1  A reading that was taken is read back with every bit of its value, its time to the
//       millisecond and its quality, until it is dropped.
//   T2  The readings of a sensor are in the order of their times, numbered without a hole.
//   T3  taken + put back = held + expired + evicted; what is not taken is counted by its reason.
//   T4  While blocks are free, a reading is dropped only with a block that is older than the
//       window.
//   T5  When none is free, the sensor with the most blocks loses its oldest one. So a sensor that
//       holds no more than its fair share (blocks / sensors) loses nothing to the others.
//   T6  A reader that falls behind is told how many readings it missed.
//   T7  All memory is given at construction; add() and prune() never fail for want of it.
//
// A reading older than the newest of its sensor ("late") is put where it belongs while that is
// still staged and no forwarding reader was handed anything after it: at most the last chunk.
// Otherwise it is refused and counted: blocks are only ever written forwards. Drivers deliver in
// order (hal/sensors.h), so a late reading is an exception, a lost one even more so.
//
// Cost: add_scan() about 30 instructions a reading, and the block code for one sensor's chunk every
// kChunkReadings scans. latest() O(1). prune() O(sensors + blocks dropped). At most 4 KiB of stack,
// put_back() 7.
// Not thread-safe: owned by the service loop. `now` never goes back.
#pragma once

#include <cstdint>
#include <span>

#include "stores/telemetry/sensor_set.h"
#include "stores/telemetry/series_reader.h"
#include "stores/telemetry/telemetry_counts.h"

namespace hf::stores::telemetry {

class Telemetry {
 public:
  // Settings may lower these, never above limits::kBoard.
  struct Capacities {
    std::uint32_t sensors = limits::kBoard.sensors_max;
    std::uint32_t block_bytes = limits::kBoard.telemetry_block_bytes;  // 1024 to 32768
    Duration window = limits::kBoard.window;                           // at most 7 days
  };

  // Memory for so many blocks and all that goes with them.
  static std::size_t bytes_for(const Capacities& capacities, std::uint32_t blocks);

  // Makes as many blocks as fit into `memory`, which must outlive it.
  // REQUIRES: memory for 4 blocks a sensor; aligned to 8.
  Telemetry(std::span<std::byte> memory, const Capacities& capacities);
  Telemetry(const Telemetry&) = delete;
  Telemetry& operator=(const Telemetry&) = delete;

  // Makes do with so much of the memory, for a person who wants it for something else; not below
  // 4 blocks a sensor. Early after construction: later, blocks may be in use all over it, and
  // everything stays. How many bytes it makes do with.
  std::size_t lower_to(std::size_t memory_bytes);

  // REQUIRES: `sensor` is below the capacity. Hints hold from the next block on.
  void configure(SensorIndex sensor, const SensorSettings& settings);

  // ok.  refused: late.  invalid: unknown sensor, or `at` is after `now`. Counted.
  Status add(const Reading& reading, Uptime now);

  // All that one scan of `source` brought, with one time. How many were taken; the others are
  // counted as by add(). REQUIRES: source < telemetry_scan_sources_max.
  std::uint32_t add_scan(ScanSource source, Uptime at, std::span<const ScanValue> values,
                         Uptime now);

  // Drops what is older than the window. add() does so itself when nobody did for an hour. Returns
  // the readings dropped.
  std::uint64_t prune(Uptime now);

  // Readings of an earlier time in front of what is held, oldest first; those of an earlier boot
  // with the negative uptimes that the caller's time anchors give. Call it with the newest first, a
  // few hundred at a time: no new reading waits longer than one call, and none is dropped for it.
  // ok.  full: no room left without dropping something; the window is as full as it gets.
  // invalid: unknown sensor, not in order, or after the oldest held.
  Status put_back(SensorIndex sensor, std::span<const Reading> older, Uptime now);

  // ok.  not_found: no reading of this sensor yet.  invalid: unknown sensor.
  Status latest(SensorIndex sensor, Uptime now, Latest& latest) const;

  // REQUIRES for both: `sensor` is below the capacity.
  SeriesReader reader(SensorIndex sensor, Sequence from) const {
    return {series_[sensor.value], ground_, sensor, from};
  }
  const Series& series(SensorIndex sensor) const { return series_[sensor.value]; }
  const Ground& ground() const { return ground_; }
  std::uint32_t sensors() const { return static_cast<std::uint32_t>(series_.size()); }

  // For readers that must not miss a late reading: nothing goes before `next` any more.
  void hand_out_before(SensorIndex sensor, Sequence next);

  // Sensors that were read since this was last asked. O(sensors).
  SensorSet take_touched();

  const Counts& counts() const { return counts_; }
  std::uint64_t held() const;   // readings. O(sensors)
  WindowReport report() const;  // O(sensors)
  std::size_t memory_bytes() const { return sizeof(*this) + memory_bytes_; }

 private:
  bool take(const Reading& reading, Staging::Mark mark);
  bool take_late(Series& series, const Reading& reading);
  void make_room(std::uint32_t blocks);
  void evict_one();
  bool is_known(SensorIndex sensor);
  void share_scan_blocks();
  bool is_time(Uptime at, Uptime now, std::size_t readings);

  Ground ground_;
  std::span<Series> series_;
  Counts counts_;
  Uptime prune_due_;
  std::size_t memory_bytes_ = 0;
};

}  // namespace hf::stores::telemetry

// The newest readings of one sensor, raw, until there are enough for the block code.
//
// Values grow from the front of one array and runs from its back, eight bytes each. A regular sensor
// fills it with values and one run; the more irregular it is, the earlier its chunk is coded.
//
// Cost: 8 bytes for each slot. All O(1) but take_late(). Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "config/limits/limits.h"
#include "stores/telemetry/run_column.h"

namespace hf::telemetry {

class Staging {
 public:
  static constexpr std::uint32_t kChunkReadings = limits::kBoard.telemetry_chunk_readings;
  static constexpr std::uint32_t kRunsMax = kChunkReadings / 2 + 1;

  // When a reading was taken and how good it is; `tick` as in Run.
  struct Mark {
    std::uint32_t tick = 0;
    Timeline timeline = kOwnTime;
    Quality quality = Quality::good;
  };

  // False: the chunk is full; code it and clear() first.
  bool try_add(const Mark& mark, double value);
  void clear();

  bool empty() const { return value_count_ == 0; }
  std::uint32_t count() const { return value_count_; }
  std::span<const double> values() const { return {slots_.data(), value_count_}; }
  std::uint32_t run_count() const { return run_count_; }
  Run run(std::uint32_t index) const;

  // So that the chunks of many sensors do not all end in one scan: the first of this one ends early.
  // REQUIRES: count() == 0; readings < kChunkReadings.
  void shorten_first_chunk(std::uint32_t readings) { chunk_ = narrow(kChunkReadings - readings); }

 private:
  struct PackedRun {
    std::uint32_t tick = 0;
    std::uint16_t step = 0;
    std::uint8_t count = 0;
    std::uint8_t kind = 0;  // timeline in the low 4 bits, quality above
  };
  static_assert(sizeof(PackedRun) == 8 && kChunkReadings < 256);
  static std::uint8_t narrow(std::uint32_t number) { return static_cast<std::uint8_t>(number); }

  bool continues(const Mark& mark, std::uint8_t kind) const;

  std::array<double, kChunkReadings>
      slots_{};  // values from the front, all runs but one from the back
  PackedRun newest_run_;
  std::uint32_t next_tick_ = 0;  // what newest_run_ foretells
  std::uint8_t value_count_ = 0;
  std::uint8_t run_count_ = 0;
  std::uint8_t chunk_ = narrow(kChunkReadings);
};

}  // namespace hf::telemetry

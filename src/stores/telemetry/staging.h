// The newest readings of one sensor, raw, until there are enough for the block code.
//
// Values grow from the front of one array and runs from its back, eight bytes each. A regular
// sensor fills it with values and one run; the more irregular it is, the earlier its chunk is
// coded.
//
// Cost: 8 bytes for each slot. All O(1) but take_late(). Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "config/limits/limits.h"
#include "stores/telemetry/run_column.h"

namespace hf::stores::telemetry {

class Staging {
 public:
  static constexpr std::uint32_t kChunkReadings = limits::kBoard.telemetry_chunk_readings;
  static constexpr std::uint32_t kRunsMax = kChunkReadings / 2 + 1;

  // When a reading was taken and how good it is; `tick` as in Run.
  struct Mark {
    std::uint32_t tick = 0;
    RunKind kind = 0;
  };

  // False: the chunk is full; code it and clear() first.
  bool try_add(Mark mark, double value);

  // The short way, for almost all readings. False: it is not as foretold; try_add() it.
  bool try_continue(Mark mark, double value) {
    if (mark.tick != next_tick_ || mark.kind != newest_run_.kind || value_count_ >= values_max_) {
      return false;
    }
    ++newest_run_.count;
    next_tick_ += newest_run_.step;
    slots_[value_count_++] = value;
    return true;
  }
  void clear();

  // As clear(), but what was in it was coded as it is: until something new stands in its place, it
  // can still be had here without decoding it. That is what who forwards wants next.
  void clear_coded();
  std::uint32_t coded_count() const { return coded_count_; }
  // The values coded last, from the index-th on: all of them, or none when some are overwritten.
  std::span<const double> coded_from(std::uint32_t index) const {
    const std::uint32_t runs_in_slots = run_count_ > 0 ? run_count_ - 1U : 0U;
    if (index < value_count_ || coded_count_ + runs_in_slots > kChunkReadings) return {};
    return std::span{slots_}.first(coded_count_).subspan(index);
  }

  bool empty() const { return value_count_ == 0; }
  std::uint32_t count() const { return value_count_; }
  std::span<const double> values() const { return {slots_.data(), value_count_}; }
  std::uint32_t run_count() const { return run_count_; }
  Run run(std::uint32_t index) const;

  // So that the chunks of many sensors do not all end in one scan: the first of this one ends
  // early. REQUIRES: count() == 0; readings < kChunkReadings.
  void shorten_first_chunk(std::uint32_t readings) { chunk_ = narrow(kChunkReadings - readings); }

 private:
  struct PackedRun {
    std::uint32_t tick = 0;
    std::uint16_t step = 0;
    std::uint8_t count = 0;
    RunKind kind = 0;
  };
  static_assert(sizeof(PackedRun) == 8 && kChunkReadings < 256);
  static std::uint8_t narrow(std::uint32_t number) { return static_cast<std::uint8_t>(number); }

  bool continues(Mark mark) const;

  // Values from the front, all runs but the newest from the back.
  std::array<double, kChunkReadings> slots_{};
  PackedRun newest_run_;
  std::uint32_t next_tick_ = 0;  // what newest_run_ foretells
  std::uint8_t value_count_ = 0;
  std::uint8_t values_max_ = 0;  // beside the runs there are; 0: there is none to go on with
  std::uint8_t run_count_ = 0;
  std::uint8_t chunk_ = narrow(kChunkReadings);
  std::uint8_t coded_count_ = 0;  // values coded last, from the front
};

}  // namespace hf::stores::telemetry

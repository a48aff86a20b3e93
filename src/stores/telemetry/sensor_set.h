// Some of the sensors of one gateway: one bit each.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "config/limits/limits.h"
#include "vocabulary/identifiers.h"

namespace hf::stores::telemetry {

class SensorSet {
 public:
  // REQUIRES for both: sensor.value < sensors_max.
  void add(SensorIndex sensor) { words_[sensor.value / 64U] |= bit(sensor); }
  bool has(SensorIndex sensor) const { return (words_[sensor.value / 64U] & bit(sensor)) != 0; }

  void clear() { words_ = {}; }
  bool empty() const { return count() == 0; }
  std::uint32_t count() const {
    std::uint32_t count = 0;
    for (const std::uint64_t word : words_)
      count += static_cast<std::uint32_t>(std::popcount(word));
    return count;
  }
  void add_all(const SensorSet& others) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= others.words_[i];
  }
  void keep_only(const SensorSet& others) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= others.words_[i];
  }

  friend bool operator==(const SensorSet&, const SensorSet&) = default;

 private:
  static constexpr std::uint64_t bit(SensorIndex sensor) {
    return std::uint64_t{1} << (sensor.value % 64U);
  }

  std::array<std::uint64_t, (limits::kBoard.sensors_max + 63) / 64> words_{};
};

}  // namespace hf::stores::telemetry

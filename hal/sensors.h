// Where readings come from: field drivers in processes of their own, seen as one bounded stream.
//
// Contract, proved on each platform by tests/contract/sensors_contract.cpp:
//   1. take() never blocks and returns samples oldest first for each sensor.
//   2. A sample is returned once.
//   3. What did not fit because nobody took it is counted in missed(), never silently dropped; the
//      oldest go first.
//   4. `at` is the moment of measuring, by the same uptime as hal::Clock, never in its future.
//   5. A sensor that is not to be read (pace() with zero) is not asked any more: what it would have
//      measured after that never was. All others go on undisturbed.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/reading.h"

namespace hf::hal {

class Sensors {
 public:
  // How many were written to the front of `readings`; fewer than its size: no more for now.
  virtual std::uint32_t take(std::span<Reading> readings) = 0;

  // How often that sensor is to be read from now on, as near as its driver can, the next time at
  // once; zero: not at all. Until this is said, at its driver's own pace. A recording keeps to its
  // times, but for zero. Ignored for a sensor that nobody drives.
  virtual void pace(SensorIndex sensor, Duration period) = 0;

  // Readings lost before take() since the board started. Only grows.
  virtual std::uint64_t missed() const = 0;

 protected:
  ~Sensors() = default;
};

}  // namespace hf::hal

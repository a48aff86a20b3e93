// What the board knows of its own supply and warmth.
//
// Contract, proved on each platform by tests/contract/power_contract.cpp:
//   1. state() never blocks: it answers from what was last seen, at most kPowerAgeMax old.
//   2. `failing` becomes true only when the hardware warns that power is about to go, and stays
//      true until the supply is sound again. A board without that wire never reports it.
//   3. Unknown is said as unknown, never as a plausible number.
#pragma once

#include <cstdint>

#include "vocabulary/time.h"

namespace hf::hal {

inline constexpr Duration kPowerAgeMax = seconds(10);

enum class PowerSource : std::uint8_t { unknown, mains, battery };

inline constexpr std::uint8_t kChargeUnknown = 255;
inline constexpr std::int32_t kTemperatureUnknown = INT32_MIN;

struct PowerState {
  PowerSource source = PowerSource::unknown;
  bool failing = false;
  std::uint8_t charge_percent = kChargeUnknown;
  std::int32_t temperature_millicelsius = kTemperatureUnknown;
};

class Power {
 public:
  virtual PowerState state() const = 0;

 protected:
  ~Power() = default;
};

}  // namespace hf::hal

// How often a live frame goes: as fresh as the link allows without eating it.
//
// A frame of one second costs 3.8 bytes a reading and 160 around it, one of a minute 1.1: so the
// period decides what live data costs. The shortest period is taken whose cost stays within a
// quarter of the measured rate; on metered links not below the setting for those, and on a battery
// that runs low not below a minute.
//
// What a period would cost is known from what the current one does cost and the figures of
// docs/formats/frames.md, so it finds its place in one step and stays there.
#pragma once

#include <array>
#include <cstdint>

#include "flows/uplink/settings.h"
#include "hal/power.h"

namespace hf::flows::uplink {

struct PeriodCost {
  Duration period;
  std::uint32_t percent;  // bytes a reading, of what they are in a frame of 600 s
};

// clang-format off
inline constexpr std::array kPeriodCosts{
  PeriodCost{seconds(1),   372}, PeriodCost{seconds(2),  270}, PeriodCost{seconds(5),   177},
  PeriodCost{seconds(10),  139}, PeriodCost{seconds(30), 113}, PeriodCost{seconds(60),  106},
  PeriodCost{seconds(120), 104}, PeriodCost{seconds(300), 102}, PeriodCost{seconds(600), 100},
};
// clang-format on

class Pacing {
 public:
  static constexpr std::uint64_t kShareOfRate = 4;         // live data may take a quarter
  static constexpr std::uint64_t kBytesAroundFrame = 160;  // topic, MQTT, TLS, TCP
  static constexpr Duration kLowBatteryLeast = seconds(60);
  static constexpr std::uint8_t kLowBatteryPercent = 30;

  // What is known of the way. The period changes with the next call of period().
  void note_link(std::uint64_t bytes_per_second, bool is_metered) {
    rate_ = bytes_per_second;
    is_metered_ = is_metered;
  }
  void note_power(const hal::PowerState& power) {
    is_low_ =
        power.source == hal::PowerSource::battery && power.charge_percent <= kLowBatteryPercent;
  }
  // A live frame that covers so much time had so many bytes.
  void note_frame(std::uint64_t bytes, Duration span);

  Duration period(const UplinkSettings& settings);

  // Bytes a second at that period, by what was noted; 0: nothing was.
  std::uint64_t cost(Duration period) const;

 private:
  std::uint64_t rate_ = 0;
  bool is_metered_ = false;
  bool is_low_ = false;
  std::uint64_t dense_bytes_per_second_ = 0;  // at 600 s, in thousandths; 0: not known
  Duration period_;
};

}  // namespace hf::flows::uplink

// Readings as a test or the generator measures them, waiting in one bounded queue.
#pragma once

#include <cstddef>
#include <deque>

#include "hal/sensors.h"
#include "platform/sim/clock.h"

namespace hf::sim {

class Sensors final : public hal::Sensors {
 public:
  static constexpr std::size_t kWaitingMax = 4096;  // a few seconds of the largest board

  explicit Sensors(const Clock& clock) : clock_(clock) {}

  std::uint32_t take(std::span<Reading> readings) override;
  std::uint64_t missed() const override { return missed_; }

  // REQUIRES: `reading.at` is not in the future.
  void measure(const Reading& reading);

  void restart_process();
  void power_on();

 private:
  const Clock& clock_;
  std::deque<Reading> waiting_;
  std::uint64_t missed_ = 0;
};

}  // namespace hf::sim

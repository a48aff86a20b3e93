// Readings as a test or the generator measures them, waiting in one bounded queue.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "hal/sensors.h"
#include "platform/sim/clock.h"

namespace hf::sim {

class Sensors final : public hal::Sensors {
 public:
  static constexpr std::size_t kWaitingMax = 4096;  // a few seconds of the largest board

  explicit Sensors(const Clock& clock) : clock_(clock) {}

  std::uint32_t take(std::span<Reading> readings) override;
  std::uint64_t missed() const override { return missed_; }

  void pace(SensorIndex sensor, Duration period) override { of(sensor).period = period; }

  // Its driver measures it, unless it is not to be read. REQUIRES: `reading.at` is not in the
  // future.
  void measure(const Reading& reading);

  // That device does not answer any more, or does again: what is measured has no contact.
  void set_broken(SensorIndex sensor, bool is_broken);
  // As it was told to us; nothing: never.
  std::optional<Duration> period_of(SensorIndex sensor) const;
  // How often that sensor was really asked.
  std::uint64_t asked(SensorIndex sensor) const;

  void restart_process();
  void power_on();

 private:
  struct Sensor {
    std::optional<Duration> period;
    std::uint64_t asked = 0;
    bool is_broken = false;
  };
  Sensor& of(SensorIndex sensor) {
    if (sensors_.size() <= sensor.value) sensors_.resize(sensor.value + std::size_t{1});
    return sensors_[sensor.value];
  }
  void forget_periods() {
    for (Sensor& sensor : sensors_) sensor.period.reset();
  }

  const Clock& clock_;
  std::deque<Reading> waiting_;
  std::uint64_t missed_ = 0;
  std::vector<Sensor> sensors_;  // as far as one was spoken of
};

}  // namespace hf::sim

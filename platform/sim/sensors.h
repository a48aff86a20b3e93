// Readings as a test or the generator measures them, waiting in one bounded queue.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "hal/sensors.h"
#include "platform/sim/clock.h"

namespace hf::sim {

class Sensors final : public hal::Sensors {
 public:
  static constexpr std::size_t kWaitingMax = 4096;  // a few seconds of the largest board

  explicit Sensors(const Clock& clock) : clock_(clock) {}

  std::uint32_t take(std::span<Reading> readings) override;
  std::uint64_t missed() const override { return missed_; }

  void pace(SensorIndex sensor, Duration period) override { periods_[sensor.value] = period; }

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
  const Clock& clock_;
  std::deque<Reading> waiting_;
  std::uint64_t missed_ = 0;
  std::map<std::uint16_t, Duration> periods_;
  std::map<std::uint16_t, std::uint64_t> asked_;
  std::set<std::uint16_t> broken_;
};

}  // namespace hf::sim

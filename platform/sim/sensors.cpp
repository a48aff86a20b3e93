#include "platform/sim/sensors.h"

#include <limits>

#include "vocabulary/assertion.h"

namespace hf::sim {

std::uint32_t Sensors::take(std::span<Reading> readings) {
  std::uint32_t count = 0;
  for (Reading& reading : readings) {
    if (waiting_.empty()) break;
    reading = waiting_.front();
    waiting_.pop_front();
    ++count;
  }
  return count;
}

void Sensors::measure(const Reading& reading) {
  HF_ASSERT(reading.at <= clock_.uptime());
  Sensor& sensor = of(reading.sensor);
  if (sensor.period == Duration{}) return;
  ++sensor.asked;
  if (waiting_.size() == kWaitingMax) {
    waiting_.pop_front();
    ++missed_;
  }
  waiting_.push_back(reading);
  if (!sensor.is_broken) return;
  waiting_.back().value = std::numeric_limits<double>::quiet_NaN();
  waiting_.back().quality = Quality::no_contact;
}

void Sensors::set_broken(SensorIndex sensor, bool is_broken) { of(sensor).is_broken = is_broken; }

std::optional<Duration> Sensors::period_of(SensorIndex sensor) const {
  return sensor.value < sensors_.size() ? sensors_[sensor.value].period : std::nullopt;
}

std::uint64_t Sensors::asked(SensorIndex sensor) const {
  return sensor.value < sensors_.size() ? sensors_[sensor.value].asked : 0;
}

void Sensors::restart_process() {
  missed_ += waiting_.size();
  waiting_.clear();
  forget_periods();
}

void Sensors::power_on() {
  waiting_.clear();
  forget_periods();
  missed_ = 0;
}

}  // namespace hf::sim

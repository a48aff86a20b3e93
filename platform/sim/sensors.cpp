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
  if (period_of(reading.sensor) == Duration{}) return;
  ++asked_[reading.sensor.value];
  if (waiting_.size() == kWaitingMax) {
    waiting_.pop_front();
    ++missed_;
  }
  waiting_.push_back(reading);
  if (!broken_.contains(reading.sensor.value)) return;
  waiting_.back().value = std::numeric_limits<double>::quiet_NaN();
  waiting_.back().quality = Quality::no_contact;
}

void Sensors::set_broken(SensorIndex sensor, bool is_broken) {
  if (is_broken) {
    broken_.insert(sensor.value);
  } else {
    broken_.erase(sensor.value);
  }
}

std::optional<Duration> Sensors::period_of(SensorIndex sensor) const {
  const auto found = periods_.find(sensor.value);
  return found == periods_.end() ? std::nullopt : std::optional{found->second};
}

std::uint64_t Sensors::asked(SensorIndex sensor) const {
  const auto found = asked_.find(sensor.value);
  return found == asked_.end() ? 0 : found->second;
}

void Sensors::restart_process() {
  missed_ += waiting_.size();
  waiting_.clear();
  periods_.clear();
}

void Sensors::power_on() {
  waiting_.clear();
  periods_.clear();
  missed_ = 0;
}

}  // namespace hf::sim

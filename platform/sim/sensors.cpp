#include "platform/sim/sensors.h"

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
  if (waiting_.size() == kWaitingMax) {
    waiting_.pop_front();
    ++missed_;
  }
  waiting_.push_back(reading);
}

void Sensors::restart_process() {
  missed_ += waiting_.size();
  waiting_.clear();
}

void Sensors::power_on() {
  waiting_.clear();
  missed_ = 0;
}

}  // namespace hf::sim

#include "platform/linux/sensors.h"

#include <algorithm>

namespace hf::on_linux {

void ReadingRing::put(const Reading& reading) {
  if (count_ == kReadingsMax) {
    first_ = (first_ + 1) % kReadingsMax;
    --count_;
    ++missed_;
  }
  readings_[(first_ + count_) % kReadingsMax] = reading;
  ++count_;
}

std::uint32_t ReadingRing::take(std::span<Reading> readings) {
  const auto taken = static_cast<std::uint32_t>(std::min<std::size_t>(count_, readings.size()));
  for (Reading& reading : readings.first(taken)) {
    reading = readings_[first_];
    first_ = (first_ + 1) % kReadingsMax;
  }
  count_ -= taken;
  return taken;
}

std::uint32_t Sensors::take(std::span<Reading> readings) {
  collect();
  return ring_.take(readings);
}

void Sensors::collect() {
  if (source_ != nullptr) source_->put_due(clock_.uptime(), ring_);
}

}  // namespace hf::on_linux

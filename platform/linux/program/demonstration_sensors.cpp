#include "platform/linux/program/demonstration_sensors.h"

namespace hf::program {
namespace {

constexpr std::uint64_t kSeed = 1;                 // the same machine every time
constexpr std::size_t kReadingsPerSensorMax = 64;  // a burst, and a turn of the loop that came late

}  // namespace

DemonstrationSensors::DemonstrationSensors(std::uint32_t count)
    : generator_(kSeed, static_cast<std::uint16_t>(count)) {
  due_.reserve(count * kReadingsPerSensorMax);
}

void DemonstrationSensors::put_due(Uptime now, on_linux::ReadingRing& ring) {
  due_.clear();
  generator_.readings_until(now, due_);
  for (const Reading& reading : due_) ring.put(reading);
}

}  // namespace hf::program

// Sensors played by the generator of the simulator, for a desk without a machine.
//
// For looking and trying, never for the field: this and nothing else of the simulator is in the
// program that ships.
#pragma once

#include <vector>

#include "platform/linux/sensors.h"
#include "platform/sim/generator.h"

namespace hf::program {

class DemonstrationSensors final : public on_linux::SensorSource {
 public:
  explicit DemonstrationSensors(std::uint32_t count);

  void put_due(Uptime now, on_linux::ReadingRing& ring) override;
  void pace(SensorIndex sensor, Duration period) override { generator_.pace(sensor, period); }

 private:
  sim::Generator generator_;
  std::vector<Reading> due_;  // reserved once for the most that a second can bring
};

}  // namespace hf::program

// All memory the gateway ever uses, as one object of fixed size: put it in static storage.
//
// Sizes are those of this build's class of board (config/limits). Its size is the figure that the
// board's RAM budget is held against, at compile time.
#pragma once

#include <array>
#include <cstddef>

#include "config/limits/limits.h"
#include "flows/sampling/sampling.h"
#include "stores/roster/roster.h"

namespace hf::gateway {

struct GatewayMemory {
  alignas(8) std::array<std::byte, limits::kBoard.telemetry_bytes> telemetry;
  std::array<stores::SensorFacts, limits::kBoard.sensors_max> roster;
  std::array<flows::SensorMemory, limits::kBoard.sensors_max> sampling;
  std::array<Reading, limits::kBoard.scan_readings_max> readings;
  std::array<telemetry::ScanValue, limits::kBoard.scan_readings_max> scan;
};

static_assert(sizeof(GatewayMemory) <= limits::kBoard.core_ram_bytes_max,
              "the gateway must fit beside the kernel: see config/limits");

}  // namespace hf::gateway

// Sampling: takes what the field has measured, judges it, and puts it into the telemetry window.
//
// It never waits: not for a clock to be set, not for flash, not for a link. Readings that share one
// time are put in together as a scan, which is what makes time almost free in the window.
//
//   S1  Every reading taken from the field is kept or counted (stores/ledger).
//   S2  One turn takes at most the scan scratch; what is left waits in the field's own bounded
//       stream and is taken in the next turn, which then comes at once.
//   S3  The field reads each sensor as often as its facts say, and not at all while its node is not
//       asked (stores/nodes).
//
// Never allocates. Owned by the service loop.
#pragma once

#include <cstdint>
#include <span>

#include "flows/sampling/judgement.h"
#include "hal/sensors.h"
#include "stores/ledger/ledger.h"
#include "stores/nodes/nodes.h"
#include "stores/telemetry/telemetry.h"

namespace hf::flows {

class Sampling {
 public:
  // What it works in; the caller's. REQUIRES: memories for every sensor of the roster's capacity,
  // scratches of equal size, not empty.
  struct Memory {
    std::span<SensorMemory> sensors;
    std::span<Reading> readings;
    std::span<stores::telemetry::ScanValue> scan;
  };

  Sampling(hal::Sensors& field, const stores::Roster& roster, stores::Nodes& nodes,
           stores::telemetry::Telemetry& window, stores::SamplingCounts& counts,
           const Memory& memory);

  // Takes what there is. Returns when it wants to be called again: `now` when more is waiting.
  Uptime step(Uptime now);

 private:
  void pace();
  void keep(std::span<const Reading> same_time, Uptime now);

  hal::Sensors& field_;
  const stores::Roster& roster_;
  stores::Nodes& nodes_;
  stores::telemetry::Telemetry& window_;
  stores::SamplingCounts& counts_;
  Memory memory_;
};

}  // namespace hf::flows

// Turns runs of ticks into runs of moments.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "config/limits/limits.h"
#include "stores/telemetry/scan_times.h"

namespace hf::stores::telemetry {

// `count` readings of one quality, `step_ms` apart.
struct TimedRun {
  Uptime at;
  std::int64_t step_ms = 0;
  std::uint32_t count = 0;
  Quality quality = Quality::good;

  Uptime at_of(std::uint32_t reading) const { return {at.ms + step_ms * reading}; }
};

// What all series of one window share.
struct Ground {
  BlockPool pool;
  std::array<ScanTimes, limits::kBoard.telemetry_scan_sources_max> scans;
  Duration window;
  std::uint32_t scan_blocks_max = 0;  // for one source
};

// Good until a block of the pool is given back.
class RunClock {
 public:
  RunClock() = default;
  explicit RunClock(const Ground& ground) : ground_(&ground) {}

  // Takes off the front of `run` as many readings as are evenly apart in time. `beside` is any
  // moment of the same chain. REQUIRES: run.count > 0.
  TimedRun take(Run& run, Uptime beside);
  Uptime first_of(Run run, Uptime beside) { return take(run, beside).at; }

 private:
  const Ground* ground_ = nullptr;
  ScanCursor cursor_;
  Timeline timeline_ = kOwnTime;  // that cursor_ reads
};

}  // namespace hf::stores::telemetry

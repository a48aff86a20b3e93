#include "stores/telemetry/run_clock.h"

namespace hf::stores::telemetry {

TimedRun RunClock::take(Run& run, Uptime beside) {
  TimedRun timed;
  timed.quality = run.quality;
  if (run.timeline == kOwnTime) {
    timed.at = whole(run.tick, beside);
    timed.step_ms = run.step;
    timed.count = run.count;
  } else {
    if (timeline_ != run.timeline) {
      timeline_ = run.timeline;
      cursor_ = ScanCursor(ground_->scans[timeline_ - 1U], ground_->pool);
    }
    // A sensor that is in every third scan: of the evenly spaced scans every third is its own.
    const std::uint32_t stride = run.step == 0 ? 1 : run.step;
    const std::uint32_t most = run.step == 0 ? 1 : (run.count - 1U) * stride + 1U;
    const ScanCursor::Piece scans = cursor_.next(run.tick, most);
    timed.at = scans.at;
    timed.step_ms = std::int64_t{scans.step_ms} * stride;
    timed.count = (scans.count - 1) / stride + 1;
  }
  run.take_off(timed.count);
  return timed;
}

}  // namespace hf::stores::telemetry

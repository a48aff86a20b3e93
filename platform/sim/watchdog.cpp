#include "platform/sim/watchdog.h"

#include <algorithm>

namespace hf::sim {

Watchdog::Watchdog(Agenda& agenda, std::function<void()> bite)
    : agenda_(agenda), bite_(std::move(bite)) {}

Result<Duration> Watchdog::start(Duration period) {
  if (!is_fitted_) return Status::unavailable;
  if (is_held_) return Status::busy;
  period_ = std::min(period, period_max_);
  is_running_ = true;
  is_held_ = true;
  feed();
  const std::uint32_t run = ++run_;
  agenda_.after(period_, [this, run] { look(run); });
  return period_;
}

Status Watchdog::stop() {
  if (!is_held_) return Status::stale;
  if (!is_stoppable_) return Status::unsupported;
  is_running_ = false;
  is_held_ = false;
  ++run_;
  return Status::ok;
}

void Watchdog::power_on(hal::ResetCause cause) {
  is_running_ = false;
  is_held_ = false;
  ++run_;
  last_reset_ = cause;
}

void Watchdog::look(std::uint32_t run) {
  if (run != run_ || !is_running_) return;
  const Duration bites_at = fed_at_ + period_;
  if (agenda_.now() < bites_at) {
    agenda_.at(bites_at, [this, run] { look(run); });
    return;
  }
  is_running_ = false;
  bite_();
}

}  // namespace hf::sim

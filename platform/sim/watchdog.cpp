#include "platform/sim/watchdog.h"

#include <algorithm>

namespace hf::sim {

Watchdog::Watchdog(Agenda& agenda, std::function<void()> on_bite)
    : agenda_(agenda), on_bite_(std::move(on_bite)) {}

Result<Duration> Watchdog::start(Duration period) {
  if (!is_fitted_) return Status::unavailable;
  if (is_held_) return Status::busy;
  period_ = std::min(period, period_max_);
  is_running_ = true;
  is_held_ = true;
  fed_at_ = agenda_.now();
  const std::uint32_t run = ++run_;
  agenda_.after(period_, [this, run] { look(run); });
  return period_;
}

// Time can pass inside a call, such as a slow write: then this is the first to see it.
void Watchdog::feed() {
  if (is_overdue()) bite();
  fed_at_ = agenda_.now();
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

void Watchdog::bite() {
  is_running_ = false;
  on_bite_();
}

void Watchdog::look(std::uint32_t run) {
  if (run != run_ || !is_running_) return;
  if (is_overdue()) return bite();
  agenda_.at(fed_at_ + period_, [this, run] { look(run); });
}

}  // namespace hf::sim

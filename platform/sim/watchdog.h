// A watchdog that bites: a board that is not fed in time goes off, as if its plug was pulled.
#pragma once

#include "hal/watchdog.h"
#include "platform/sim/agenda.h"

namespace hf::sim {

class Watchdog final : public hal::Watchdog {
 public:
  // `on_bite` is called once, when a period passed without feeding.
  Watchdog(Agenda& agenda, std::function<void()> on_bite);

  Result<Duration> start(Duration period) override;
  void feed() override;
  Status stop() override;
  hal::ResetCause last_reset() const override { return last_reset_; }

  // Some hardware cannot be stopped, some boards have none, and each has a longest period.
  void set_stoppable(bool is_stoppable) { is_stoppable_ = is_stoppable; }
  void set_fitted(bool is_fitted) { is_fitted_ = is_fitted; }
  void set_period_max(Duration period_max) { period_max_ = period_max; }

  void power_on(hal::ResetCause cause);
  // The hardware runs on; the next process may start it again to take it over.
  void restart_process() { is_held_ = false; }

 private:
  bool is_overdue() const { return is_running_ && agenda_.now() >= fed_at_ + period_; }
  void bite();
  void look(std::uint32_t run);

  Agenda& agenda_;
  std::function<void()> on_bite_;
  Duration period_;
  Duration period_max_ = seconds(60);
  Duration fed_at_;
  std::uint32_t run_ = 0;  // a look planned for an earlier run does nothing
  bool is_running_ = false;
  bool is_held_ = false;  // by our process
  bool is_stoppable_ = true;
  bool is_fitted_ = true;
  hal::ResetCause last_reset_ = hal::ResetCause::power_on;
};

}  // namespace hf::sim

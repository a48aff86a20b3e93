#include <array>
#include <bit>

#include "gateway/applied_settings.h"
#include "gateway/gateway.h"

namespace hf::gateway {

// The steps of the start, in their order. Sampling comes before the queue: a reading is taken while
// a damaged file is still being looked at, and without any flash at all.
struct Gateway::Boot {
  static Status configure_window(Gateway& gateway) {
    configure(gateway.roster_, gateway.window_);
    return Status::ok;
  }

  static Status start_sampling(Gateway& gateway) {
    const Uptime now = gateway.board_.clock.uptime();
    gateway.housekeeping_at_ = now + kHousekeepingPeriod;
    // From here on readings are new; what is older comes back once the queue is open.
    gateway.rehydrating_.begin(gateway.board_.clock.boot_id(), now);
    gateway.sampling_.step(now);
    return Status::ok;
  }

  static Status start_sqlite(Gateway& gateway) { return gateway.engine_.start(); }

  static Status open_shelf(Gateway& gateway) {
    return gateway.shelf_.open(gateway.board_.clock.uptime());
  }

  static Status take_settings(Gateway& gateway) {
    const Status status = gateway.configuring_.open(gateway.board_.clock);
    gateway.window_.lower_to(window_bytes(gateway.configuring_.in_force()));
    return status;
  }

  static Status open_queue(Gateway& gateway) {
    const hal::Clock& clock = gateway.board_.clock;
    const Status status = gateway.queue_.open(clock.boot_id(), clock.uptime());
    gateway.started_at_ = gateway.queue_.mark();
    return status;
  }

  static Status start_timekeeping(Gateway& gateway) { return gateway.timekeeping_.start(); }

  static Status open_books(Gateway& gateway) {
    gateway.uplink_.restore(gateway.backoff_note_.load());
    return gateway.accounting_.start();
  }

  static Status open_state(Gateway& gateway) {
    const Status status = gateway.state_.open(gateway.board_.clock.utc());
    gateway.mirror_.open();
    return status;
  }

  static Status start_forwarding(Gateway& gateway) {
    gateway.forwarding_.emplace(gateway.cutter_, gateway.into_queue_,
                                gateway.board_.clock.boot_id(), gateway.roster_.fingerprint(),
                                gateway.frame_memory_);
    gateway.apply_settings();
    return Status::ok;
  }

  using Step = lifecycle::BootStep<Gateway>;
  // clang-format off
  static constexpr std::array kSequence{
    Step{.name = "configure_window",  .run = configure_window,  .on_failure = lifecycle::OnFailure::halt,    .deadline = milliseconds(10)},
    Step{.name = "start_sampling",    .run = start_sampling,    .on_failure = lifecycle::OnFailure::halt,    .deadline = milliseconds(100)},
    Step{.name = "start_sqlite",      .run = start_sqlite,      .on_failure = lifecycle::OnFailure::halt,    .deadline = milliseconds(100)},
    Step{.name = "open_shelf",        .run = open_shelf,        .on_failure = lifecycle::OnFailure::degrade, .deadline = seconds(1)},
    Step{.name = "take_settings",     .run = take_settings,     .on_failure = lifecycle::OnFailure::degrade, .deadline = seconds(1)},
    Step{.name = "open_queue",        .run = open_queue,        .on_failure = lifecycle::OnFailure::degrade, .deadline = seconds(1)},
    Step{.name = "start_timekeeping", .run = start_timekeeping, .on_failure = lifecycle::OnFailure::degrade, .deadline = milliseconds(500)},
    Step{.name = "open_books",        .run = open_books,        .on_failure = lifecycle::OnFailure::degrade, .deadline = milliseconds(500)},
    Step{.name = "open_state",        .run = open_state,        .on_failure = lifecycle::OnFailure::degrade, .deadline = seconds(1)},
    Step{.name = "start_forwarding",  .run = start_forwarding,  .on_failure = lifecycle::OnFailure::halt,    .deadline = milliseconds(10)},
  };
  // clang-format on
};

lifecycle::BootReport Gateway::start() {
  const lifecycle::BootReport report =
      lifecycle::walk<Gateway>(Boot::kSequence, *this, board_.clock, board_.log);
  ledger_.boot.took = report.took;
  ledger_.boot.steps_degraded = static_cast<std::uint32_t>(std::popcount(report.degraded));
  if (report.degraded != 0) {
    const auto first = static_cast<std::size_t>(std::countr_zero(report.degraded));
    ledger_.boot.first_degraded = Boot::kSequence[first].name;
  }
  chronicling_.begin();
  return report;
}

}  // namespace hf::gateway

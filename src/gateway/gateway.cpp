#include "gateway/gateway.h"

#include <algorithm>
#include <array>
#include <bit>

namespace hf::gateway {
namespace {

// Often enough that what is dropped is late by little, seldom enough to cost nothing.
constexpr Duration kPrunePeriod = minutes(1);

}  // namespace

// The steps of the start, in their order.
struct Gateway::Boot {
  static Status configure_window(Gateway& gateway) {
    for (std::uint32_t i = 0; i < gateway.roster_.count(); ++i) {
      const SensorIndex sensor{static_cast<std::uint16_t>(i)};
      const stores::SensorFacts& facts = gateway.roster_.at(sensor);
      gateway.window_.configure(sensor, {.stale_after = facts.stale_after, .hints = {}});
    }
    return Status::ok;
  }

  static Status start_sampling(Gateway& gateway) {
    const Uptime now = gateway.board_.clock.uptime();
    gateway.prune_at_ = now + kPrunePeriod;
    gateway.sampling_.step(now);
    return Status::ok;
  }

  // clang-format off
  static constexpr std::array kSequence{
    lifecycle::BootStep<Gateway>{.name = "configure_window", .run = configure_window, .on_failure = lifecycle::OnFailure::halt, .deadline = milliseconds(10)},
    lifecycle::BootStep<Gateway>{.name = "start_sampling",   .run = start_sampling,   .on_failure = lifecycle::OnFailure::halt, .deadline = milliseconds(100)},
  };
  // clang-format on
};

Gateway::Gateway(hal::Board& board, GatewayMemory& memory, const GatewayId& id)
    : board_(board),
      id_(id),
      roster_(memory.roster),
      window_(memory.telemetry, telemetry::Telemetry::Capacities{}),
      sampling_(board.sensors, roster_, window_, ledger_.sampling,
                {memory.sampling, memory.readings, memory.scan}) {}

Result<SensorIndex> Gateway::know(const stores::SensorFacts& facts) { return roster_.add(facts); }

lifecycle::BootReport Gateway::start() {
  const lifecycle::BootReport report =
      lifecycle::walk<Gateway>(Boot::kSequence, *this, board_.clock, board_.log);
  ledger_.boot.took = report.took;
  ledger_.boot.steps_degraded = static_cast<std::uint32_t>(std::popcount(report.degraded));
  if (report.degraded != 0) {
    const auto first = static_cast<std::size_t>(std::countr_zero(report.degraded));
    ledger_.boot.first_degraded = Boot::kSequence[first].name;
  }
  return report;
}

Uptime Gateway::step(Uptime now) {
  if (now >= prune_at_) {
    window_.prune(now);
    prune_at_ = now + kPrunePeriod;
  }
  return std::min(sampling_.step(now), prune_at_);
}

std::string_view Gateway::answer(std::string_view line, std::span<char> answer) {
  const surfaces::Sights sights{.gateway = id_.text(),
                                .clock = board_.clock,
                                .ledger = ledger_,
                                .roster = roster_,
                                .window = window_};
  return surfaces::answer_line(sights, line, answer);
}

}  // namespace hf::gateway

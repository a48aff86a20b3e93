// The gateway: the one object that owns every store and flow, and connects them.
//
//   Board board(options);                          // the platform answers hal/
//   static GatewayMemory memory;                   // all it will ever use
//   Gateway gateway(board.hal(), memory, identity);
//   gateway.know(facts) for each sensor;
//   if (!is_ok(gateway.start().status)) …          // the log has said why
//   while (loop.wait_until(gateway.step(now)) …)
//
// It is one thread, it allocates nothing, and it knows the world only through hal::Board. In
// simulation the same object runs on a virtual clock.
#pragma once

#include <span>
#include <string_view>

#include "flows/sampling/sampling.h"
#include "gateway/gateway_memory.h"
#include "hal/board.h"
#include "lifecycle/boot/boot.h"
#include "stores/ledger/ledger.h"
#include "stores/roster/roster.h"
#include "stores/telemetry/telemetry.h"
#include "surfaces/control/control.h"

namespace hf::gateway {

class Gateway {
 public:
  // REQUIRES: all three outlive it.
  Gateway(hal::Board& board, GatewayMemory& memory, const GatewayId& id);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // Enters a sensor into the roster; outcomes of stores::Roster::add(). Before start().
  Result<SensorIndex> know(const stores::SensorFacts& facts);

  // Walks the boot sequence. What halts it, and what it goes on without, is in the report.
  lifecycle::BootReport start();

  // Everything that is due. Returns when it wants to be called again; being called earlier is fine.
  // REQUIRES: started.
  Uptime step(Uptime now);

  // Answers one line of the control socket: surfaces/control.
  std::string_view answer(std::string_view line, std::span<char> answer);

  const stores::Ledger& ledger() const { return ledger_; }
  const telemetry::Telemetry& window() const { return window_; }

 private:
  struct Boot;

  hal::Board& board_;
  GatewayId id_;
  stores::Ledger ledger_;
  stores::Roster roster_;
  telemetry::Telemetry window_;
  flows::Sampling sampling_;
  Uptime prune_at_;
};

}  // namespace hf::gateway

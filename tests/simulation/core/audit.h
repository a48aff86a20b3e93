// The audit: a power-up at which everything that waits is taken upstream at once, as over a link
// that was up for a moment. It uses the queue as an uplink would, and leaves it as one leaves it.
#pragma once

#include "gateway/gateway_memory.h"
#include "platform/sim/board.h"
#include "tests/simulation/core/upstream.h"

namespace hf::simulation {

// False: the queue did not come to terms with the medium; what it had in memory was taken.
// REQUIRES: no gateway runs; `memory` is free.
bool audit(sim::Board& board, gateway::GatewayMemory& memory, Upstream& upstream);

}  // namespace hf::simulation

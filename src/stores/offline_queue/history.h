// What the file remembers of readings, for whoever wants the past back: newest first, whether
// upstream has it or not.
#pragma once

#include <cstdint>
#include <span>

#include "stores/offline_queue/position.h"
#include "vocabulary/time.h"

namespace hf::stores {

// Where a reader stands: at first behind the newest. Frames that are merged, thinned or pruned
// while it waits do it no harm.
struct HistoryCursor {
  queue::Place before = queue::place_of(wire::Lane::events, 0, 0);
};

struct HistoryFrame {
  std::span<const std::byte> bytes;  // one frame of readings
  std::uint32_t rows = 0;            // its first rows, all that have not been read yet
  // When its newest row was kept, on this boot's clock, as far as the time that the gateway was
  // powered tells. Exact for frames of this boot.
  Uptime kept;
};

}  // namespace hf::stores

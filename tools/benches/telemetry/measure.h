// Pours a feed into the window and measures it.
#pragma once

#include <optional>

#include "tools/benches/feed/feed.h"

namespace hf::bench {

struct Figures {
  std::uint64_t readings = 0;
  double bytes_per_reading = 0;
  std::optional<double> instructions_per_reading;
  double ns_per_reading = 0;
  double latest_ns = 0;
  double range_1h_us = 0;
  double prune_us_per_hour = 0;
  bool lossless = false;

  std::uint64_t memory_bytes = 0;
  std::uint32_t block_bytes = 0;
  std::uint32_t blocks = 0;
  std::uint32_t blocks_free = 0;
  std::uint64_t refused = 0;  // or dropped: then the window did not hold what it was given
};

// Two fills: the first into more than enough memory, to learn what the window itself recommends for
// this feed; the second into just that, to measure.
Figures measure(const Feed& feed, std::uint32_t block_bytes);

// Only the taking in, into more than enough memory: what an instruction counter looks at.
void take_in(const Feed& feed, std::uint32_t block_bytes);

}  // namespace hf::bench

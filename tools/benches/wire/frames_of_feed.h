// A feed as the frames a gateway would send of it, so many seconds in each.
#pragma once

#include <string>
#include <vector>

#include "tools/benches/feed/feed.h"

namespace hf::bench {

inline constexpr std::uint64_t kBenchStream = 0x11;

// In the order of time, positions from 0. Ends the program when a frame cannot be built.
std::vector<std::string> frames_of(const Feed& feed, Duration period);

// The same frame as of another gateway's stream.
std::string moved_to(std::string frame, std::uint64_t stream);

}  // namespace hf::bench

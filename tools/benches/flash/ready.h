// How long a gateway takes from its start to the first new reading safe, with a large queue there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hf::bench {

inline constexpr std::uint64_t kLargeQueueBytes = 500'000'000;

// Milliseconds on the wall, the file read from its medium. Makes the queue in `directory` unless it
// is there. Nothing: it could not be made or opened.
std::optional<double> measure_ready_ms(const std::string& directory);

}  // namespace hf::bench

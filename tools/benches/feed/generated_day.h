// A day of the project's own generator (platform/sim/generator.h): the default feed.
#pragma once

#include "tools/benches/feed/feed.h"

namespace hf::bench {

Feed generated_day(std::uint32_t sensors, double hours, std::uint64_t seed);

}  // namespace hf::bench

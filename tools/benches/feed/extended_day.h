// A day of many sensors out of a short real set, without repeating itself.
//
// Repetition would make compression look better than it is on the real data. So:
//   1. Sensor k follows channel k modulo the channels there are, with chance of its own.
//   2. Readings keep their order and are one second apart, whatever the source's rate was.
//   3. A day is made of segments of 300 to 1,800 readings that begin anywhere in the source and run
//      forwards or backwards. The jump between two stays, and costs what it costs.
//   4. A channel with more than 512 different values gets an offset for each segment: a multiple of
//      the step that the segment's own differences have in common, within an eighth of the
//      channel's range either way. So no series of values comes back. Registers, percentages and
//      constants keep their few values and get none; nor do values that are not decimals.
//   5. One reading in 32 changes places with the next, so that differences do not come back either.
#pragma once

#include "tools/benches/feed/csv_channels.h"
#include "tools/benches/feed/feed.h"

namespace hf::bench {

// REQUIRES: channels that are not empty.
Feed extended_day(const std::vector<Channel>& channels, std::uint32_t sensors, double hours,
                  std::uint64_t seed);

}  // namespace hf::bench

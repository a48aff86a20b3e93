// What a sensor did over a span of time, and the least and most it reached.
//
// A value that is not a number is counted and left out of least, most and mean; quality does not
// matter to them, so that no spike is hidden because somebody doubted it.
#pragma once

#include <cstdint>

#include "stores/telemetry/range_cursor.h"

namespace hf::stores::telemetry {

struct Statistics {
  std::uint32_t readings = 0;
  std::uint32_t numbers = 0;   // of them; the values below mean something when there is one
  std::uint32_t not_good = 0;  // readings whose quality is not good
  double least = 0;
  double most = 0;
  double mean = 0;
  Uptime first_at;
  Uptime last_at;
};

// Gathers readings in order, as many at a time as the caller likes.
class StatisticsGatherer {
 public:
  void add(std::span<const Reading> readings);
  Statistics result() const;

 private:
  Statistics so_far_;
  double sum_ = 0;
  double sum_error_ = 0;  // what rounding took from sum_: a day of readings keeps its last digits
};

// From `from` to `to`, both included. Decodes all of it: about 25 ns a reading on a desk, 2 ms a
// day; a slow board reads page by page with a RangeCursor and a StatisticsGatherer instead.
Statistics statistics(const Telemetry& telemetry, SensorIndex sensor, Uptime from, Uptime to);

struct Extremes {
  bool any = false;
  double least = 0;
  double most = 0;
};

// Least and most of all that is held of a sensor, mostly out of block headers: O(blocks).
Extremes extremes(const Telemetry& telemetry, SensorIndex sensor);

}  // namespace hf::stores::telemetry

// The readings of one sensor within a span of time, a page at a time.
//
// A page costs its readings; between pages the window may take in and drop what it wants, and the
// cursor goes on where it was. A reading that arrives late behind the cursor is not seen by it.
#pragma once

#include <span>

#include "stores/telemetry/telemetry.h"

namespace hf::stores::telemetry {

class RangeCursor {
 public:
  // Both ends belong to the range. REQUIRES: `sensor` is below the window's capacity; `telemetry`
  // outlives it. O(blocks of the sensor).
  RangeCursor(const Telemetry& telemetry, SensorIndex sensor, Uptime from, Uptime to);

  static RangeCursor last_hour(const Telemetry& telemetry, SensorIndex sensor, Uptime now) {
    return {telemetry, sensor, now - hours(1), now};
  }

  // The next readings, oldest first: how many were written to the front of `page`. 0: no more, for
  // now when the range reaches beyond the newest reading.
  std::uint32_t read(std::span<Reading> page);

  // Readings that were dropped between two pages.
  std::uint64_t missed() const { return reader_.missed(); }

 private:
  SeriesReader reader_;
  Uptime to_;
  bool ended_ = false;
};

}  // namespace hf::stores::telemetry

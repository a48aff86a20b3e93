// Everything since, of all sensors, once: what forwarding builds its frames from.
//
// A batch goes up to one moment, and batches follow each other in time. Within a batch the readings
// come sensor by sensor, because frames are written in columns: scans that sensors share have equal
// times in each of them. The places reached are memory of the caller's, so that a frame that could
// not be kept is built again from a copy of them.
//
//   ForwardCursor cursor(telemetry, places);
//   cursor.begin_batch(now);
//   while (cursor.next(page, part)) { … page.first(part.count) … }
//
// Cost: as a SeriesReader; a sensor whose new readings are still staged decodes nothing.
// Not thread-safe.
#pragma once

#include <span>

#include "stores/telemetry/telemetry.h"

namespace hf::stores::telemetry {

class ForwardCursor {
 public:
  // Goes on at `places`: for each sensor the sequence it comes to next, 0 after a boot.
  // REQUIRES: places.size() == telemetry.sensors(); both outlive it.
  ForwardCursor(Telemetry& telemetry, std::span<Sequence> places);

  // From the first readings that are not before `since`. O(all blocks).
  void start_at(Uptime since);

  // From the places reached to `until`, included. What comes late for this span is refused from the
  // moment its sensor was read on.
  void begin_batch(Uptime until);

  struct Part {
    SensorIndex sensor;
    std::uint32_t count = 0;   // readings in the page; 0: only missed ones
    std::uint64_t missed = 0;  // readings of this sensor that were dropped before they were read
  };
  // The next readings of one sensor, in order. False: the batch is at its end.
  // REQUIRES: !page.empty().
  bool next(std::span<Reading> page, Part& part);

 private:
  void go_to(std::uint32_t sensor);

  Telemetry& telemetry_;
  std::span<Sequence> places_;
  SeriesReader reader_;
  Uptime until_;
  std::uint32_t sensor_;  // whose turn it is; telemetry_.sensors(): at the end
  std::uint64_t told_missed_ = 0;
};

}  // namespace hf::stores::telemetry

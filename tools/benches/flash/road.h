// The road of a reading on a desk: telemetry window, forwarding, offline queue, all of them the
// real ones, on virtual time and on whatever flash they are given.
#pragma once

#include <functional>

#include "tools/benches/feed/feed.h"
#include "tools/benches/flash/counting_flash.h"

namespace hf::bench {

struct RoadSettings {
  Duration window = seconds(10);
  bool is_online = false;         // receipts come back a second after what they are for
  std::uint64_t quota_bytes = 0;  // of the queue file; 0: a benchmark is to meet none
};

struct RoadFigures {
  std::uint64_t readings = 0;  // that were forwarded
  double hours = 0;
  FlashUse use;  // of running; making the files is done once in a gateway's life and left out
  std::uint64_t bytes_held = 0;   // of all files, in the end and tidied up
  std::uint64_t frame_bytes = 0;  // of that, frames
  // Hours of readings that the queue still had in the end, by resolution; and what it had to drop.
  double hours_in_full = 0, hours_of_10s = 0, hours_of_1min = 0, hours_dropped = 0;
  bool is_sound = false;  // every reading could be sent, once
};

// `every_second` is called after each second of virtual time.
RoadFigures take_the_road(const Feed& feed, const RoadSettings& settings, CountingFlash& flash,
                          const std::function<void(Uptime)>& every_second);

}  // namespace hf::bench

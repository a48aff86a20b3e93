// What most would write: a row for each reading, an index over sensor and time, one commit for
// every second. In the same SQLite, as carefully opened, so that only the way of keeping differs.
#pragma once

#include <functional>

#include "tools/benches/feed/feed.h"
#include "tools/benches/flash/counting_flash.h"

namespace hf::bench {

struct NaiveFigures {
  std::uint64_t readings = 0;
  double hours = 0;
  FlashUse use;
  std::uint64_t bytes_held = 0;  // without the log
};

// The first `span` of the feed.
NaiveFigures keep_naively(const Feed& feed, Duration span, CountingFlash& flash,
                          const std::function<void(Uptime)>& every_second);

}  // namespace hf::bench

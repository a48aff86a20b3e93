// What a worker counts, as Prometheus reads it. docs/formats/hub.md names each.
#pragma once

#include <string>

#include "tools/hub/serving/worker.h"

namespace hf::hub {

struct LinkCounts {
  bool is_connected = false;
  std::uint64_t connects = 0;
  std::uint64_t dropped = 0;  // messages that found the inbox full for too long
  std::uint64_t inbox_bytes = 0;
  std::uint64_t store_failures = 0;
  double commit_seconds = 0;  // all of them together
};

std::string metrics_page(const Worker& worker, const LinkCounts& link);

}  // namespace hf::hub

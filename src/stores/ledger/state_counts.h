// What the flows of documents and alerts count.
#pragma once

#include <cstdint>

namespace hf::stores {

struct AlertingCounts {
  std::uint64_t readings = 0;  // looked at, once for each
  std::uint64_t missed = 0;    // had left the window
  std::uint64_t raised = 0;
  std::uint64_t ended = 0;
  std::uint64_t failures = 0;       // that could not be written down, and are tried again
  std::uint32_t rules = 0;          // in force
  std::uint32_t rules_refused = 0;  // with a pattern or condition that is none, or for want of room
  std::uint32_t watches = 0;
  std::uint32_t watches_refused = 0;
};

struct ReconcilingCounts {
  std::uint64_t told = 0;     // documents and deltas that went up
  std::uint64_t taken = 0;    // deltas that came down and were merged
  std::uint64_t corrupt = 0;  // payloads that were none
  std::uint64_t comparisons = 0;
  std::uint64_t untold = 0;     // left to the next comparison
  std::uint32_t waiting = 0;    // for their debounce, now
  std::uint32_t push_left = 0;  // documents of a push on demand, now
  std::uint32_t push_all = 0;   // and how many it began with
};

}  // namespace hf::stores

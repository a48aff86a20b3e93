// How fast a backlog goes, which is what `time to drain` is reckoned from.
//
// Not what the link could do at its best: what was acknowledged of the backlog over the time it
// took, with all that held it up (losses, live data, a rate, a broker that thinks), over the last
// minute of draining. In bytes as the queue counts them, because parts of frames are larger on
// their way than where they lie.
//
// It outlives a connection: the next one is most likely to be as good. Cost: two sums.
#pragma once

#include <algorithm>
#include <cstdint>

#include "vocabulary/time.h"

namespace hf::flows::uplink {

class DrainPace {
 public:
  // So much of the backlog, that had left then, was acknowledged.
  void note(std::uint64_t stored_bytes, Uptime left_at, Uptime now) {
    // What waited for something else than the link is not the link's time.
    if (now - last_at_ > kPause) last_at_ = left_at;
    const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(0, (now - last_at_).ms));
    last_at_ = now;
    if (ramp_ms_ > 0) {
      ramp_ms_ -= std::min(ramp_ms_, ms);
      return;
    }
    spans_[0].ms += ms;
    spans_[0].bytes += stored_bytes;
    if (is_known()) known_ = rate();
    if (spans_[0].ms < kSpanMs) return;
    spans_[1] = spans_[0];
    spans_[0] = {};
  }

  // What comes may go another way; until that is known, what was known stays.
  void begin_connection() {
    spans_[0] = spans_[1] = {};
    ramp_ms_ = kRampMs;
  }

  // Bytes a second; 0: nobody knows yet.
  std::uint64_t bytes_per_second() const { return known_; }

 private:
  static constexpr std::uint64_t kSpanMs = 30'000;
  static constexpr std::uint64_t kRampMs = 3'000;   // while the window still grows
  static constexpr std::uint64_t kLeastMs = 5'000;  // shorter tells more of buffers than of the way
  static constexpr Duration kPause = seconds(20);   // longer than an acknowledgement may take

  struct Span {
    std::uint64_t ms = 0;
    std::uint64_t bytes = 0;
  };
  bool is_known() const { return spans_[0].ms + spans_[1].ms >= kLeastMs; }
  std::uint64_t rate() const {
    const std::uint64_t ms = spans_[0].ms + spans_[1].ms;
    return std::max<std::uint64_t>(1, (spans_[0].bytes + spans_[1].bytes) * 1000 / ms);
  }

  Span spans_[2];  // the first is current
  std::uint64_t ramp_ms_ = kRampMs;
  Uptime last_at_{-kPause.ms - 1};
  std::uint64_t known_ = 0;
};

}  // namespace hf::flows::uplink

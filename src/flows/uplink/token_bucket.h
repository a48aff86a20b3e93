// A rate that is kept on average: so many units a second, and a few seconds' worth at once.
//
// It answers when, never no: what exceeds the rate waits in the queue, which is where it is safe
// anyway. A message larger than the whole bucket goes once the bucket is full, and leaves a debt
// that later ones wait for; so the average holds and nothing is too large to be sent.
#pragma once

#include <algorithm>
#include <cstdint>

#include "vocabulary/time.h"

namespace hf::flows::uplink {

class TokenBucket {
 public:
  static constexpr std::int64_t kBurstSeconds = 5;  // worth of tokens that may be saved up

  // Zero: no limit. Begins full.
  void set(std::uint64_t per_second, Uptime now) {
    if (per_second == per_second_) return;
    per_second_ = per_second;
    level_ = burst();
    filled_at_ = now;
  }

  // When `amount` may go: now, or later. It may go at that time whatever else is asked.
  Uptime free_at(std::uint64_t amount, Uptime now) {
    if (per_second_ == 0) return now;
    fill(now);
    const std::int64_t needed = std::min(static_cast<std::int64_t>(amount) * kScale, burst());
    if (level_ >= needed) return now;
    const std::int64_t rate = static_cast<std::int64_t>(per_second_);  // scaled units a millisecond
    return now + milliseconds((needed - level_ + rate - 1) / rate);
  }

  // It goes.
  void take(std::uint64_t amount, Uptime now) {
    if (per_second_ == 0) return;
    fill(now);
    level_ -= static_cast<std::int64_t>(amount) * kScale;
  }

 private:
  static constexpr std::int64_t kScale = 1000;  // so that a millisecond adds a whole number

  std::int64_t burst() const {
    return static_cast<std::int64_t>(per_second_) * kScale * kBurstSeconds;
  }
  void fill(Uptime now) {
    if (now <= filled_at_) return;
    // No longer than it takes to be full: after days of silence the product has no room.
    const std::int64_t rate = static_cast<std::int64_t>(per_second_);
    const std::int64_t ms = std::min((now - filled_at_).ms, (burst() - level_) / rate + 1);
    level_ = std::min(level_ + ms * rate, burst());
    filled_at_ = now;
  }

  std::uint64_t per_second_ = 0;
  std::int64_t level_ = 0;  // in thousandths; below zero: a debt
  Uptime filled_at_;
};

}  // namespace hf::flows::uplink

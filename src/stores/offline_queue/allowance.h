// The flash allowance: a daily budget of bytes, earned evenly over the day and spent by whatever is
// written. When it is overdrawn, what can wait does: the window widens. Nothing is ever dropped for
// it, and the window never grows beyond its maximum, so a budget that is too small for the data is
// overdrawn, and the figures say so.
//
// Cost: nothing. Pure arithmetic on time and a count.
#pragma once

#include <algorithm>
#include <cstdint>

#include "vocabulary/time.h"

namespace hf::stores::queue {

class Allowance {
 public:
  // bytes_per_day 0: there is no budget.
  void begin(std::uint64_t bytes_per_day, Uptime now, std::uint64_t bytes_written) {
    bytes_per_day_ = static_cast<std::int64_t>(bytes_per_day);
    balance_ = bytes_per_day_ / kReserve;
    at_ = now;
    bytes_written_ = bytes_written;
  }

  // Brings the balance up to date. `bytes_written` is a count that only grows.
  void note(Uptime now, std::uint64_t bytes_written) {
    const std::int64_t elapsed_ms = std::min((now - at_).ms, days(1).ms);
    // One part is the reserve that may be spent at once; so no 24 hours exceed the budget.
    const std::int64_t per_day = bytes_per_day_ - bytes_per_day_ / kReserve;
    const std::int64_t earned = per_day / kSlice * elapsed_ms / (days(1).ms / kSlice);
    if (earned == 0 && elapsed_ms < kSlice) return;  // too early to round
    balance_ += earned - static_cast<std::int64_t>(bytes_written - bytes_written_);
    balance_ = std::min(balance_, bytes_per_day_ / kReserve);
    at_ = now;
    bytes_written_ = bytes_written;
  }

  // How long what can wait should wait from `at` of the last note().
  Duration wait() const {
    if (bytes_per_day_ == 0 || balance_ >= 0) return {};
    const std::int64_t bytes_per_second = std::max<std::int64_t>(
        bytes_per_day_ / days(1).ms * 1000 + bytes_per_day_ % days(1).ms * 1000 / days(1).ms, 1);
    return seconds(-balance_ / bytes_per_second + 1);
  }

  bool is_overdrawn() const { return bytes_per_day_ > 0 && balance_ < 0; }

 private:
  static constexpr std::int64_t kReserve = 24;  // an hour's worth
  static constexpr std::int64_t kSlice = 1000;  // keeps the products within 64 bits

  std::int64_t bytes_per_day_ = 0;
  std::int64_t balance_ = 0;
  std::uint64_t bytes_written_ = 0;
  Uptime at_;
};

}  // namespace hf::stores::queue

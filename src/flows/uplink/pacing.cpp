#include "flows/uplink/pacing.h"

#include <algorithm>

namespace hf::flows::uplink {
namespace {

constexpr std::uint64_t kThousand = 1000;

// Of the nearest period in the table that is not longer.
std::uint32_t percent_of(Duration period) {
  std::uint32_t percent = kPeriodCosts.front().percent;
  for (const PeriodCost& cost : kPeriodCosts) {
    if (cost.period <= period) percent = cost.percent;
  }
  return percent;
}

}  // namespace

void Pacing::note_frame(std::uint64_t bytes, Duration span) {
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(span.ms, 1000));
  const std::uint64_t noted = bytes * 100 * kThousand * 1000 /
                              (ms * percent_of(milliseconds(static_cast<std::int64_t>(ms))));
  // Smoothed: a single frame may be of a moment in which everything moved.
  dense_bytes_per_second_ =
      dense_bytes_per_second_ == 0 ? noted : (7 * dense_bytes_per_second_ + noted) / 8;
}

std::uint64_t Pacing::cost(Duration period) const {
  if (dense_bytes_per_second_ == 0) return 0;
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(period.ms, 1));
  return dense_bytes_per_second_ * percent_of(period) / 100 / kThousand +
         kBytesAroundFrame * 1000 / ms;
}

Duration Pacing::period(const UplinkSettings& settings) {
  Duration least = is_metered_ ? settings.live_period_least_metered : settings.live_period_least;
  if (is_low_) least = std::max(least, kLowBatteryLeast);
  const std::uint64_t most_bytes = rate_ / kShareOfRate;
  Duration chosen = least;
  for (const PeriodCost& candidate : kPeriodCosts) {
    if (candidate.period < least) continue;
    chosen = candidate.period;
    // To a shorter one only when there is room to spare, or it would go to and fro.
    const bool is_shorter = period_ != Duration{} && candidate.period < period_;
    if (cost(candidate.period) <= (is_shorter ? most_bytes * 3 / 4 : most_bytes)) break;
  }
  period_ = std::min(std::max(chosen, least), settings.live_period_most);
  return period_;
}

}  // namespace hf::flows::uplink

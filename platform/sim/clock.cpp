#include "platform/sim/clock.h"

#include <algorithm>

#include "vocabulary/assertion.h"

namespace hf::sim {
namespace {

constexpr UtcTime kWorldBegins{1'700'000'000'000};  // 2023-11-14: any date will do, so a fixed one
constexpr Duration kSyncedError = milliseconds(10);
constexpr Duration kFloorError = days(3650);  // how long a gateway may lie in a store

}  // namespace

Clock::Clock(std::uint64_t seed) : random_(seed) { power_on(Rtc::none); }

Uptime Clock::uptime() const { return Uptime{elapsed_ms_ - powered_on_at_ms_}; }

UtcTime Clock::true_utc() const {
  return kWorldBegins + milliseconds(elapsed_ms_ - ahead_nanoseconds_ / 1'000'000);
}

UtcTime Clock::shown() const {
  if (quality_ == TimeQuality::synced) return true_utc();
  return utc_at_zero_ + milliseconds(elapsed_ms_);
}

UtcReading Clock::utc() const {
  const UtcTime floor = floor_at_zero_ + milliseconds(elapsed_ms_);
  if (has_floor_ && quality_ < TimeQuality::synced) {
    if (shown() < floor || quality_ < TimeQuality::floor) {
      return {.at = std::max(shown(), floor), .error = kFloorError, .quality = TimeQuality::floor};
    }
  }
  return {.at = shown(), .error = error_, .quality = quality_};
}

void Clock::raise_floor(UtcTime not_before) {
  const UtcTime at_zero = not_before - milliseconds(elapsed_ms_);
  floor_at_zero_ = has_floor_ ? std::max(floor_at_zero_, at_zero) : at_zero;
  has_floor_ = true;
}

bool Clock::take_step(hal::ClockStep& step) {
  if (step_.by == Duration{}) return false;
  step = step_;
  step_ = {};
  return true;
}

void Clock::pass(Duration time) {
  HF_ASSERT(time.ms >= 0);
  elapsed_ms_ += time.ms;
  ahead_nanoseconds_ += time.ms * drift_ppm_;  // one ppm of a millisecond is a nanosecond
}

void Clock::set_utc(UtcTime to, TimeQuality quality, Duration error) {
  const Duration by = to - shown();
  if (by >= hal::kStepLeast || by <= milliseconds(0) - hal::kStepLeast) {
    step_ = {.noticed_at = uptime(), .by = step_.by + by};
  }
  quality_ = quality;
  error_ = error;
  utc_at_zero_ = to - milliseconds(elapsed_ms_);
}

void Clock::sync() { set_utc(true_utc(), TimeQuality::synced, kSyncedError); }

void Clock::lose_sync() {
  utc_at_zero_ = shown() - milliseconds(elapsed_ms_);
  quality_ = TimeQuality::coarse;
}

void Clock::power_on(Rtc rtc) {
  powered_on_at_ms_ = elapsed_ms_;
  boot_id_ = BootId{random_.next() | 1};  // never zero, which means "no boot known"
  step_ = {};
  has_floor_ = false;
  quality_ = rtc == Rtc::good ? TimeQuality::coarse : TimeQuality::unset;
  error_ = rtc == Rtc::good ? seconds(5) : Duration{};
  UtcTime begins{};
  if (rtc == Rtc::good) begins = true_utc() + milliseconds(random_.between(-4000, 4000));
  if (rtc == Rtc::wrong) {
    begins = true_utc() + milliseconds(random_.between(-days(3650).ms, days(3650).ms));
  }
  utc_at_zero_ = begins - milliseconds(elapsed_ms_);
}

}  // namespace hf::sim

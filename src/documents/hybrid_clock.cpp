#include "documents/hybrid_clock.h"

#include <algorithm>

namespace hf::documents {
namespace {

constexpr std::uint32_t kCounterMost = std::numeric_limits<std::uint32_t>::max();

// `count` later at the same time, or at the next millisecond when that many do not fit.
Stamp counted_on(Stamp stamp, std::uint32_t count) {
  if (stamp.counter > kCounterMost - count) return {stamp.ms + 1, 0, stamp.origin};
  return {stamp.ms, stamp.counter + count, stamp.origin};
}

}  // namespace

Stamp HybridClock::next(const UtcReading& now) const {
  if (is_trusted(now) && now.at.ms > highest_.ms) return {now.at.ms, 0, origin_};
  return counted_on({highest_.ms, highest_.counter, origin_}, 1);
}

Stamp HybridClock::ceiling(const UtcReading& now) const {
  if (!is_trusted(now)) return kEnd;
  const std::int64_t most_ms =
      std::min(now.at.ms, kStampMsMost - future_most_.ms) + future_most_.ms;
  return {most_ms, kEnd.counter, kEnd.origin};
}

Status HybridClock::observe(Stamp seen, const UtcReading& now) {
  if (seen > ceiling(now)) return Status::refused;
  highest_ = std::max(highest_, seen);
  return Status::ok;
}

Result<Stamp> HybridClock::issue(const UtcReading& now) {
  const Stamp stamp = next(now);
  if (stamp.ms > kStampMsMost) return Status::full;
  if (stamp > ceiling(now)) return Status::refused;
  if (stamp > reserved_until_) return Status::busy;
  highest_ = stamp;
  return stamp;
}

Stamp HybridClock::reservation(const UtcReading& now) const {
  const Stamp counted = counted_on(next(now), limits::kStampReservedCounts);
  if (!is_trusted(now)) return counted;
  // From the clock, not from our own highest: reboot after reboot must not add up (H5).
  return std::max(counted, Stamp{now.at.ms + limits::kStampReservedAhead.ms, 0, origin_});
}

void HybridClock::reserve(Stamp until) { reserved_until_ = std::max(reserved_until_, until); }

}  // namespace hf::documents

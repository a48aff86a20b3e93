#include "flows/forwarding/forwarding.h"

#include <algorithm>

#include "wire/frames/gap_record.h"

namespace hf::flows::forwarding {
namespace {

// What it may take from deciding to being safe: a cut, a write and a sync on a slow card.
constexpr Duration kMarginMax = seconds(1);
constexpr std::int64_t kMarginShare = 5;  // of W, where that is less

constexpr Duration kRetry = seconds(1);
constexpr int kCutsPerStep = 8;  // a backlog in the window must not hold up the loop

}  // namespace

Forwarding::Forwarding(FrameCutter& cutter, FrameKeeping& store, BootId boot, std::uint32_t roster,
                       std::span<std::byte> frame_memory)
    : cutter_(cutter), store_(store), boot_(boot), roster_(roster), frame_memory_(frame_memory) {}

Duration Forwarding::margin() const {
  return std::min(kMarginMax, Duration{settings_.window.ms / kMarginShare});
}

Uptime Forwarding::cut_due() const {
  const Duration latest = settings_.window - margin();
  const bool is_live = settings_.live_period.ms > 0;
  return cut_until_ + (is_live ? std::min(latest, settings_.live_period) : latest);
}

bool Forwarding::check(Status status, Uptime now) {
  if (is_ok(status)) return true;
  ++counts_.failures;
  not_before_ = now + kRetry;
  return false;
}

Status Forwarding::keep(Uptime now, std::uint32_t bytes) {
  const auto frame = frame_memory_.first(bytes);
  const Status kept = store_.keep(frame, now);
  if (kept != Status::full) return kept;
  HF_TRY(store_.batch(now));
  batched_at_ = now;
  return store_.keep(frame, now);
}

void Forwarding::tell_missed(Uptime now, std::uint64_t missed_count) {
  counts_.missed += missed_count;
  untold_ += missed_count;
  if (untold_ == 0) return;
  std::array<std::byte, wire::kGapFrameBytesMax> memory;
  wire::FrameHeader about;
  about.boot = boot_;
  about.roster = roster_;
  about.reading_count = 0;
  about.first = now;
  about.last = now;
  wire::GapRecord gap;
  gap.reason = wire::GapReason::not_fetched;
  gap.has_span = true;
  gap.boot = boot_;
  gap.first = std::min(cut_until_, now);
  gap.last = now;
  const Result<std::uint32_t> bytes = wire::write_gap_frame(memory, about, gap);
  HF_ASSERT(bytes.ok());
  if (check(store_.keep_event(std::span{memory}.first(bytes.value()), now), now)) untold_ = 0;
}

// False: the store failed, or there is more than one step should do.
bool Forwarding::cut_all(Uptime now) {
  for (int cuts = 0; cuts < kCutsPerStep; ++cuts) {
    FrameCutter::Cut cut;
    const Status status = cutter_.cut(now, frame_memory_, cut);
    if (is_ok(status)) {
      if (!check(keep(now, cut.bytes), now)) return false;
      ++counts_.frames;
      counts_.readings += cut.reading_count;
    }
    cutter_.commit();
    tell_missed(now, cut.missed_count);
    cut_until_ = cut.until;
    if (cut.until >= now) return true;
  }
  return false;
}

Uptime Forwarding::step(Uptime now, bool power_is_failing) {
  const bool power_begins_to_fail = power_is_failing && !was_failing_;
  was_failing_ = power_is_failing;
  if (now < not_before_ && !power_begins_to_fail) return not_before_;

  if (power_begins_to_fail || now >= cut_due()) {
    if (!cut_all(now) && !power_begins_to_fail) return std::max(not_before_, now);
  }
  const auto unsafe_due = [&] {
    const Uptime oldest = store_.oldest_unsafe();
    return oldest == kNever ? kNever : oldest + settings_.window - margin();
  };
  if (power_begins_to_fail || now >= unsafe_due()) {
    if (!check(store_.make_safe(now), now)) return not_before_;
  }
  if (power_begins_to_fail || now >= batched_at_ + settings_.batch_period) {
    if (!check(store_.batch(now), now)) return not_before_;
    batched_at_ = now;
  }
  return std::min({cut_due(), unsafe_due(), batched_at_ + settings_.batch_period});
}

}  // namespace hf::flows::forwarding

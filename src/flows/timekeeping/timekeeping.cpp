#include "flows/timekeeping/timekeeping.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "wire/frames/anchor_frame.h"

namespace hf::flows {
namespace {

// The last moment that a synced clock vouched for, of all boots that are known.
UtcTime last_synced(const stores::Anchors& anchors) {
  UtcTime last{};
  for (const stores::BootAnchors& boot : anchors.boots()) {
    if (boot.count == 0 || boot.anchors[0].quality != TimeQuality::synced) continue;
    stores::UtcSpan span;
    if (is_ok(anchors.place(boot.boot, boot.last_heard, span)))
      last = std::max(last, span.earliest);
  }
  return last;
}

bool is_much_better(const UtcReading& utc, const stores::Anchor& anchor) {
  return utc.quality > anchor.quality ||
         (utc.quality == anchor.quality && anchor.error.ms > 0 &&
          utc.error.ms * Timekeeping::kMuchBetter <= anchor.error.ms);
}

}  // namespace

Status Timekeeping::start() {
  const Status status = file_.load(anchors_);
  anchors_.begin_boot(clock_.boot_id());
  const Uptime now = clock_.uptime();
  anchors_.hear(clock_.boot_id(), now);
  // A restart of the process within a boot goes on from what that boot knew.
  if (const stores::BootAnchors* ours = this_boot(); ours->count > 0) {
    last_ = ours->anchors[ours->count - 1];
  }
  if (const UtcTime floor = last_synced(anchors_); floor.ms > 0) clock_.raise_floor(floor);
  save_at_ = now + kLookPeriod;  // the boot itself is worth a note: its successors lie after it
  return status;
}

Uptime Timekeeping::step(Uptime now) {
  if (now < look_at_) return look_at_;
  look_at_ = now + kLookPeriod;
  const Uptime looked = clock_.uptime();
  const UtcReading utc = clock_.utc();
  if (utc.quality >= TimeQuality::coarse && wants_anchor(utc, looked)) add_anchor(utc, looked);
  if (is_untold_) tell_upstream(now);
  if (now >= save_at_) save(looked);
  return look_at_;
}

void Timekeeping::stop(Uptime now) { save(now); }

bool Timekeeping::wants_anchor(const UtcReading& utc, Uptime now) {
  hal::ClockStep step;
  const bool has_stepped = clock_.take_step(step);
  if (has_stepped) ++counts_.steps;
  if (is_much_better(utc, last_)) return true;
  if (utc.quality < last_.quality) return false;  // it would change nothing: A2
  if (has_stepped) return true;
  const Duration since = now - last_.uptime;
  if (since >= kAnchorPeriod) return true;
  stores::UtcSpan span;
  if (since < kDriftPause || !is_ok(anchors_.place(clock_.boot_id(), now, span))) return false;
  return std::abs((utc.at - span.likely).ms) > kDriftMost.ms;
}

void Timekeeping::add_anchor(const UtcReading& utc, Uptime now) {
  const stores::Anchor anchor{.boot = clock_.boot_id(),
                              .uptime = now,
                              .utc = utc.at,
                              .error = utc.error,
                              .quality = utc.quality};
  if (!is_ok(anchors_.add(anchor))) {
    ++counts_.refused;  // no time of day that could be: a clock in the year 10000
    return;
  }
  const bool is_better = utc.quality > last_.quality;
  last_ = anchor;
  ++counts_.anchors;
  is_untold_ = true;
  save_at_ = now;
  if (!is_better) return;
  std::array<char, 96> fields;
  const int size =
      std::snprintf(fields.data(), fields.size(), "utc_ms=%lld error_ms=%lld quality=%s",
                    static_cast<long long>(utc.at.ms), static_cast<long long>(utc.error.ms),
                    to_text(utc.quality).data());
  log_.write(hal::LogLevel::note, "time_is_known",
             {fields.data(), static_cast<std::size_t>(std::max(0, size))});
}

// The last one only: where the queue took none, an earlier one of the same boot tells less.
void Timekeeping::tell_upstream(Uptime now) {
  std::array<std::byte, wire::kAnchorFrameBytesMax> frame;
  wire::FrameHeader about;
  about.boot = last_.boot;
  about.first = about.last = last_.uptime;
  const auto size = wire::write_anchor_frame(
      frame, about, {.at = last_.utc, .error = last_.error, .quality = last_.quality});
  HF_ASSERT(size.ok());  // the room is the frame's own greatest size
  const Status status = queue_.keep_event(std::span{frame}.first(size.value()), now);
  // In memory only is as good as it gets while the medium is away: the queue files it later.
  is_untold_ = !is_ok(status) && status != Status::unavailable;
  if (is_untold_) ++counts_.failures;
}

void Timekeeping::save(Uptime now) {
  anchors_.hear(clock_.boot_id(), now);
  const bool is_saved = is_ok(file_.save(*this_boot()));
  if (!is_saved) ++counts_.failures;
  save_at_ = now + (is_saved ? kHeardPeriod : kDriftPause);
}

const stores::BootAnchors* Timekeeping::this_boot() const {
  const auto boots = anchors_.boots();
  const auto found = std::ranges::find(boots, clock_.boot_id(), &stores::BootAnchors::boot);
  HF_ASSERT(found != boots.end());  // the newest is forgotten last
  return &*found;
}

}  // namespace hf::flows

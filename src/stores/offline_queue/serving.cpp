// When the queue does what: deadlines, and the work there is time for.
#include "stores/offline_queue/absence.h"
#include "stores/offline_queue/key_care.h"
#include "stores/offline_queue/offline_queue.h"
#include "stores/offline_queue/upkeep.h"

namespace hf::stores {

using queue::FreshFrame;
using queue::FreshFrames;
using queue::Safety;
using queue::StreamState;
using wire::Lane;

namespace {

constexpr Uptime kNever{INT64_MAX};

// What there is time for, in this order.
using IdleWork = Status (*)(queue::QueueState& queue, Uptime now);
constexpr IdleWork kIdleWork[] = {
    [](queue::QueueState& queue, Uptime now) { return queue::Absence(queue, now).learn(); },
    [](queue::QueueState& queue, Uptime now) { return queue::KeyCare(queue, now).rotate(); },
    [](queue::QueueState& queue, Uptime now) { return queue::KeyCare(queue, now).drop_unused(); },
    [](queue::QueueState& queue, Uptime now) { return queue::Upkeep(queue, now).retire(); },
    [](queue::QueueState& queue, Uptime now) { return queue::Upkeep(queue, now).compact(); },
};

}  // namespace

// A frame that is safe stays so: what was passed over once is not looked at again. This is asked
// many times a second, and there may be a thousand frames.
Uptime OfflineQueue::oldest_unsafe() const {
  const FreshFrames& fresh = state_.fresh;
  const std::uint64_t first = fresh.first_number();
  safe_to_ = std::max(safe_to_, first);
  for (; safe_to_ < first + fresh.count(); ++safe_to_) {
    const FreshFrame& frame = fresh[static_cast<std::uint32_t>(safe_to_ - first)];
    if (needs_journal(frame)) return frame.first;
  }
  return kNever;
}

bool OfflineQueue::needs_journal(const FreshFrame& frame) const {
  if (frame.safety != Safety::unsafe) return false;
  const auto stream =
      std::ranges::find(state_.known_streams(), frame.stream, &StreamState::ordinal);
  return !stream->lane(Lane::readings).record.received.contains(frame.rows);
}

// A supply that breaks down again and again: what can wait does, for the first while.
bool OfflineQueue::holds_off(Uptime now) const {
  return state_.ledger.short_boots > queue::kShortBootsMax && now - Uptime{} < queue::kHoldOff;
}

Duration OfflineQueue::window(Uptime now) const {
  const Duration wanted = state_.settings.window;
  const Duration held_off = holds_off(now) ? std::max(wanted, queue::kHoldOffWindow) : wanted;
  return std::min(held_off + state_.allowance.wait(), std::max(wanted, kWindowMax));
}

Uptime OfflineQueue::serve(Uptime now) {
  if (keeping_ == Keeping::in_memory && now >= retry_at_) static_cast<void>(recover(now));
  state_.allowance.note(now, state_.flash.meter().bytes_written);
  const auto safe_by = [&] {
    const Uptime oldest = oldest_unsafe();
    return oldest == kNever ? kNever : oldest + window(now);
  };
  if (keeping_ == Keeping::on_flash && safe_by() <= now) static_cast<void>(make_safe(now));
  if (keeping_ == Keeping::on_flash && batch_due(now) <= now) static_cast<void>(batch(now));
  if (keeping_ == Keeping::on_flash && now >= tend_at_) tend_at_ = tend(now);
  if (keeping_ != Keeping::on_flash) return retry_at_;
  return std::min({safe_by(), batch_due(now), tend_at_});
}

// What upstream has is written for history only, and may wait for more: one commit costs the same
// few pages for much as for little. While the flash budget is overdrawn everything waits, as long
// as memory and journal have room for as much again.
Uptime OfflineQueue::batch_due(Uptime now) const {
  const Duration period = state_.settings.batch_period;
  const Uptime due = holds_off(now) ? std::max(batched_at_ + period, Uptime{} + queue::kHoldOff)
                                    : batched_at_ + period;
  const FreshFrames& fresh = state_.fresh;
  // Should the link break now, what comes next is journaled, and then all is filed at once.
  const bool is_history = !has_journaled();
  if (is_history && fresh.is_filled_to(queue::kHistoryParts, queue::kFreshParts)) return due;
  if (is_history) {
    return due + std::max(period * (queue::kHistoryPeriods - 1), state_.allowance.wait());
  }
  const bool has_room = !fresh.is_filled_to(1, 2) &&
                        state_.journal.bytes_used() < state_.journal.capacity_bytes() / 2;
  return has_room ? due + state_.allowance.wait() : due;
}

bool OfflineQueue::has_journaled() const {
  const std::uint64_t first = state_.fresh.first_number();
  for (; journaled_to_ > first; --journaled_to_) {
    const auto index = static_cast<std::uint32_t>(journaled_to_ - 1 - first);
    if (state_.fresh[index].safety == Safety::journaled) return true;
  }
  return false;
}

// One thing at a call. What was done well is likely to have more behind it.
Uptime OfflineQueue::tend(Uptime now) {
  if (holds_off(now)) return Uptime{} + queue::kHoldOff;
  queue::Upkeep upkeep(state_, now);
  const Result<bool> is_near = upkeep.is_near_quota();
  if (is_near.ok() && is_near.value()) {
    const Status status = finish(upkeep.relieve(), now);
    return now + (is_ok(status) ? queue::kTendSoon : queue::kTendRest);
  }
  const Status salvaged = finish(salvage_.step(now), now);
  if (salvaged != Status::not_found) return now + queue::kTendSoon;
  for (const auto step : kIdleWork) {
    const Status status = finish(step(state_, now), now);
    if (is_ok(status)) return now + queue::kTendSoon;
    if (status != Status::not_found) return now + queue::kTendRest;
  }
  const auto checked = state_.check.step(queue::kCheckPages);
  fail(checked.status(), now);
  return now + queue::kTendRest;
}

}  // namespace hf::stores

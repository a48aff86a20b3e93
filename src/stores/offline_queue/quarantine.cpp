// Frames that upstream refuses: counted, and after too many times quarantined, so that one poisoned
// frame does not hold up all behind it.
#include "stores/offline_queue/filing.h"
#include "stores/offline_queue/offline_queue.h"

namespace hf::stores {

using queue::Filing;
using queue::RefusedFrame;
using queue::StreamState;

namespace {

RefusedFrame& entry_of(queue::QueueState& state, const StreamState& stream, const Offer& offer) {
  auto& refused = state.refused;
  const auto found = std::ranges::find_if(refused, [&](const RefusedFrame& frame) {
    return frame.stream == stream.ordinal && frame.lane == offer.lane &&
           frame.first == offer.rows.first;
  });
  if (found != refused.end()) return *found;
  if (refused.full()) {
    const auto least = std::ranges::min_element(refused, {}, &RefusedFrame::times);
    refused.erase(static_cast<std::size_t>(least - refused.begin()));
  }
  refused.push({.stream = stream.ordinal, .lane = offer.lane, .first = offer.rows.first});
  return refused[refused.size() - 1];
}

}  // namespace

Status OfflineQueue::refused(const Offer& offer, Refusal why, Uptime now) {
  StreamState* const stream = state_.find_stream(offer.stream);
  if (stream == nullptr) return Status::ok;
  queue::LaneState& lane = stream->lane(offer.lane);
  lane.in_flight.remove(offer.rows);
  ++state_.counters.frames_refused;
  if (why == Refusal::quota) return Status::ok;  // any other frame would fare the same
  RefusedFrame& frame = entry_of(state_, *stream, offer);
  if (++frame.times < state_.settings.refusals_max) return Status::ok;
  state_.refused.erase(static_cast<std::size_t>(&frame - state_.refused.begin()));
  if (!is_ok(lane.quarantined.add(offer.rows))) return Status::ok;
  ++state_.counters.frames_quarantined;
  return quarantine(offer, why, now);
}

// In the file as well, so that a restart does not begin the refusing anew; and in the same commit
// upstream is told that it waits for nothing.
Status OfflineQueue::quarantine(const Offer& offer, Refusal why, Uptime now) {
  if (keeping_ != Keeping::on_flash) return Status::refused;
  StreamState& stream = *state_.find_stream(offer.stream);
  Filing filing(state_, now, wire::GapReason::medium);
  const Status told = [&] {
    HF_TRY(filing.begin());
    HF_TRY(filing.file_events());
    HF_TRY(state_.file.save(queue::QueueFile::Quarantined{
        .place = queue::place_of(offer.lane, stream.ordinal, offer.rows.first),
        .row_count = static_cast<std::uint32_t>(offer.rows.count()),
        .reason = static_cast<std::uint8_t>(why)}));
    HF_TRY(filing.add_gap(stream, offer.lane, offer.rows, wire::GapReason::unreadable));
    return filing.commit();
  }();
  static_cast<void>(finish(told, now));
  return Status::refused;
}

}  // namespace hf::stores

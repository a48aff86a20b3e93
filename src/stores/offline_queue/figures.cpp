#include "stores/offline_queue/figures.h"

#include "stores/offline_queue/offline_queue.h"

namespace hf::stores {

using queue::Holding;
using queue::LaneState;
using queue::StreamState;
using queue::Tier;
using wire::Lane;

namespace {

// Positions given, and neither received nor quarantined. Those before the first frame in the file
// are gone: pruned, or declared.
std::uint64_t missing_in(const LaneState& lane) {
  const queue::Interval all{0, lane.next};
  if (lane.record.reserved_to >= queue::kPositionEnd - 1 && lane.next == lane.record.reserved_to) {
    return 0;  // of a stream whose end nobody knows
  }
  return all.count() - lane.record.received.count_in(all);
}

}  // namespace

std::uint32_t OfflineQueue::streams(std::span<std::uint64_t> ids) const {
  std::uint32_t count = 0;
  for (const StreamState& stream : state_.known_streams()) {
    if (count < ids.size()) ids[count++] = stream.id;
  }
  return count;
}

QueueFigures OfflineQueue::figures(Uptime) const {
  QueueFigures figures;
  figures.keeping = keeping_;
  for (const StreamState& stream : state_.known_streams()) {
    figures.stream = stream.id;
    figures.readings_next = stream.lane(Lane::readings).next;
    figures.events_next = stream.lane(Lane::events).next;
    figures.readings_rows_to_send += missing_in(stream.lane(Lane::readings));
    figures.events_to_send += missing_in(stream.lane(Lane::events));
  }
  for (const Holding& holding : state_.ledger.holdings) {
    figures.frames += static_cast<std::uint64_t>(holding.frames);
    figures.bytes += static_cast<std::uint64_t>(holding.bytes);
  }
  return figures;
}

}  // namespace hf::stores

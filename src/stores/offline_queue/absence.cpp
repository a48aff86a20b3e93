#include "stores/offline_queue/absence.h"

#include "stores/offline_queue/sending.h"

namespace hf::stores::queue {

bool Absence::can_be_judged() const {
  if (!queue_.file.is_open() || queue_.is_salvaging()) return false;
  return std::ranges::none_of(queue_.known_streams(), [&](const StreamState& stream) {
    return Sending(queue_).has_to_send(stream, Lane::events) ||
           !stream.lane(Lane::events).in_flight.runs().empty();
  });
}

Status Absence::declare(StreamState& stream, Lane lane, std::span<const Interval> holes) {
  FixedVector<Interval, kRunsMax> absent;
  for (Interval hole : holes) {
    Interval found;
    while (!hole.empty() && !absent.full()) {
      const Status status = find_next(stream, lane, hole, found);
      if (status == Status::not_found) break;
      HF_TRY(status);
      absent.push(found);
      hole.first = found.end;
    }
  }
  if (absent.empty()) return Status::ok;
  Filing filing(queue_, now_, wire::GapReason::medium);
  HF_TRY(filing.begin());
  HF_TRY(filing.file_events());
  for (const Interval& rows : absent) {
    HF_TRY(filing.add_gap(stream, lane, rows, wire::GapReason::medium));
    queue_.counters.rows_found_missing += rows.count();
  }
  return filing.commit();
}

// The first run within `hole` that no frame has. not_found: all of it is somewhere.
Status Absence::find_next(const StreamState& stream, Lane lane, const Interval& hole,
                          Interval& absent) {
  Sending sending(queue_);
  for (Position at = hole.first; at < hole.end;) {
    Interval frame;
    const Status found = sending.find_frame(stream, lane, at, frame);
    if (!is_ok(found) && found != Status::not_found) return found;
    const Position present_from = is_ok(found) ? frame.first : hole.end;
    if (present_from > at) {
      absent = {at, std::min(present_from, hole.end)};
      return Status::ok;
    }
    at = frame.end;
  }
  return Status::not_found;
}

}  // namespace hf::stores::queue

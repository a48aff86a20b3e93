#include "stores/offline_queue/absence.h"

#include "stores/offline_queue/sending.h"

namespace hf::stores::queue {

Status Absence::learn() {
  for (std::uint32_t looked = 0; looked < kEventsAtOnce; ++looked) {
    FiledFrame event;
    const Status found = queue_.file.find_from(queue_.absence_learned_to, event);
    if (!is_ok(found)) return looked > 0 && found == Status::not_found ? Status::ok : found;
    queue_.absence_learned_to = {event.place.key + 1};
    if (event.kind == wire::FrameKind::gap) HF_TRY(learn_of(event));
  }
  return Status::ok;
}

// One that cannot be read is found out when it is sent.
Status Absence::learn_of(const FiledFrame& event) {
  const Result<std::uint32_t> bytes = queue_.file.read(event.place, queue_.work);
  const bool is_lost = bytes.status() == Status::invalid || bytes.status() == Status::refused;
  if (!is_lost) HF_TRY(bytes);
  wire::OpenedFrame opened;
  wire::GapRecord gap;
  StreamState* const stream = queue_.find_stream(stream_of(event.place));
  const auto frame = queue_.work.first(bytes.value_or(0));
  const bool is_known = stream != nullptr && is_ok(wire::open_frame(frame, opened)) &&
                        is_ok(wire::read_gap(opened, gap)) && gap.stands_for_positions();
  // Too many runs: what is not among them is counted among what waits until upstream has its
  // record.
  if (is_known) static_cast<void>(stream->lane(gap.lane).absent.add({gap.from, gap.to}));
  return Status::ok;
}

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

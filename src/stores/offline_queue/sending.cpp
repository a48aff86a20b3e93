#include "stores/offline_queue/sending.h"

namespace hf::stores::queue {
namespace {

// The run that begins at `at` and belongs to no set, within `rows`.
Interval missing_run(const LaneState& lane, Position at, const Interval& rows) {
  Position end = rows.end;
  for (const Runs* runs :
       {&lane.record.received, &lane.in_flight, &lane.quarantined, &lane.absent}) {
    end = std::min(end, runs->next_inside(at, end));
  }
  return {at, end};
}

}  // namespace

Position next_to_send(const LaneState& lane, Position at) {
  for (Position before = kPositionEnd; before != at;) {
    before = at;
    at = lane.record.received.next_outside(at);
    at = lane.in_flight.next_outside(at);
    at = lane.quarantined.next_outside(at);
    at = lane.absent.next_outside(at);
  }
  return at;
}

Status Sending::peek(Choice choice, Uptime now, std::span<std::byte> out, Offer& offer) {
  if (choice == Choice::live) return peek_live(now, offer);
  const Lane lane = choice == Choice::events ? Lane::events : Lane::readings;
  for (StreamState& stream : queue_.known_streams()) {
    const Status status = peek_oldest(stream, lane, out, offer);
    if (status != Status::not_found) return status;
  }
  return Status::not_found;
}

// Asked ten times a second, and most often all that is live is on its way or there: that is seen
// at one look, not at one for each frame.
Status Sending::peek_live(Uptime now, Offer& offer) {
  const FreshFrames& fresh = queue_.fresh;
  const auto is_live = [&](const FreshFrame& frame) {
    return frame.of_this_boot && now - frame.last <= queue_.settings.live_horizon;
  };
  std::uint32_t first = fresh.count();
  while (first > 0 && is_live(fresh[first - 1])) --first;
  if (first == fresh.count()) return Status::not_found;
  const StreamState& oldest = *queue_.find_stream(fresh[first].stream);
  const LaneState& oldest_lane = oldest.lane(Lane::readings);
  const bool is_of_one_stream = fresh[fresh.count() - 1].stream == oldest.ordinal;
  if (is_of_one_stream && next_to_send(oldest_lane, fresh[first].rows.first) >= oldest_lane.next) {
    return Status::not_found;
  }
  for (std::uint32_t left = fresh.count(); left > first; --left) {
    const FreshFrame& frame = fresh[left - 1];
    const LaneState& lane = queue_.find_stream(frame.stream)->lane(Lane::readings);
    const Position at = next_to_send(lane, frame.rows.first);
    if (!frame.rows.contains(at)) continue;
    offer_fresh(fresh, frame, offer);
    offer.rows = missing_run(lane, at, frame.rows);
    return Status::ok;
  }
  return Status::not_found;
}

void Sending::offer_fresh(const FreshFrames& frames, const FreshFrame& frame, Offer& offer) {
  offer = {.stream = queue_.find_stream(frame.stream)->id,
           .lane = wire::lane_of(frame.kind),
           .kind = frame.kind,
           .frame_rows = frame.rows,
           .rows = {},
           .bytes = frames.bytes_of(frame)};
}

// The frame in the file that has `at`, or else the next one of its stream and lane.
Status Sending::find_filed(const StreamState& stream, Lane lane, Position at, FiledFrame& frame) {
  if (!queue_.file.is_open()) return Status::not_found;
  const Place place = place_of(lane, stream.ordinal, at);
  const auto is_ours = [&] {
    return lane_of(frame.place) == lane && stream_of(frame.place) == stream.ordinal;
  };
  const Status before = queue_.file.find_before({place.key + 1}, frame);
  if (is_ok(before) && is_ours() && frame.rows().contains(at)) return Status::ok;
  if (!is_ok(before) && before != Status::not_found) return before;
  HF_TRY(queue_.file.find_from(place, frame));
  return is_ours() ? Status::ok : Status::not_found;
}

Status Sending::find_frame(const StreamState& stream, Lane lane, Position at, Interval& rows) {
  const FreshFrames& memory = lane == Lane::readings ? queue_.fresh : queue_.events;
  const std::uint32_t index = memory.find(stream.ordinal, at);
  const bool in_memory = index < memory.count();
  FiledFrame filed;
  const Status found = find_filed(stream, lane, at, filed);
  if (!is_ok(found) && (found != Status::not_found || !in_memory)) return found;
  rows = is_ok(found) ? filed.rows() : memory[index].rows;
  if (in_memory && memory[index].rows.first < rows.first) rows = memory[index].rows;
  return Status::ok;
}

// From one frame to the next that has something to send; each turn passes a run of one of the sets
// or a span that nobody has, so there are few.
Status Sending::find_oldest(const StreamState& stream, Lane lane, Found& found) {
  const LaneState& state = stream.lane(lane);
  const FreshFrames& memory = lane == Lane::readings ? queue_.fresh : queue_.events;
  Position at = 0;
  while ((at = next_to_send(state, at)) < state.next) {
    const std::uint32_t index = memory.find(stream.ordinal, at);
    found.fresh = index < memory.count() ? &memory[index] : nullptr;
    if (found.fresh != nullptr && found.fresh->rows.contains(at)) {
      found.missing = missing_run(state, at, found.fresh->rows);
      return Status::ok;
    }
    const Status filed = find_filed(stream, lane, at, found.filed);
    if (!is_ok(filed) && filed != Status::not_found) return filed;
    if (is_ok(filed) && found.filed.rows().contains(at)) {
      found.fresh = nullptr;
      found.missing = missing_run(state, at, found.filed.rows());
      return Status::ok;
    }
    Position next = state.next;
    if (is_ok(filed)) next = std::min(next, found.filed.rows().first);
    if (found.fresh != nullptr) next = std::min(next, found.fresh->rows.first);
    at = next;
  }
  return Status::not_found;
}

Status Sending::peek_oldest(const StreamState& stream, Lane lane, std::span<std::byte> out,
                            Offer& offer) {
  Found found;
  HF_TRY(find_oldest(stream, lane, found));
  if (found.fresh != nullptr) {
    offer_fresh(lane == Lane::readings ? queue_.fresh : queue_.events, *found.fresh, offer);
  } else {
    HF_TRY(offer_filed(stream, found.filed, out, offer));
  }
  offer.rows = found.missing;
  return Status::ok;
}

Result<std::int64_t> Sending::oldest_kept_ms(const StreamState& stream, Lane lane) {
  Found found;
  HF_TRY(find_oldest(stream, lane, found));
  if (found.fresh == nullptr) return found.filed.kept_ms;
  return queue_.kept_ms(found.fresh->of_this_boot, found.fresh->last);
}

bool Sending::has_to_send(const StreamState& stream, Lane lane) {
  Found found;
  return find_oldest(stream, lane, found) != Status::not_found;
}

// A checksum alone does not tell that a frame lies in another one's place.
bool Sending::is_what_stood_there(const StreamState& stream, const FiledFrame& frame,
                                  std::span<const std::byte> bytes) {
  wire::OpenedFrame opened;
  const Status sound = wire::open_frame(bytes, opened);
  if (sound == Status::unsupported) return true;  // of a later version: upstream may know it
  const wire::FrameHeader& header = opened.header;
  return is_ok(sound) && header.stream == stream.id && header.kind == frame.kind &&
         header.position == position_of(frame.place) && header.row_count == frame.row_count;
}

Status Sending::offer_filed(const StreamState& stream, const FiledFrame& frame,
                            std::span<std::byte> out, Offer& offer) {
  const Result<std::uint32_t> bytes = queue_.file.read(frame.place, out);
  const bool is_key_gone = bytes.status() == Status::refused;
  const bool is_not_ours = bytes.status() == Status::invalid;
  if (!is_key_gone && !is_not_ours) HF_TRY(bytes);
  const auto read = out.first(bytes.value_or(0));
  if (!is_what_stood_there(stream, frame, read)) {
    damaged_ = frame;
    why_damaged_ = is_key_gone ? wire::GapReason::key_gone : wire::GapReason::unreadable;
    return Status::corrupt;
  }
  offer = {.stream = stream.id,
           .lane = lane_of(frame.place),
           .kind = frame.kind,
           .frame_rows = frame.rows(),
           .rows = {},
           .bytes = read};
  return Status::ok;
}

Status Sending::mark_in_flight(const Offer& offer) {
  StreamState* const stream = queue_.find_stream(offer.stream);
  if (stream == nullptr) return Status::not_found;
  return stream->lane(offer.lane).in_flight.add(offer.rows);
}

Status Sending::acknowledge(const Receipt& receipt) {
  StreamState* const stream = queue_.find_stream(receipt.stream);
  if (stream == nullptr) return Status::not_found;
  LaneState& lane = stream->lane(receipt.lane);
  if (receipt.through < receipt.watermark) return Status::invalid;
  if (receipt.through > lane.next) return Status::stale;
  Position at = receipt.watermark;
  for (const Interval& hole : receipt.holes) {
    if (hole.first < at || hole.empty() || hole.end > receipt.through) return Status::invalid;
    at = hole.end;
  }
  const auto take = [&](const Interval& received) {
    lane.in_flight.remove(received);
    return lane.record.received.add(received);
  };
  HF_TRY(take({0, receipt.watermark}));
  at = receipt.watermark;
  for (const Interval& hole : receipt.holes) {
    HF_TRY(take({at, hole.first}));
    at = hole.end;
  }
  return take({at, receipt.through});
}

}  // namespace hf::stores::queue

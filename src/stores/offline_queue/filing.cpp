#include "stores/offline_queue/filing.h"

namespace hf::stores::queue {
namespace {

constexpr std::array kLanes{Lane::readings, Lane::events};

}  // namespace

Filing::Filing(QueueState& queue, Uptime now, wire::GapReason reason_of_holes)
    : queue_(queue),
      now_(now),
      reason_(reason_of_holes),
      transaction_(queue.file.database()),
      ledger_(queue.ledger) {
  ledger_.running_ms = queue.running_ms(now);
  ledger_.bytes_written = queue.bytes_written();
  if (ledger_.cipher_key != queue.sealing.current() && queue.sealing.current() != 0) {
    ledger_.cipher_key = queue.sealing.current();
    ledger_.cipher_key_since_ms = ledger_.running_ms;
  }
  for (const StreamState& stream : queue.known_streams()) {
    for (const Lane lane : kLanes) {
      const LaneRecord& record = stream.lane(lane).record;
      plan(stream, lane) = {record.accounted_to, record.reserved_to};
    }
  }
}

Filing::LanePlan& Filing::plan(const StreamState& stream, Lane lane) {
  return plans_[static_cast<std::size_t>(&stream - queue_.streams.data())][index_of(lane)];
}

Status Filing::begin() {
  renew_reservations();  // gap records need positions too
  return transaction_.begin();
}

Status Filing::settle(StreamState& stream, Lane lane, Position to) {
  LanePlan& lane_plan = plan(stream, lane);
  const Runs& received = stream.lane(lane).record.received;
  Position at = lane_plan.accounted_to;
  lane_plan.accounted_to = std::max(at, to);
  while ((at = received.next_outside(at)) < to) {
    const Interval lost{at, received.next_inside(at, to)};
    at = std::min(lost.end, to);
    HF_TRY(add_gap(stream, lane, {lost.first, at}, reason_));
  }
  return Status::ok;
}

Status Filing::add_gap(StreamState& stream, Lane lane, const Interval& rows, wire::GapReason reason,
                       wire::Resolution kept) {
  const Position position = stream.lane(Lane::events).next++;
  // What this commit gives it reserves as well. Should it fail, nothing on flash has the position.
  LanePlan& events = plan(stream, Lane::events);
  events.reserved_to = std::max(events.reserved_to, position + 1);
  std::array<std::byte, wire::kGapFrameBytesMax> frame;
  const Result<std::uint32_t> bytes = wire::write_gap_frame(
      frame,
      {.kind = wire::FrameKind::gap,
       .stream = stream.id,
       .position = position,
       .row_count = 1,
       .boot = queue_.boot,
       .first = now_,
       .last = now_},
      {.lane = lane, .from = rows.first, .to = rows.end, .reason = reason, .kept = kept});
  HF_ASSERT(bytes.ok());
  ++queue_.counters.gaps_declared;
  if (kept == wire::Resolution::nothing) {
    // Too many runs: then the figures say too much is left to send, and the looking is longer.
    static_cast<void>(stream.lane(lane).absent.add(rows));
  }
  return queue_.file.insert({.place = place_of(Lane::events, stream.ordinal, position),
                             .row_count = 1,
                             .kind = wire::FrameKind::gap,
                             .kept_ms = queue_.running_ms(now_),
                             .bytes = bytes.value()},
                            std::span{frame}.first(bytes.value()), ledger_);
}

Status Filing::pass(StreamState& stream, Lane lane, const Interval& rows) {
  HF_TRY(settle(stream, lane, rows.first));
  LanePlan& lane_plan = plan(stream, lane);
  lane_plan.accounted_to = std::max(lane_plan.accounted_to, rows.end);
  return Status::ok;
}

Status Filing::file_one(StreamState& stream, Lane lane, const FiledFrame& frame,
                        std::span<const std::byte> bytes) {
  HF_TRY(pass(stream, lane, frame.rows()));
  return queue_.file.insert(frame, bytes, ledger_);
}

Status Filing::file_if_missing(StreamState& stream, Lane lane, const FiledFrame& frame,
                               std::span<const std::byte> bytes) {
  HF_TRY(pass(stream, lane, frame.rows()));
  const Status status = queue_.file.insert_if_free(frame, bytes, ledger_);
  return status == Status::refused ? Status::ok : status;
}

// Readings: neighbours become one row each, as large as they can.

Status Filing::file_readings() {
  FreshFrames& fresh = queue_.fresh;
  for (std::uint32_t at = 0; at < fresh.count();) {
    const FreshFrame& frame = fresh[at];
    const Runs& received = queue_.find_stream(frame.stream)->lane(Lane::readings).record.received;
    const bool is_needed = queue_.settings.persist_history || !received.contains(frame.rows);
    if (frame.safety == Safety::filed || !is_needed) {
      ++at;
      continue;
    }
    const Result<std::uint32_t> filed = file_run(at);
    HF_TRY(filed);
    at += filed.value();
  }
  for (StreamState& stream : queue_.known_streams()) {
    HF_TRY(settle(stream, Lane::readings, stream.lane(Lane::readings).next));
  }
  readings_filed_ = true;
  ledger_.journal_kept_through = queue_.journal.last();
  return Status::ok;
}

// The frames from `first` on that lie side by side, as far as their bytes surely fit one row.
std::uint32_t Filing::gather(std::uint32_t first) {
  const FreshFrames& fresh = queue_.fresh;
  std::size_t bytes = 0;
  std::uint32_t count = 0;
  while (first + count < fresh.count() && count < queue_.pieces.size()) {
    const FreshFrame& frame = fresh[first + count];
    bytes += frame.bytes;
    if (count > 0) {
      const FreshFrame& before = fresh[first + count - 1];
      if (frame.safety == Safety::filed || frame.stream != before.stream ||
          frame.rows.first != before.rows.end || bytes > queue_.frame_room(queue_.work).size()) {
        break;
      }
    }
    queue_.pieces[count++] = fresh.bytes_of(frame);
  }
  return count;
}

// How many of the gathered were joined into `work`, and what that takes. 1: nothing was joined.
Result<std::uint32_t> Filing::join(std::uint32_t count, std::uint32_t& bytes) {
  const auto pieces = std::span{queue_.pieces}.first(count);
  count = count > 1 ? queue_.shaping.count_that_join(pieces) : count;
  while (count > 1) {
    const Result<std::uint32_t> joined =
        queue_.shaping.join(pieces.first(count), queue_.frame_room(queue_.work));
    if (joined.ok()) {
      bytes = joined.value();
      return count;
    }
    // Too large together, or one of them cannot be read: kept apart nothing is lost.
    count = joined.status() == Status::full ? count / 2 : 1;
  }
  return std::uint32_t{1};
}

// Files one row. Returns how many frames are in it.
Result<std::uint32_t> Filing::file_run(std::uint32_t first) {
  const FreshFrames& fresh = queue_.fresh;
  std::uint32_t bytes = fresh[first].bytes;
  const Result<std::uint32_t> joined = join(gather(first), bytes);
  HF_TRY(joined);
  const FreshFrame& oldest = fresh[first];
  const FreshFrame& newest = fresh[first + joined.value() - 1];
  StreamState& stream = *queue_.find_stream(oldest.stream);
  const FiledFrame row{.place = place_of(Lane::readings, stream.ordinal, oldest.rows.first),
                       .row_count = static_cast<std::uint32_t>(newest.rows.end - oldest.rows.first),
                       .kind = oldest.kind,
                       .kept_ms = queue_.kept_ms(newest.of_this_boot, newest.last),
                       .bytes = bytes};
  const auto whole = joined.value() == 1 ? fresh.bytes_of(oldest) : queue_.work.first(bytes);
  HF_TRY(file_one(stream, Lane::readings, row, whole));
  return joined;
}

Status Filing::file_events() {
  FreshFrames& events = queue_.events;
  for (std::uint32_t at = 0; at < events.count(); ++at) {
    const FreshFrame& event = events[at];
    if (event.safety == Safety::filed) continue;
    StreamState& stream = *queue_.find_stream(event.stream);
    HF_TRY(file_one(stream, Lane::events,
                    {.place = place_of(Lane::events, stream.ordinal, event.rows.first),
                     .row_count = 1,
                     .kind = event.kind,
                     .kept_ms = queue_.running_ms(now_),
                     .bytes = event.bytes},
                    events.bytes_of(event)));
  }
  // Before any gap record of this commit: what has been given so far is on its way no more.
  for (StreamState& stream : queue_.known_streams()) {
    HF_TRY(settle(stream, Lane::events, stream.lane(Lane::events).next));
  }
  events_filed_ = true;
  return Status::ok;
}

void Filing::reserve_from(const StreamState& stream, Lane lane, Position next) {
  plan(stream, lane).reserved_to = std::min(next + queue_.settings.rows_reserved, kPositionEnd - 1);
}

void Filing::renew_reservations() {
  for (const StreamState& stream : queue_.known_streams()) {
    for (const Lane lane : kLanes) {
      const Position next = stream.lane(lane).next;
      const bool is_current = &stream == &queue_.current();
      // An older stream gives no more: nothing beyond can ever be missed.
      if (!is_current || gives_back_) plan(stream, lane).reserved_to = next;
      const Position reserved_to = plan(stream, lane).reserved_to;
      const bool runs_short = next + queue_.settings.rows_reserved / 2 > reserved_to;
      // A stream that was in memory only had no end yet.
      const bool is_new = !stream.is_filed && reserved_to == kPositionEnd - 1;
      if (is_current && (runs_short || is_new) && !gives_back_) reserve_from(stream, lane, next);
    }
  }
}

Status Filing::forget(const StreamState& stream) {
  forgotten_ = &stream;
  return queue_.file.erase_stream(stream.ordinal);
}

Status Filing::save_streams() {
  for (const StreamState& stream : queue_.known_streams()) {
    if (&stream == forgotten_) continue;
    StreamRecord record{.ordinal = stream.ordinal, .id = stream.id, .lanes = {}};
    for (const Lane lane : kLanes) {
      record.lanes[index_of(lane)] = {.accounted_to = plan(stream, lane).accounted_to,
                                      .reserved_to = plan(stream, lane).reserved_to,
                                      .received = stream.lane(lane).record.received};
    }
    HF_TRY(queue_.file.save(record));
  }
  return Status::ok;
}

Status Filing::commit() {
  // The gap records of this commit are events themselves, and all of them are in it.
  for (const StreamState& stream : queue_.known_streams()) {
    LanePlan& events = plan(stream, Lane::events);
    if (events_filed_) events.accounted_to = stream.lane(Lane::events).next;
  }
  renew_reservations();
  HF_TRY(save_streams());
  HF_TRY(queue_.file.save(ledger_));
  limit_new_streams();
  HF_TRY(transaction_.commit());
  apply();
  return Status::ok;
}

// The commit may fail and yet be on the medium, and another boot begin where it says that a stream
// ends: until one went through, nothing is given beyond.
void Filing::limit_new_streams() {
  for (StreamState& stream : queue_.known_streams()) {
    for (const Lane lane : kLanes) {
      Position& reserved_to = stream.lane(lane).record.reserved_to;
      if (!stream.is_filed) reserved_to = std::min(reserved_to, plan(stream, lane).reserved_to);
    }
  }
}

void Filing::apply() {
  queue_.ledger = ledger_;
  ++queue_.counters.commits;
  for (StreamState& stream : queue_.known_streams()) {
    stream.is_filed = true;
    for (const Lane lane : kLanes) {
      LaneRecord& record = stream.lane(lane).record;
      record.accounted_to = plan(stream, lane).accounted_to;
      record.reserved_to = plan(stream, lane).reserved_to;
    }
  }
  if (events_filed_) queue_.events.clear();
  if (!readings_filed_) return;
  queue_.fresh.mark_all_filed();
  queue_.journal.start_over();
}

}  // namespace hf::stores::queue

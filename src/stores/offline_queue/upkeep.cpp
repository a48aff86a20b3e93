#include "stores/offline_queue/upkeep.h"

#include "stores/offline_queue/sending.h"

namespace hf::stores::queue {
namespace {

// How much of the quota envelopes may take. Those of a minute tell most for their bytes, so they
// may stay longest: in 80 MB and at 100 readings a second, two days in full, two more in steps of
// 10 s, and 40 in steps of a minute.
constexpr std::uint64_t kTenSecondsParts = 1;
constexpr std::uint64_t kOneMinuteParts = 4;

constexpr std::int64_t kWhenever = INT64_MAX;

wire::FrameKind coarser(Tier tier) {
  return tier == Tier::readings ? wire::FrameKind::envelopes_10s : wire::FrameKind::envelopes_1min;
}

}  // namespace

// Finding

bool Upkeep::is_received(const FiledFrame& frame) {
  const StreamState* const stream = queue_.find_stream(stream_of(frame.place));
  return stream == nullptr ||  // retired: upstream has all of it
         stream->lane(lane_of(frame.place)).record.received.contains(frame.rows());
}

// The oldest frame of the lane that upstream has wholly.
Status Upkeep::find_received(Lane lane, FiledFrame& frame) {
  const Status first = queue_.file.find_from(place_of(lane, 0, 0), frame);
  HF_TRY(first);
  if (lane_of(frame.place) != lane) return Status::not_found;
  if (is_received(frame)) return Status::ok;
  for (const StreamState& stream : queue_.known_streams()) {
    for (const Interval& run : stream.lane(lane).record.received.runs()) {
      const Status found = queue_.file.find_from(place_of(lane, stream.ordinal, run.first), frame);
      if (found == Status::not_found) continue;
      HF_TRY(found);
      const bool is_of_run = lane_of(frame.place) == lane &&
                             stream_of(frame.place) == stream.ordinal && run.contains(frame.rows());
      if (is_of_run) return Status::ok;
    }
  }
  return Status::not_found;
}

// Tiers lie one after the other in a stream: the oldest are the coarsest.
Status Upkeep::find_oldest_of(Tier tier, FiledFrame& frame) {
  if (queue_.ledger.holdings[index_of(tier)].frames <= 0) return Status::not_found;
  const Lane lane = tier == Tier::events ? Lane::events : Lane::readings;
  Place at = place_of(lane, 0, 0);
  Place& known = queue_.oldest_of_tier[index_of(tier)];
  if (known > at) at = known;
  for (;;) {
    HF_TRY(queue_.file.find_from(at, frame));
    if (lane_of(frame.place) != lane) return Status::not_found;
    if (tier_of(frame.kind) == tier) break;
    at = {frame.place.key + 1};
  }
  known = frame.place;
  return Status::ok;
}

// Pruning

// not_found: there was none.
Status Upkeep::erase_received(Filing& filing, Lane lane, std::int64_t kept_before_ms) {
  FiledFrame frame;
  for (std::uint32_t erased = 0; erased < kFramesAtOnce; ++erased) {
    const Status found = find_received(lane, frame);
    const bool is_done = found == Status::not_found || frame.kept_ms > kept_before_ms;
    if (is_done) return erased == 0 ? Status::not_found : Status::ok;
    HF_TRY(found);
    HF_TRY(queue_.file.erase(frame, filing.ledger()));
    queue_.counters.rows_pruned += frame.row_count;
  }
  return Status::ok;
}

Status Upkeep::prune(Filing& filing) {
  const std::int64_t old_ms = queue_.running_ms(now_) - queue_.settings.history.ms;
  const Status events = erase_received(filing, Lane::events, kWhenever);
  if (!is_ok(events) && events != Status::not_found) return events;
  const Status readings = erase_received(filing, Lane::readings, old_ms);
  return readings == Status::not_found ? Status::ok : readings;
}

Status Upkeep::drop_received() {
  Filing filing(queue_, now_, wire::GapReason::medium);
  HF_TRY(filing.begin());
  HF_TRY(erase_received(filing, Lane::readings, kWhenever));
  return filing.commit();
}

// The ladder

Status Upkeep::relieve() {
  const Status received = drop_received();
  if (received != Status::not_found) return received;
  const Status given_up = give_up_aside();
  if (given_up != Status::not_found) return given_up;
  const auto bytes_of = [&](Tier tier) {
    return static_cast<std::uint64_t>(queue_.ledger.holdings[index_of(tier)].bytes);
  };
  Room room;
  HF_TRY(look_for_room(room));
  const std::uint64_t part = room.part;
  // In order of preference; the first that can be done is done.
  struct Way {
    Status (Upkeep::*go)(Tier);
    Tier tier;
    bool is_wanted;
  };
  const Way ways[] = {
      {&Upkeep::drop_oldest, Tier::one_minute, bytes_of(Tier::one_minute) > part * kOneMinuteParts},
      {&Upkeep::condense_oldest, Tier::ten_seconds,
       bytes_of(Tier::ten_seconds) > part * kTenSecondsParts},
      {&Upkeep::condense_oldest, Tier::readings, true},
      {&Upkeep::condense_oldest, Tier::ten_seconds, true},
      {&Upkeep::drop_oldest, Tier::one_minute, true},
      {&Upkeep::drop_oldest, Tier::ten_seconds, true},  // what could not be condensed
      {&Upkeep::drop_oldest, Tier::readings, true},
      {&Upkeep::drop_oldest, Tier::events, true},
  };
  for (const Way& way : ways) {
    const Status status = way.is_wanted ? (this->*way.go)(way.tier) : Status::not_found;
    if (status != Status::not_found) return status;
  }
  return Status::not_found;
}

// Neighbours of one tier from `first` on, as many as fit into `work` together.
Status Upkeep::gather(const FiledFrame& first, std::size_t bytes_each_max, Rows& rows) {
  rows = {};
  FiledFrame frame = first;
  for (;;) {
    const bool adjoins =
        rows.count == 0 || frame.place.key == rows.back().place.key + rows.back().row_count;
    const bool fits =
        frame.bytes <= bytes_each_max && rows.bytes + frame.bytes <= queue_.work.size();
    if (!adjoins || !fits || frame.kind != first.kind) return Status::ok;
    rows.frames[rows.count++] = frame;
    rows.bytes += frame.bytes;
    if (rows.count == rows.frames.size()) return Status::ok;
    const Status next = queue_.file.find_from({frame.place.key + 1}, frame);
    if (next == Status::not_found) return Status::ok;
    HF_TRY(next);
  }
}

// The frames' bytes, one after the other in `work`, as `pieces`.
Status Upkeep::read(const Rows& rows) {
  std::span<std::byte> room = queue_.work;
  for (std::uint32_t index = 0; index < rows.count; ++index) {
    const Result<std::uint32_t> bytes = queue_.file.read(rows.frames[index].place, room);
    // Not what was sealed, or its key is gone: no frame, but the others are.
    const bool is_lost = bytes.status() == Status::invalid || bytes.status() == Status::refused;
    if (!is_lost) HF_TRY(bytes);
    queue_.pieces[index] = room.first(bytes.value_or(0));
    room = room.subspan(bytes.value_or(0));
  }
  return Status::ok;
}

// One frame stands where several stood, without their first rows.
Status Upkeep::replace(const Rows& rows, std::uint32_t skipped, wire::FrameKind kind,
                       std::span<const std::byte> bytes, Filing& filing) {
  for (std::uint32_t index = 0; index < rows.count; ++index) {
    HF_TRY(queue_.file.erase(rows.frames[index], filing.ledger()));
  }
  const auto row_count = static_cast<std::uint32_t>(rows.rows().count());
  return queue_.file.insert({.place = {rows.front().place.key + std::int64_t{skipped}},
                             .row_count = row_count - skipped,
                             .kind = kind,
                             .kept_ms = rows.back().kept_ms,
                             .bytes = static_cast<std::uint32_t>(bytes.size())},
                            bytes, filing.ledger());
}

// What upstream has of them already loses nothing there.
Status Upkeep::declare(Filing& filing, const Rows& rows, wire::GapReason reason,
                       wire::Resolution kept) {
  StreamState& stream = *queue_.find_stream(stream_of(rows.front().place));
  const Lane lane = lane_of(rows.front().place);
  const Runs& received = stream.lane(lane).record.received;
  Position at = rows.rows().first;
  while ((at = received.next_outside(at)) < rows.rows().end) {
    const Interval lost{at, received.next_inside(at, rows.rows().end)};
    HF_TRY(filing.add_gap(stream, lane, lost, reason, kept));
    at = lost.end;
  }
  return Status::ok;
}

// How many of the rows upstream has, up to the first that it lacks, as far as they can be left out
// of what is condensed: so no envelope stands beside what is there in full already.
// REQUIRES: the first of them is in `pieces`.
std::uint32_t Upkeep::front_received(const Rows& rows) {
  const StreamState& stream = *queue_.find_stream(stream_of(rows.front().place));
  const Runs& received = stream.lane(lane_of(rows.front().place)).record.received;
  const Interval first = rows.front().rows();
  const Position lacking = received.next_outside(first.first);
  if (lacking >= first.end) return 0;
  return queue_.shaping.part_begin(queue_.pieces[0],
                                   static_cast<std::uint32_t>(lacking - first.first));
}

// Of the frames in `pieces` as many as go into one, into `spare`.
Result<std::uint32_t> Upkeep::condense(Rows& rows, std::uint32_t skipped, wire::FrameKind kind) {
  for (;;) {
    const auto pieces = std::span{queue_.pieces}.first(rows.count);
    const auto condensed =
        queue_.shaping.condense(pieces, skipped, kind, queue_.frame_room(queue_.spare));
    if (condensed.status() != Status::full || rows.count == 1) return condensed;
    rows.count /= 2;
  }
}

Status Upkeep::condense_oldest(Tier from) {
  FiledFrame first;
  HF_TRY(find_oldest_of(from, first));
  Rows rows;
  HF_TRY(gather(first, queue_.work.size(), rows));
  if (rows.count == 0) return Status::not_found;
  HF_TRY(read(rows));
  const auto pieces = std::span{queue_.pieces}.first(rows.count);
  const std::uint32_t joining = queue_.shaping.count_that_join(pieces);
  // What cannot be read cannot be condensed; what upstream makes of it, it may say itself.
  if (joining == 0) return drop_oldest(from);
  rows.count = std::min(rows.count, joining);
  const wire::FrameKind kind = coarser(from);
  const std::uint32_t skipped = front_received(rows);
  const Result<std::uint32_t> condensed = condense(rows, skipped, kind);
  if (!condensed.ok()) return drop_oldest(from);
  Filing filing(queue_, now_, wire::GapReason::medium);
  HF_TRY(filing.begin());
  // First what makes room: in a file that is quite full nothing else can be done before it.
  HF_TRY(replace(rows, skipped, kind, queue_.spare.first(condensed.value()), filing));
  HF_TRY(filing.file_events());
  HF_TRY(declare(
      filing, rows, wire::GapReason::thinned,
      from == Tier::readings ? wire::Resolution::every_10s : wire::Resolution::every_minute));
  HF_TRY(filing.commit());
  queue_.counters.rows_condensed += rows.rows().count() - skipped;
  queue_.is_to_compact_again = true;
  return Status::ok;
}

Status Upkeep::drop_oldest(Tier tier) {
  FiledFrame first;
  HF_TRY(find_oldest_of(tier, first));
  Rows rows;
  rows.frames[rows.count++] = first;
  Filing filing(queue_, now_, wire::GapReason::medium);
  HF_TRY(filing.begin());
  HF_TRY(queue_.file.erase(first, filing.ledger()));
  HF_TRY(filing.file_events());
  HF_TRY(declare(filing, rows, wire::GapReason::dropped, wire::Resolution::nothing));
  HF_TRY(filing.commit());
  queue_.counters.rows_dropped += first.row_count;
  return Status::ok;
}

// Compacting

Status Upkeep::compact() {
  const std::size_t small_bytes = queue_.work.size() / 4;
  for (std::uint32_t looked = 0; looked < kFramesAtOnce; ++looked) {
    FiledFrame first;
    const Status found = queue_.file.find_from(queue_.compacted_to, first);
    if (found == Status::not_found || (is_ok(found) && lane_of(first.place) != Lane::readings)) {
      queue_.compacted_to = queue_.is_to_compact_again ? Place{} : queue_.compacted_last;
      queue_.is_to_compact_again = false;
      return Status::not_found;
    }
    HF_TRY(found);
    queue_.compacted_last = first.place;
    Rows rows;
    HF_TRY(gather(first, small_bytes, rows));
    queue_.compacted_to = {first.place.key + std::int64_t{first.row_count}};
    if (rows.count < 2) continue;
    HF_TRY(read(rows));
    const auto pieces = std::span{queue_.pieces}.first(rows.count);
    rows.count = std::min(rows.count, queue_.shaping.count_that_join(pieces));
    if (rows.count < 2) continue;
    const auto joined =
        queue_.shaping.join(pieces.first(rows.count), queue_.frame_room(queue_.spare));
    if (!joined.ok()) continue;
    Filing filing(queue_, now_, wire::GapReason::medium);
    HF_TRY(filing.begin());
    HF_TRY(replace(rows, 0, first.kind, queue_.spare.first(joined.value()), filing));
    HF_TRY(filing.commit());
    queue_.counters.frames_compacted += rows.count;
    queue_.is_to_compact_again = true;
    queue_.compacted_to = {rows.back().place.key + std::int64_t{rows.back().row_count}};
    return Status::ok;
  }
  return Status::ok;
}

// Retiring

bool Upkeep::has_nothing_left(const StreamState& stream) {
  for (const Lane lane : {Lane::readings, Lane::events}) {
    const LaneState& state = stream.lane(lane);
    const bool is_idle = state.in_flight.runs().empty() && state.quarantined.runs().empty();
    if (!is_idle || Sending(queue_).has_to_send(stream, lane)) return false;
  }
  return true;
}

// Farewell first: whatever upstream still misses of it is nowhere, whether its end is known or not.
// Once that is received too, the stream is forgotten.
Status Upkeep::retire() {
  if (queue_.stream_count < 2 || queue_.is_salvaging()) return Status::not_found;
  StreamState& oldest = queue_.streams[0];
  if (!oldest.is_filed || !has_nothing_left(oldest)) return Status::not_found;
  FreshFrames& fresh = queue_.fresh;
  while (fresh.count() > 0 && fresh[0].stream == oldest.ordinal) {
    if (fresh[0].safety != Safety::filed) return Status::not_found;
    fresh.drop_oldest();
  }
  Filing filing(queue_, now_, wire::GapReason::medium);
  HF_TRY(filing.begin());
  HF_TRY(filing.file_events());
  if (!oldest.said_farewell) {
    for (const Lane lane : {Lane::readings, Lane::events}) {
      const Interval all{0, oldest.lane(lane).next};
      HF_TRY(filing.add_gap(oldest, lane, all, wire::GapReason::medium));
    }
    HF_TRY(filing.commit());
    oldest.said_farewell = true;
    return Status::ok;
  }
  HF_TRY(filing.forget(oldest));
  HF_TRY(filing.commit());
  std::copy(queue_.streams.begin() + 1, queue_.streams.begin() + queue_.stream_count,
            queue_.streams.begin());
  --queue_.stream_count;
  return Status::ok;
}

}  // namespace hf::stores::queue

#include "stores/offline_queue/recovery.h"

#include "files/aside/aside.h"
#include "stores/offline_queue/journal_record.h"
#include "stores/offline_queue/upkeep.h"
#include "vocabulary/random.h"

namespace hf::stores::queue {
namespace {

constexpr std::array kLanes{Lane::readings, Lane::events};

// Room for older streams, when there is something to be salvaged.
constexpr StreamOrdinal kOrdinalStep = 4;

}  // namespace

JournalHead journal_head(const StreamState& stream) {
  JournalHead head{.stream = stream.id, .received = stream.lane(Lane::readings).record.received};
  for (const Lane lane : kLanes) {
    head.reserved_to[index_of(lane)] = stream.lane(lane).record.reserved_to;
  }
  return head;
}

std::span<std::byte> record_room(const QueueState& queue) {
  return queue.work.subspan(FrameSealing::kKeyBytes)
      .first(queue.work.size() - FrameSealing::kRecordBytes);
}

Result<files::Journal::Position> append_record(QueueState& queue, std::size_t bytes) {
  const files::Journal::Position number = queue.journal.last() + 1;
  const bool is_first = queue.journal.bytes_used() == 0 || queue.journal_key == files::kNotSealed;
  if (is_first) queue.journal_key = queue.sealing.current();
  return queue.journal.append(queue.sealing.seal_record(number, queue.work, bytes));
}

namespace {

bool has_any(const FreshFrames& frames, StreamOrdinal stream) {
  for (std::uint32_t index = 0; index < frames.count(); ++index) {
    if (frames[index].stream == stream) return true;
  }
  return false;
}

void rename(QueueState& queue, StreamOrdinal before, StreamOrdinal now) {
  for (FreshFrames* frames : {&queue.fresh, &queue.events}) {
    for (std::uint32_t index = 0; index < frames->count(); ++index) {
      if ((*frames)[index].stream == before) (*frames)[index].stream = now;
    }
  }
  for (RefusedFrame& frame : queue.refused) {
    if (frame.stream == before) frame.stream = now;
  }
}

}  // namespace

// What is left moves up to the ordinals behind the file's.
void forget_spent(QueueState& queue) {
  std::uint32_t kept = 0;
  StreamOrdinal last = 0;
  for (std::uint32_t index = 0; index < queue.stream_count; ++index) {
    StreamState& stream = queue.streams[index];
    const bool is_spent = !stream.is_filed && !has_any(queue.fresh, stream.ordinal) &&
                          !has_any(queue.events, stream.ordinal);
    if (is_spent) continue;
    if (!stream.is_filed) {
      const auto next = static_cast<StreamOrdinal>(last + 1);
      rename(queue, stream.ordinal, next);
      stream.ordinal = next;
    }
    last = stream.ordinal;
    if (kept != index) queue.streams[kept] = stream;
    ++kept;
  }
  queue.stream_count = kept;
}

Status begin_stream(QueueState& queue, StreamOrdinal step) {
  if (queue.stream_count == kStreamsMax) return Status::full;
  const StreamOrdinal before =
      queue.stream_count > 0 ? queue.streams[queue.stream_count - 1].ordinal : StreamOrdinal{0};
  if (before > UINT8_MAX - step) return Status::full;
  StreamState& stream = queue.streams[queue.stream_count++];
  stream = {};
  stream.ordinal = static_cast<StreamOrdinal>(before + step);
  // A boot id is random where nothing can be written and before any entropy is gathered. Another
  // process of the same boot opened at another time, and knows nothing of our streams.
  const auto process = static_cast<std::uint64_t>(queue.opened_at.ms) * (UINT8_MAX + 1);
  stream.id = Random(queue.boot.value + process + queue.counters.streams_begun++).next();
  // Nobody else knows the stream yet, so all its positions are ours until the file reserves some.
  for (LaneState& lane : stream.lanes) lane.record.reserved_to = kPositionEnd - 1;
  return Status::ok;
}

Status Recovery::run() {
  is_first_ = !queue_.was_open;
  Status status = run_once();
  if (status == Status::corrupt) {
    // It opened, and was found to be damaged only when it was used.
    queue_.file.close();
    queue_.file_is_damaged = true;
    status = run_once();
  }
  if (!is_ok(status)) queue_.file.close();
  return status;
}

Status Recovery::run_once() {
  HF_TRY(open_file());
  HF_TRY(open_journal());
  Status committed = commit();
  // The journal wants into a file without room: something older makes way.
  if (committed == Status::full) {
    HF_TRY(make_room());
    committed = commit();
  }
  HF_TRY(committed);
  HF_TRY(load_quarantine());
  queue_.asides = files::asides(queue_.flash, kFileStem);
  return witness();
}

// A file that is not a whole queue of ours is set aside, and a new one is begun.
Status Recovery::open_file() {
  const Status status = queue_.file_is_damaged ? Status::corrupt : open_file_once();
  const bool is_useless = status == Status::corrupt || status == Status::refused;
  if (!is_useless) return status;
  queue_.set_aside.found =
      queue_.file_is_damaged ? files::FileFound::damaged : queue_.file.database().found().what;
  queue_.file.close();
  const Result<std::uint32_t> number = files::set_aside(queue_.flash, kFileStem);
  HF_TRY(number);
  queue_.set_aside.number = number.value();
  queue_.asides = {};  // looked at when the new file is there
  ++queue_.counters.files_set_aside;
  queue_.file_is_damaged = false;
  begins_anew_ = true;
  return open_file_once();
}

Status Recovery::open_file_once() {
  const QueueSettings& settings = queue_.settings;
  HF_TRY(queue_.file.open({.file = kFileName,
                           .application_id = kApplicationId,
                           .journal = kJournalMode,
                           .page_bytes = settings.page_bytes,
                           .file_bytes_max = settings.file_bytes_max,
                           .log_bytes_kept = kUndoBytesKept,
                           .cache_pages = settings.file_cache_pages}));
  std::array<StreamRecord, kStreamsMax> filed;
  std::uint32_t filed_count = 0;
  HF_TRY(queue_.file.load(queue_.ledger, filed, filed_count));
  HF_TRY(queue_.sealing.start(queue_.ledger.cipher_key, queue_.settings.is_sealed));
  if (is_first_) {
    // From this start on: uptime goes on while only the process ends, and would count twice.
    queue_.running_base_ms = queue_.ledger.running_ms - queue_.opened_at.ms;
    queue_.bytes_written_base = queue_.ledger.bytes_written;
  }
  return adopt(std::span{filed}.first(filed_count));
}

// The streams of the file come first, then those that only memory knows. What both know, memory
// knows better, except where a commit went through although it was said to have failed.
Status Recovery::adopt(std::span<const StreamRecord> filed) {
  const auto is_new = [&](const StreamRecord& record) {
    return queue_.find_stream(record.id) == nullptr;
  };
  const auto new_count = static_cast<std::uint32_t>(std::ranges::count_if(filed, is_new));
  if (queue_.stream_count + new_count > kStreamsMax) return Status::refused;
  for (StreamState& stream : queue_.known_streams()) {
    stream.ordinal_before = stream.ordinal;
    stream.is_filed = false;
  }
  for (std::uint32_t index = 0; index < filed.size(); ++index) {
    StreamState* known = queue_.find_stream(filed[index].id);
    if (known == nullptr) {
      known = &queue_.streams[queue_.stream_count++];
      *known = {};
      known->id = filed[index].id;
      // Of another boot: what it may have given, it may have given.
      for (const Lane lane : kLanes) {
        known->lane(lane).next = filed[index].lanes[index_of(lane)].reserved_to;
      }
    }
    take_over(filed[index], *known);
    StreamState* const place = &queue_.streams[index];
    std::rotate(place, known, known + 1);
  }
  StreamOrdinal ordinal = filed.empty() ? StreamOrdinal{0} : filed.back().ordinal;
  for (StreamState& stream : queue_.known_streams().subspan(filed.size())) {
    stream.ordinal = ++ordinal;
  }
  renumber(queue_.fresh);
  renumber(queue_.events);
  return Status::ok;
}

void Recovery::take_over(const StreamRecord& filed, StreamState& stream) {
  stream.ordinal = filed.ordinal;
  stream.is_filed = true;
  for (const Lane lane : kLanes) {
    const LaneRecord& theirs = filed.lanes[index_of(lane)];
    LaneRecord& ours = stream.lane(lane).record;
    ours.accounted_to = std::max(ours.accounted_to, theirs.accounted_to);
    const bool had_no_end = ours.reserved_to == kPositionEnd - 1;  // it was in memory only
    ours.reserved_to =
        std::max(had_no_end ? stream.lane(lane).next : ours.reserved_to, theirs.reserved_to);
    for (const Interval& run : theirs.received.runs()) {
      // Too many runs: what is forgotten is sent again.
      if (!is_ok(ours.received.add(run))) break;
    }
  }
}

Status Recovery::open_journal() {
  files::Journal::Found found;
  HF_TRY(queue_.journal.open(queue_.ledger.journal_kept_through, found));
  queue_.counters.journal_records_lost += found.lost_count;
  HF_TRY(note_streams_of_journal());
  if (!begins_anew_ && queue_.stream_count > 0) return Status::ok;
  // Its numbers are used up, by a medium that lied some sixty times: such a file is set aside, and
  // what it has comes into a new one.
  const Status begun = begin_stream(queue_, kOrdinalStep);
  return begun == Status::full ? Status::corrupt : begun;
}

// Frames whose file was set aside name a stream nobody here knows. They are kept under its name; no
// gap is declared for it, because what else it had is still to be salvaged.
Status Recovery::note_streams_of_journal() {
  files::Journal::Cursor cursor;
  files::Journal::Record record;
  JournalHead head;
  while (is_ok(queue_.journal.read(cursor, record))) {
    head = {};
    std::span<const std::byte> content;
    const Status opened =
        queue_.sealing.open_record(record.position, record.bytes, queue_.spare, content);
    if (opened == Status::unavailable) return opened;
    if (!is_ok(opened) || !is_ok(JournalRecordReader(content).take_head(head))) continue;
    StreamState* const known = queue_.find_stream(head.stream);
    if (known != nullptr) {
      if (is_first_) compare(head, *known);
      continue;
    }
    if (queue_.stream_count == kStreamsMax) continue;
    StreamState& stream = queue_.streams[queue_.stream_count++];
    stream = {};
    stream.id = head.stream;
    const StreamState* const before = queue_.stream_count > 1 ? &stream - 1 : nullptr;
    stream.ordinal = static_cast<StreamOrdinal>(before != nullptr ? before->ordinal + 1 : 1);
    for (LaneState& lane : stream.lanes) {
      lane.record.accounted_to = lane.record.reserved_to = lane.next = kUnknownEnd;
    }
    begins_anew_ = true;
  }
  return Status::ok;
}

// The journal remembers a reservation that the file has forgotten: the medium lied. Those positions
// may have been given, so this stream ends here.
void Recovery::compare(const JournalHead& head, StreamState& stream) {
  for (const Lane lane : kLanes) {
    LaneState& state = stream.lane(lane);
    const Position reserved_to = head.reserved_to[index_of(lane)];
    if (reserved_to <= state.record.reserved_to) continue;
    state.record.reserved_to = state.next = reserved_to;
    ++queue_.counters.positions_forgotten;
    begins_anew_ = true;
  }
}

// Frames in memory follow the streams to their new ordinals, and go where they are filed already.
void Recovery::renumber(FreshFrames& frames) {
  for (std::uint32_t index = 0; index < frames.count(); ++index) {
    FreshFrame& frame = frames[index];
    const auto streams = queue_.known_streams();
    const auto stream = std::ranges::find(streams, frame.stream, &StreamState::ordinal_before);
    HF_ASSERT(stream != streams.end());
    frame.stream = stream->ordinal;
    const Lane lane = wire::lane_of(frame.kind);
    if (stream->is_filed && frame.rows.end <= stream->lane(lane).record.accounted_to) {
      frames.mark_filed(index);
    }
  }
}

Status Recovery::commit() {
  Filing filing(queue_, now_, is_first_ ? wire::GapReason::window : wire::GapReason::medium);
  HF_TRY(filing.begin());
  StreamState& stream = queue_.current();
  for (const Lane lane : kLanes) {
    filing.reserve_from(stream, lane, stream.lane(lane).next);
  }
  if (is_first_) ++filing.ledger().short_boots;
  if (begins_anew_ && queue_.set_aside.number > 0) {
    filing.ledger().salvaging = queue_.set_aside.number;
  }
  HF_TRY(file_journal(filing));
  HF_TRY(filing.file_events());
  HF_TRY(filing.file_readings());
  HF_TRY(filing.commit());
  queue_.was_open = true;
  queue_.check.begin_anew();
  queue_.oldest_of_tier = {};
  queue_.compacted_to = queue_.compacted_last = {};
  queue_.absence_learned_to = place_of(Lane::events, 0, 0);
  queue_.key_look = {};
  return Status::ok;
}

Status Recovery::make_room() {
  return Upkeep(queue_, now_).make_room(queue_.journal.bytes_used() + queue_.fresh.bytes_used());
}

// The reservation once more, in another file.
Status Recovery::witness() {
  const JournalRecordWriter record(record_room(queue_), journal_head(queue_.current()));
  return append_record(queue_, record.bytes()).status();
}

Status Recovery::load_quarantine() {
  QueueFile::Quarantined frame;
  for (std::uint32_t index = 0; index < kRunsMax; ++index) {
    const Status loaded = queue_.file.load_quarantined(index, frame);
    if (loaded == Status::not_found) return Status::ok;
    HF_TRY(loaded);
    StreamState* const stream = queue_.find_stream(stream_of(frame.place));
    if (stream == nullptr) continue;
    const Position first = position_of(frame.place);
    const Status added =
        stream->lane(lane_of(frame.place)).quarantined.add({first, first + frame.row_count});
    if (!is_ok(added)) return Status::ok;  // the rest is tried again, and refused again
  }
  return Status::ok;
}

Status Recovery::file_journal(Filing& filing) {
  files::Journal::Cursor cursor;
  files::Journal::Record record;
  while (is_ok(queue_.journal.read(cursor, record))) {
    std::span<const std::byte> content;
    const Status opened =
        queue_.sealing.open_record(record.position, record.bytes, queue_.spare, content);
    if (opened == Status::unavailable) return opened;
    JournalRecordReader reader(content);
    JournalHead head;
    const bool is_sound = is_ok(opened) && is_ok(reader.take_head(head));
    StreamState* const stream = is_sound ? queue_.find_stream(head.stream) : nullptr;
    if (stream == nullptr) {
      ++queue_.counters.frames_corrupt;
      continue;
    }
    for (const Interval& run : head.received.runs()) {
      if (!is_ok(stream->lane(Lane::readings).record.received.add(run))) break;
    }
    std::span<const std::byte> frame;
    while (is_ok(reader.take_frame(frame))) HF_TRY(file_journaled(filing, frame));
  }
  return Status::ok;
}

Status Recovery::file_journaled(Filing& filing, std::span<const std::byte> frame) {
  wire::OpenedFrame opened;
  const bool is_sound = is_ok(wire::open_frame(frame, opened));
  const wire::FrameHeader& header = opened.header;
  StreamState* const stream = is_sound ? queue_.find_stream(header.stream) : nullptr;
  if (stream == nullptr || header.position + header.row_count >= kPositionEnd) {
    ++queue_.counters.frames_corrupt;
    return Status::ok;
  }
  const Interval rows{header.position, header.position + header.row_count};
  const Position accounted_to = stream->lane(Lane::readings).record.accounted_to;
  if (rows.end <= accounted_to && accounted_to < kUnknownEnd) return Status::ok;
  const std::uint32_t index = queue_.fresh.find(stream->ordinal, rows.first);
  if (index < queue_.fresh.count() && queue_.fresh[index].rows.contains(rows)) return Status::ok;
  const bool is_of_this_boot = header.boot == queue_.boot;
  return filing.file_if_missing(*stream, Lane::readings,
                                {.place = place_of(Lane::readings, stream->ordinal, rows.first),
                                 .row_count = header.row_count,
                                 .kind = header.kind,
                                 .kept_ms = queue_.kept_ms(is_of_this_boot, header.last),
                                 .bytes = static_cast<std::uint32_t>(frame.size())},
                                frame);
}

}  // namespace hf::stores::queue

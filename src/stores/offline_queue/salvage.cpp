#include "stores/offline_queue/salvage.h"

#include "files/aside/aside.h"

namespace hf::stores::queue {
namespace {

constexpr std::uint32_t kCachePages = 8;  // it is read once, in order

}  // namespace

Status Salvage::step(Uptime now) {
  if (queue_.ledger.salvaging == 0) return Status::not_found;
  if (!file_.is_open()) is_done_ = !open();
  Filing filing(queue_, now, wire::GapReason::medium);
  HF_TRY(filing.begin());
  if (!is_done_) HF_TRY(take_frames(filing));
  if (is_done_) filing.ledger().salvaging = 0;
  HF_TRY(filing.commit());
  if (is_done_) stop();
  return Status::ok;
}

void Salvage::stop() {
  file_.close();
  from_ = {};
  to_ = {INT64_MAX};
  is_backwards_ = is_done_ = false;
}

bool Salvage::open() {
  const hal::FileName name = files::aside_name(kFileStem, queue_.ledger.salvaging);
  const files::DatabaseSettings settings{.file = name.view(),
                                         .application_id = kApplicationId,
                                         .journal = kJournalMode,
                                         .page_bytes = queue_.settings.page_bytes,
                                         .file_bytes_max = queue_.settings.file_bytes_max,
                                         .cache_pages = kCachePages};
  bool opens = is_ok(file_.open(settings));
  if (!opens && file_.database().found().what == files::FileFound::truncated) {
    opens =
        files::stretch(queue_.flash, name.view(), settings.page_bytes, settings.file_bytes_max) &&
        is_ok(file_.open(settings));
  }
  if (opens) take_received();
  return opens;
}

// What upstream had is not sent once more, as far as the file can tell.
void Salvage::take_received() {
  Ledger ledger;
  std::array<StreamRecord, kStreamsMax> streams;
  std::uint32_t count = 0;
  if (!is_ok(file_.load(ledger, streams, count))) return;
  for (const StreamRecord& theirs : std::span{streams}.first(count)) {
    StreamState* const stream = stream_for(theirs.id);
    for (std::size_t lane = 0; stream != nullptr && lane < kLaneCount; ++lane) {
      for (const Interval& run : theirs.lanes[lane].received.runs()) {
        if (!is_ok(stream->lanes[lane].record.received.add(run))) break;
      }
    }
  }
}

// The stream is known, or becomes known as an older one of which nobody knows the end.
StreamState* Salvage::stream_for(std::uint64_t id) {
  StreamState* const known = queue_.find_stream(id);
  if (known != nullptr || queue_.stream_count == kStreamsMax) return known;
  StreamState& current = queue_.current();
  StreamOrdinal ordinal = current.ordinal;
  do {
    --ordinal;
  } while (ordinal > 0 && queue_.find_stream(ordinal) != nullptr);
  if (ordinal == 0) return nullptr;
  StreamState& stream = current;
  queue_.streams[queue_.stream_count++] = current;
  stream = {};
  stream.id = id;
  stream.ordinal = ordinal;
  for (LaneState& lane : stream.lanes) {
    lane.record.accounted_to = lane.record.reserved_to = lane.next = kUnknownEnd;
  }
  return &stream;
}

Status Salvage::take_frames(Filing& filing) {
  for (std::uint32_t taken = 0; taken < kFramesAtOnce; ++taken) {
    FiledFrame frame;
    if (!find_next(frame)) {
      is_done_ = true;
      return Status::ok;
    }
    const Status status = take(filing, frame);
    // There already, from the journal or from an earlier try.
    if (!is_ok(status) && status != Status::refused) return status;
  }
  return Status::ok;
}

bool Salvage::find_next(FiledFrame& frame) {
  if (!is_backwards_) {
    const Status found = file_.find_from(from_, frame);
    if (is_ok(found)) {
      from_ = {frame.place.key + 1};
      return true;
    }
    if (found == Status::not_found) return false;
    is_backwards_ = true;
  }
  if (!is_ok(file_.find_before(to_, frame)) || frame.place < from_) return false;
  to_ = frame.place;
  return true;
}

Status Salvage::take(Filing& filing, const FiledFrame& frame) {
  const Result<std::uint32_t> bytes = file_.read(frame.place, queue_.work);
  if (bytes.status() == Status::unavailable) return Status::unavailable;
  wire::OpenedFrame opened;
  const bool is_sound =
      bytes.ok() && is_ok(wire::open_frame(queue_.work.first(bytes.value()), opened));
  const wire::FrameHeader& header = opened.header;
  if (!is_sound || header.position + header.row_count >= kPositionEnd) {
    ++queue_.counters.frames_corrupt;
    return Status::ok;
  }
  StreamState* const stream = queue_.find_stream(header.stream);
  const bool is_ours = stream != nullptr && stream != &queue_.current();
  if (!is_ours) return Status::ok;
  const Lane lane = wire::lane_of(header.kind);
  ++queue_.counters.frames_salvaged;
  return queue_.file.insert_if_free({.place = place_of(lane, stream->ordinal, header.position),
                                     .row_count = header.row_count,
                                     .kind = header.kind,
                                     .kept_ms = frame.kept_ms,
                                     .bytes = bytes.value()},
                                    queue_.work.first(bytes.value()), filing.ledger());
}

}  // namespace hf::stores::queue

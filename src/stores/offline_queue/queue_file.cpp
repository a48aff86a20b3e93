#include "stores/offline_queue/queue_file.h"

#include <offline_queue/sql.h>

#include "vocabulary/bytes.h"

namespace hf::stores::queue {
namespace {

namespace sql = hf::offline_queue::sql;
using files::Statement;

constexpr std::array kMigrations{files::Migration{.version = 1, .sql = sql::k0001Queue},
                                 files::Migration{.version = 2, .sql = sql::k0002Sealing}};

std::int64_t signed_of(std::uint64_t number) { return static_cast<std::int64_t>(number); }
std::uint64_t unsigned_of(std::int64_t number) { return static_cast<std::uint64_t>(number); }

// Received runs on flash: pairs of 64-bit numbers, first and end, as docs/formats/queue.md says.
struct RunBytes {
  std::array<std::byte, kRunsMax * 16> bytes;
  std::size_t size = 0;

  std::span<const std::byte> span() const { return std::span{bytes}.first(size); }
};

void pack(const Runs& runs, RunBytes& packed) {
  packed.size = 0;
  for (const Interval& run : runs.runs()) {
    store(std::span{packed.bytes}.subspan(packed.size), run.first);
    store(std::span{packed.bytes}.subspan(packed.size + 8), run.end);
    packed.size += 16;
  }
}

Status unpack(std::span<const std::byte> packed, Runs& runs) {
  runs.clear();
  for (; packed.size() >= 16; packed = packed.subspan(16)) {
    const Interval run{load_u64(packed), load_u64(packed.subspan(8))};
    if (run.empty() || run.end > kPositionEnd || !is_ok(runs.add(run))) return Status::corrupt;
  }
  return packed.empty() ? Status::ok : Status::corrupt;
}

Status read_lane(const Statement& row, int column, LaneRecord& lane) {
  lane.accounted_to = unsigned_of(row.column_number(column));
  lane.reserved_to = unsigned_of(row.column_number(column + 1));
  if (lane.reserved_to > kPositionEnd || lane.accounted_to > lane.reserved_to) {
    return Status::corrupt;
  }
  return unpack(row.column_blob(column + 2), lane.received);
}

}  // namespace

std::span<const files::Migration> schema() { return kMigrations; }

Status QueueFile::open(const files::DatabaseSettings& settings) {
  HF_TRY(database_.open(settings, schema()));
  const Status prepared = prepare();
  if (!is_ok(prepared)) close();
  return prepared;
}

void QueueFile::close() {
  files::finish_all(statements_);
  database_.close();
}

Status QueueFile::prepare() {
  // In the order of Query.
  constexpr std::array<std::string_view, query_count> kSql{
      sql::kInsertFrame,    sql::kEraseFrame,  sql::kFrameBefore,    sql::kFrameFrom,
      sql::kBytesOfFrame,   sql::kLoadLedger,  sql::kSaveLedger,     sql::kLoadStreams,
      sql::kSaveStream,     sql::kEraseStream, sql::kLoadQuarantine, sql::kSaveQuarantine,
      sql::kEraseQuarantine};
  return files::prepare_all(database_, statements_, kSql);
}

Status QueueFile::load(Ledger& ledger, std::span<StreamRecord> streams,
                       std::uint32_t& stream_count) {
  Statement& row = at(load_ledger);
  const Status found = row.step_to_row();
  if (found == Status::not_found) return Status::corrupt;
  HF_TRY(found);
  int column = 0;
  ledger.journal_kept_through = unsigned_of(row.column_number(column++));
  ledger.bytes_written = unsigned_of(row.column_number(column++));
  ledger.running_ms = row.column_number(column++);
  ledger.short_boots = row.column_number(column++);
  ledger.salvaging = static_cast<std::uint32_t>(row.column_number(column++));
  for (Holding& holding : ledger.holdings) {
    holding.frames = row.column_number(column++);
    holding.rows = row.column_number(column++);
    holding.bytes = row.column_number(column++);
  }
  ledger.cipher_key = static_cast<files::KeyNumber>(row.column_number(column++));
  ledger.cipher_key_since_ms = row.column_number(column++);
  ledger.cipher_key_oldest = static_cast<files::KeyNumber>(row.column_number(column++));
  row.reset();
  return load_streams_into(streams, stream_count);
}

Status QueueFile::load_streams_into(std::span<StreamRecord> streams, std::uint32_t& stream_count) {
  stream_count = 0;
  Statement& row = at(load_streams);
  for (;;) {
    const Status found = row.step_to_row();
    if (found == Status::not_found) return Status::ok;
    HF_TRY(found);
    Status read = stream_count < streams.size() ? Status::ok : Status::corrupt;
    if (is_ok(read)) {
      StreamRecord& stream = streams[stream_count++];
      stream.ordinal = static_cast<StreamOrdinal>(row.column_number(0));
      stream.id = unsigned_of(row.column_number(1));
      read = read_lane(row, 2, stream.lanes[index_of(Lane::readings)]);
      if (is_ok(read)) read = read_lane(row, 5, stream.lanes[index_of(Lane::events)]);
    }
    if (!is_ok(read)) {
      row.reset();
      return read;
    }
  }
}

Status QueueFile::save(const Ledger& ledger) {
  Statement& row = at(save_ledger);
  int parameter = 1;
  row.bind(parameter++, signed_of(ledger.journal_kept_through));
  row.bind(parameter++, signed_of(ledger.bytes_written));
  row.bind(parameter++, ledger.running_ms);
  row.bind(parameter++, ledger.short_boots);
  row.bind(parameter++, ledger.salvaging);
  for (const Holding& holding : ledger.holdings) {
    row.bind(parameter++, holding.frames);
    row.bind(parameter++, holding.rows);
    row.bind(parameter++, holding.bytes);
  }
  row.bind(parameter++, ledger.cipher_key);
  row.bind(parameter++, ledger.cipher_key_since_ms);
  row.bind(parameter++, ledger.cipher_key_oldest);
  return row.run();
}

Status QueueFile::save(const StreamRecord& stream) {
  const LaneRecord& readings = stream.lanes[index_of(Lane::readings)];
  const LaneRecord& events = stream.lanes[index_of(Lane::events)];
  RunBytes readings_received;
  RunBytes events_received;
  pack(readings.received, readings_received);
  pack(events.received, events_received);
  return at(save_stream)
      .bind(1, stream.ordinal)
      .bind(2, signed_of(stream.id))
      .bind(3, signed_of(readings.accounted_to))
      .bind(4, signed_of(readings.reserved_to))
      .bind(5, readings_received.span())
      .bind(6, signed_of(events.accounted_to))
      .bind(7, signed_of(events.reserved_to))
      .bind(8, events_received.span())
      .run();
}

Status QueueFile::erase_stream(StreamOrdinal ordinal) {
  return at(remove_stream).bind(1, ordinal).run();
}

Status QueueFile::find(Query query, Place place, FiledFrame& frame) {
  Statement& row = at(query);
  row.bind(1, place.key);
  HF_TRY(row.step_to_row());
  frame = {.place = {row.column_number(0)},
           .row_count = static_cast<std::uint32_t>(row.column_number(1)),
           .kind = static_cast<wire::FrameKind>(row.column_number(2)),
           .kept_ms = row.column_number(3),
           .bytes = static_cast<std::uint32_t>(row.column_number(4)),
           .key = static_cast<files::KeyNumber>(row.column_number(5))};
  row.reset();
  // Who goes on behind a frame of no rows stays where it is.
  const bool has_rows = frame.row_count > 0 && frame.rows().end <= kPositionEnd;
  return has_rows ? Status::ok : Status::corrupt;
}

// A medium that forgot a sync may leave a tree whose answers are out of order: who goes on from
// such a one goes round for ever.
Status QueueFile::find_before(Place place, FiledFrame& frame) {
  HF_TRY(find(frame_before, place, frame));
  return frame.place.key < place.key ? Status::ok : Status::corrupt;
}

Status QueueFile::find_from(Place place, FiledFrame& frame) {
  HF_TRY(find(frame_from, place, frame));
  return frame.place.key >= place.key ? Status::ok : Status::corrupt;
}

Result<std::uint32_t> QueueFile::read(Place place, std::span<std::byte> out) {
  Statement& row = at(bytes_of_frame);
  row.bind(1, place.key);
  HF_TRY(row.step_to_row());
  const auto key = static_cast<files::KeyNumber>(row.column_number(1));
  const Result<std::uint32_t> opened = sealing_.open(key, place, row.column_blob(0), out);
  row.reset();
  // These say something of one frame, and nothing of the file.
  if (opened.status() == Status::corrupt) return Status::invalid;
  if (opened.status() == Status::not_found) return Status::refused;
  return opened;
}

Status QueueFile::insert(const FiledFrame& frame, std::span<const std::byte> bytes,
                         Ledger& ledger) {
  const Status status = insert_if_free(frame, bytes, ledger);
  return status == Status::refused ? Status::corrupt : status;
}

Status QueueFile::insert_if_free(const FiledFrame& frame, std::span<const std::byte> bytes,
                                 Ledger& ledger) {
  const std::span<const std::byte> sealed = sealing_.seal(frame.place, bytes);
  HF_TRY(at(insert_frame)
             .bind(1, frame.place.key)
             .bind(2, frame.row_count)
             .bind(3, static_cast<std::int64_t>(frame.kind))
             .bind(4, frame.kept_ms)
             .bind(5, sealing_.current())
             .bind(6, sealed)
             .run());
  Holding& holding = ledger.holding(frame.kind);
  holding.frames += 1;
  holding.rows += frame.row_count;
  holding.bytes += static_cast<std::int64_t>(sealed.size());
  return Status::ok;
}

Status QueueFile::erase(const FiledFrame& frame, Ledger& ledger) {
  HF_TRY(at(erase_frame).bind(1, frame.place.key).run());
  Holding& holding = ledger.holding(frame.kind);
  holding.frames -= 1;
  holding.rows -= frame.row_count;
  holding.bytes -= frame.bytes;
  return Status::ok;
}

Status QueueFile::save(const Quarantined& frame) {
  return at(save_quarantined)
      .bind(1, frame.place.key)
      .bind(2, frame.row_count)
      .bind(3, frame.reason)
      .run();
}

Status QueueFile::erase_quarantined(Place from, Place to) {
  return at(remove_quarantined).bind(1, from.key).bind(2, to.key).run();
}

Status QueueFile::load_quarantined(std::uint32_t index, Quarantined& frame) {
  Statement& row = at(all_quarantined);
  for (std::uint32_t at_index = 0;; ++at_index) {
    HF_TRY(row.step_to_row());
    if (at_index == index) break;
  }
  frame = {.place = {row.column_number(0)},
           .row_count = static_cast<std::uint32_t>(row.column_number(1)),
           .reason = static_cast<std::uint8_t>(row.column_number(2))};
  row.reset();
  return Status::ok;
}

}  // namespace hf::stores::queue

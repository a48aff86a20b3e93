// The queue file: frames and ledger in SQLite, with every statement the store needs prepared at
// open.
//
// Nothing is decided here. Changes belong into a files::Transaction of the caller's, together with
// save(); what the ledger counts is counted in the caller's copy, which becomes true with commit().
//
// Cost: every lookup is one descent of the table's tree: O(log frames).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "files/database/database.h"
#include "files/database/statement.h"
#include "stores/offline_queue/frame_sealing.h"
#include "stores/offline_queue/ledger.h"

namespace hf::stores::queue {

inline constexpr std::uint32_t kApplicationId = 0x48465131;  // "HFQ1", in the head of the file

// All versions of the schema, in order.
std::span<const files::Migration> schema();

struct FiledFrame {
  Place place;
  std::uint32_t row_count = 0;
  wire::FrameKind kind = wire::FrameKind::readings;
  std::int64_t kept_ms = 0;  // on the clock of Ledger::running_ms; what age is counted from
  std::uint32_t bytes = 0;   // as it is on flash
  files::KeyNumber key = files::kNotSealed;

  Interval rows() const { return {position_of(place), position_of(place) + row_count}; }
};

class QueueFile {
 public:
  // REQUIRES: both outlive this.
  QueueFile(files::Engine& engine, FrameSealing& sealing) : database_(engine), sealing_(sealing) {}
  ~QueueFile() { close(); }

  // Outcomes of files::Database::open(); corrupt also when the ledger is missing.
  Status open(const files::DatabaseSettings& settings);
  void close();
  bool is_open() const { return database_.is_open(); }

  files::Database& database() { return database_; }
  const files::Database& database() const { return database_; }

  // corrupt: numbers that cannot be.
  Status load(Ledger& ledger, std::span<StreamRecord> streams, std::uint32_t& stream_count);
  Status save(const Ledger& ledger);
  Status save(const StreamRecord& stream);
  Status erase_stream(StreamOrdinal ordinal);

  // The nearest frame whose place is before `place`, or not before it. not_found: there is none.
  // corrupt: the file contradicts itself.
  Status find_before(Place place, FiledFrame& frame);
  Status find_from(Place place, FiledFrame& frame);

  // The frame at `place`. not_found.  full: `out` is too small.  invalid: it is not what was sealed
  // there.  refused: its key is gone.  unavailable: also when its key cannot be had now.  Else as
  // any read.
  Result<std::uint32_t> read(Place place, std::span<std::byte> out);

  // Seals the frame. corrupt: the place is taken, although it cannot be.
  Status insert(const FiledFrame& frame, std::span<const std::byte> bytes, Ledger& ledger);
  // The same for what may be there already. refused: it is.
  Status insert_if_free(const FiledFrame& frame, std::span<const std::byte> bytes, Ledger& ledger);
  Status erase(const FiledFrame& frame, Ledger& ledger);

  struct Quarantined {
    Place place;
    std::uint32_t row_count = 0;
    std::uint8_t reason = 0;
  };
  Status save(const Quarantined& frame);
  Status erase_quarantined(Place from, Place to);
  // The index-th. not_found: no more.
  Status load_quarantined(std::uint32_t index, Quarantined& frame);

 private:
  enum Query : std::uint8_t {
    insert_frame,
    erase_frame,
    frame_before,
    frame_from,
    bytes_of_frame,
    load_ledger,
    save_ledger,
    load_streams,
    save_stream,
    remove_stream,
    all_quarantined,
    save_quarantined,
    remove_quarantined,
    query_count
  };

  Status prepare();
  Status load_streams_into(std::span<StreamRecord> streams, std::uint32_t& stream_count);
  Status find(Query query, Place place, FiledFrame& frame);
  files::Statement& at(Query query) { return statements_[query]; }

  files::Database database_;
  FrameSealing& sealing_;
  std::array<files::Statement, query_count> statements_;
};

}  // namespace hf::stores::queue

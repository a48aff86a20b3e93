// The shelf: what the gateway must still know after a power cut, beside readings. Items under a
// collection and a key, and rings of numbered records, in one SQLite file of its own (state.db).
//
// What lies on it is bytes: documents, versions of settings, the audit, the activity. A file apart
// from the queue's, because that one lives on being rewritten, may be set aside for its size or age
// of damage, and its loss costs readings; this one is small and its loss costs decisions.
//
//   K1  What a call answered ok for survives any power cut.
//   K2  What is put between begin() and commit() is there wholly or not at all.
//   K3  Bytes that are not what was written are never answered.
//   K4  A ring keeps its newest records; a number is given once in the life of the file.
//   K5  The file is bounded: what no longer fits is `full`, and nothing that is there goes for it.
//   K6  A file that cannot be used is set aside, and a new one begun with all that can be read of
//       the old. What upstream has of the rest comes back from there. Files set aside stay while
//       together they take no more than two of the largest size; the newest always does.
//
// After a failure of the medium every call answers `unavailable` until serve() has opened the file
// again; what was asked for meanwhile is the caller's to ask again (counts().openings tells).
//
// Cost: a commit writes two to four pages of 2 KiB and syncs once; a get is one descent of a tree.
// Nothing allocates. Owned by the service loop.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "config/limits/limits.h"
#include "files/database/transaction.h"
#include "hal/flash.h"
#include "state/shelf_file.h"
#include "vocabulary/time.h"

namespace hf::state {

inline constexpr std::string_view kFileStem = "state";
inline constexpr std::string_view kFileName = "state.db";
// What is true of one file only, and not salvaged into another: stamps reserved, and the number of
// the file that was salvaged into this one.
inline constexpr std::string_view kOfThisFile = "replica";
inline constexpr std::string_view kSalvagedKey = "salvaged";
inline constexpr std::size_t kItemBytesMax = 64 * limits::kKiB;  // the largest document has 45

struct ShelfSettings {
  std::uint64_t file_bytes_max = limits::kBoard.state_bytes_max;
  std::uint32_t cache_pages = limits::kBoard.state_cache_pages;
  std::uint32_t page_bytes = 2048;    // a usual document of 300 bytes in a page of few others
  std::uint32_t log_pages_max = 128;  // then it is copied into the file, in one go
};

struct ShelfCounts {
  std::uint32_t openings = 0;         // of the file since the start; the first is one
  std::uint32_t files_set_aside = 0;  // since the start
  std::uint32_t files_given_up = 0;   // of those, for want of room
  std::uint32_t items_salvaged = 0;   // items and records
  std::uint32_t medium_failures = 0;
  std::uint64_t items_corrupt = 0;  // K3: met, and not answered
};

class Shelf {
 public:
  // REQUIRES: both outlive this; the engine works on that flash, and has started before open().
  Shelf(files::Engine& engine, hal::Flash& flash, const ShelfSettings& settings = {})
      : engine_(engine), flash_(flash), settings_(settings), file_(engine) {}

  // ok: also when a file was set aside for it, see counts().  unavailable, full, busy: it works not
  // yet; serve() tries again.
  Status open(Uptime now);
  void close() { file_.close(); }
  bool is_open() const { return file_.database().is_open() && !file_.database().needs_reopen(); }

  // Tries a medium that failed again, and copies a long log. When it wants to be called next.
  Uptime serve(Uptime now);

  // Each is a commit of its own, unless a Batch is open.
  // ok.  full: no room.  invalid: names that may not be, or more than kItemBytesMax.
  // unavailable, busy: not done.  stale: the batch was undone by an earlier error.
  // REQUIRES: `collection` is an identifier; `key` has 1 to kDocumentKeyBytesMax bytes.
  Status put(std::string_view collection, std::string_view key, std::span<const std::byte> bytes);
  Status erase(std::string_view collection, std::string_view key);

  // How many bytes `out` holds now.  not_found.  full: `out` is too small.  corrupt: K3; erase it.
  Result<std::uint32_t> get(std::string_view collection, std::string_view key,
                            std::span<std::byte> out);

  // Moves `key` to the next of the collection, in order of bytes; an empty one to the first.
  // not_found: no more; unchanged.  unavailable, busy.
  //   for (ItemKey key; is_ok(shelf.next("equipment", key));) …
  Status next(std::string_view collection, ItemKey& key);

  // Its number, from 1; the ring then holds at most `most` records. Outcomes of put().
  Result<std::uint64_t> append(std::uint8_t ring, std::span<const std::byte> bytes,
                               std::uint32_t most);
  // As get().
  Result<std::uint32_t> read(std::uint8_t ring, std::uint64_t number, std::span<std::byte> out);
  // not_found: the ring is empty.
  Result<std::uint64_t> newest(std::uint8_t ring);
  Result<std::uint64_t> oldest(std::uint8_t ring);

  const ShelfCounts& counts() const { return counts_; }
  // The file that was last found to be none of ours, or no longer a whole one, and why.
  const files::SetAside& set_aside() const { return set_aside_; }
  // Not in memory only, as where there is no file, or one in a file system that lies in memory.
  bool is_on_flash() const { return is_open() && !is_volatile_; }
  // How changes reach the file, as its file system allows.
  files::JournalMode journal() const { return files::journal_mode_for(flash_.medium()); }
  std::uint64_t bytes_max() const { return settings_.file_bytes_max; }
  Result<std::uint64_t> bytes_used();  // unavailable, busy

 private:
  friend class Batch;

  Status open_once();
  Status open_or_begin_anew();
  Status salvage();
  void bound_asides();
  files::DatabaseSettings settings_of(std::string_view file, std::uint32_t cache_pages) const;
  Status append_one(std::uint8_t ring, std::uint64_t number, std::span<const std::byte> bytes,
                    std::uint32_t most);
  Status judge(Status status);
  Result<std::uint32_t> judge_bytes(Result<std::uint32_t> read);

  files::Engine& engine_;
  hal::Flash& flash_;
  ShelfSettings settings_;
  ShelfFile file_;
  ShelfCounts counts_;
  files::SetAside set_aside_;
  bool is_damaged_ = false;
  bool is_volatile_ = false;  // the file's system lies in memory; known from each opening on
  bool is_in_batch_ = false;
  Uptime retry_at_;
  Duration retry_after_;
};

// Several changes in one commit: K2. Leaving without commit() undoes them.
class Batch {
 public:
  explicit Batch(Shelf& shelf) : shelf_(shelf), transaction_(shelf.file_.database()) {}
  ~Batch() { shelf_.is_in_batch_ = false; }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  // ok.  unavailable, busy, corrupt: not begun. REQUIRES: no other is open.
  Status begin();
  // ok: durable.  Else: undone, or unknown until the shelf was opened again.
  Status commit();

 private:
  Shelf& shelf_;
  files::Transaction transaction_;
};

}  // namespace hf::state

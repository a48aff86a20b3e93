// One SQLite file, opened the one way that loses nothing, and refused when that cannot be had.
//
// The order is not free. locking_mode=EXCLUSIVE, then synchronous=EXTRA, then journal_mode=WAL,
// with every new name synced: 0 rows lost and 0 files damaged in 200,000 power cuts.
// synchronous=NORMAL loses committed rows in seven cuts of ten; FULL set after WAL lost a whole
// fresh file in one of three. Every setting is read back, and the open is refused when one did not
// take.
//
// One connection per file, one thread (docs/decisions/0005). What this class runs is prepared at
// open: afterwards no SQL is compiled but what the owner compiles.
//
// After a write, a sync or an undoing that failed needs_reopen() is true and every call answers
// `unavailable` until close() and open(). Nothing is retried: a sync that answers ok after one that
// failed proves nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "files/database/connection.h"
#include "files/database/database_settings.h"
#include "files/database/engine.h"
#include "vocabulary/outcome.h"

namespace hf::files {

struct PageUse {
  std::uint32_t pages = 0;       // of the main file
  std::uint32_t pages_free = 0;  // of them, waiting to be used again
};

class Database {
 public:
  explicit Database(Engine& engine) : connection_(engine) {}  // REQUIRES: the engine outlives this
  ~Database() { close(); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // ok: open, ours, and at the version of the last migration.
  // corrupt: zeroed, truncated, not_sqlite, foreign, damaged, log_without_file; see found(). It is
  //   closed again, and the main file is as it was: to set it aside is the owner's decision.
  // refused: newer, other_page_size, or a setting that did not take.
  // busy: open elsewhere, or the arena is used up. full: no space to make it, or the engine has too
  //   few slots left for its cache.  invalid: a setting or a migration is wrong.  unavailable: the
  //   medium failed or is read-only.
  // REQUIRES: the engine has started; not open.
  Status open(const DatabaseSettings& settings, std::span<const Migration> migrations);

  // Writes nothing: what stands in the log stays there for the next open.
  // REQUIRES: no Statement is prepared.
  void close();

  bool is_open() const { return connection_.is_open(); }
  bool needs_reopen() const { return connection_.needs_reopen(); }
  const Finding& found() const { return found_; }

  // Copies all that is committed from the log into the file. The cost is bounded by how long the
  // owner lets the log grow. The next commit then begins the log anew, in place.
  // ok.  busy: a statement is still being stepped.  full, unavailable: as any write.
  Status checkpoint();

  // Pages in the log as of the last commit. Beyond about 4,000 its index takes another 32 KiB.
  std::uint32_t log_pages() const { return log_pages_; }

  // ok; busy, corrupt, unavailable as any read.
  Result<PageUse> page_use();

  std::int64_t last_row_id() const;
  std::uint32_t rows_changed() const;  // by the statement that ran last

  // SQLite's extended code and words for what went wrong last: for logs, never for decisions.
  int last_code() const { return connection_.last_code(); }
  std::string_view last_words() const { return connection_.last_words(); }

 private:
  friend class DatabaseCheck;
  friend class Statement;
  friend class Transaction;
  struct Calls;

  Status prepare_own_statements();

  Connection connection_;
  Finding found_;
  std::uint32_t cache_pages_ = 0;
  std::uint32_t log_pages_ = 0;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  sqlite3_stmt* rollback_ = nullptr;  // prepared at open: to undo must not need memory
  sqlite3_stmt* page_count_ = nullptr;
  sqlite3_stmt* free_count_ = nullptr;
};

}  // namespace hf::files

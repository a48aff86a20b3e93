#include "files/database/database.h"

#include <sqlite3.h>

#include "files/database/opening.h"

namespace hf::files {

struct Database::Calls {
  // After every commit in log mode. Returning OK and doing nothing else replaces SQLite's own
  // checkpointing, which would come when it likes.
  static int log_grew(void* self, sqlite3*, const char*, int pages) {
    static_cast<Database*>(self)->log_pages_ = static_cast<std::uint32_t>(pages);
    return SQLITE_OK;
  }
};

std::string_view to_text(FileFound found) {
  switch (found) {
    case FileFound::fresh: return "fresh";
    case FileFound::sound: return "sound";
    case FileFound::zeroed: return "zeroed";
    case FileFound::truncated: return "truncated";
    case FileFound::not_sqlite: return "not_sqlite";
    case FileFound::foreign: return "foreign";
    case FileFound::newer: return "newer";
    case FileFound::other_page_size: return "other_page_size";
    case FileFound::damaged: return "damaged";
    case FileFound::log_without_file: return "log_without_file";
    case FileFound::unreadable: return "unreadable";
  }
  return "unknown";
}

Status Database::open(const DatabaseSettings& settings, std::span<const Migration> migrations) {
  HF_ASSERT(!is_open());
  HF_TRY(connection_.engine().reserve_pages(settings.cache_pages));
  cache_pages_ = settings.cache_pages;
  Status status = open_settled(connection_, settings, migrations, found_);
  if (is_ok(status)) status = prepare_own_statements();
  if (!is_ok(status)) {
    close();
    return status;
  }
  log_pages_ = 0;
  sqlite3_wal_hook(connection_.handle(), Calls::log_grew, this);
  return Status::ok;
}

Status Database::prepare_own_statements() {
  HF_TRY(connection_.prepare("BEGIN IMMEDIATE", begin_));
  HF_TRY(connection_.prepare("COMMIT", commit_));
  HF_TRY(connection_.prepare("ROLLBACK", rollback_));
  HF_TRY(connection_.prepare("PRAGMA page_count", page_count_));
  return connection_.prepare("PRAGMA freelist_count", free_count_);
}

void Database::close() {
  for (sqlite3_stmt** own : {&begin_, &commit_, &rollback_, &page_count_, &free_count_}) {
    sqlite3_finalize(*own);
    *own = nullptr;
  }
  connection_.close();
  connection_.engine().return_pages(cache_pages_);
  cache_pages_ = 0;
}

Status Database::checkpoint() {
  HF_TRY(connection_.may_run());
  int in_log = 0;
  int copied = 0;
  // PASSIVE is complete here: with one connection there is nobody to wait for.
  const int code = sqlite3_wal_checkpoint_v2(connection_.handle(), "main",
                                             SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  HF_TRY(connection_.outcome(code));
  if (in_log > 0 && copied < in_log) return Status::busy;  // a statement still reads the log
  log_pages_ = 0;
  return Status::ok;
}

Result<PageUse> Database::page_use() {
  HF_TRY(connection_.may_run());
  std::int64_t pages = 0;
  std::int64_t pages_free = 0;
  HF_TRY(connection_.read_number(page_count_, pages));
  HF_TRY(connection_.read_number(free_count_, pages_free));
  return PageUse{.pages = static_cast<std::uint32_t>(pages),
                 .pages_free = static_cast<std::uint32_t>(pages_free)};
}

std::int64_t Database::last_row_id() const {
  return sqlite3_last_insert_rowid(connection_.handle());
}

std::uint32_t Database::rows_changed() const {
  return static_cast<std::uint32_t>(sqlite3_changes(connection_.handle()));
}

}  // namespace hf::files

#include "files/database/connection.h"

#include <sqlite3.h>

#include <algorithm>

#include "files/database/flash_vfs.h"
#include "files/database/sqlite_outcome.h"

namespace hf::files {

FlashVfs& Connection::vfs() const { return engine_.vfs(); }

Status Connection::open(std::string_view file) {
  HF_ASSERT(!is_open());
  if (file.empty()) return Status::invalid;
  if (!is_ok(file_.try_assign(file))) return Status::invalid;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE;
  const Status opened =
      outcome(sqlite3_open_v2(file_.c_str(), &handle_, flags, engine_.vfs().name()));
  if (!is_ok(opened)) {
    close();
    return opened;
  }
  const int found = sqlite3_file_control(handle_, "main", SQLITE_FCNTL_FILE_POINTER, &main_file_);
  HF_ASSERT(found == SQLITE_OK);
  return Status::ok;
}

void Connection::close() {
  // BUSY would mean that a statement outlives its database: a bug, and it would leak.
  HF_ASSERT(sqlite3_close(handle_) == SQLITE_OK);
  handle_ = nullptr;
  main_file_ = nullptr;
  given_up_ = false;
  in_transaction_ = false;
}

bool Connection::needs_reopen() const {
  return given_up_ || (main_file_ != nullptr && FlashVfs::has_failed(main_file_));
}

Status Connection::may_run() const {
  if (!is_open() || needs_reopen()) return Status::unavailable;
  if (in_transaction_ && sqlite3_get_autocommit(handle_) != 0) return Status::stale;
  return Status::ok;
}

Status Connection::outcome(int code) {
  const Status status = outcome_of(code);
  if (!is_ok(status)) {
    last_code_ = code;
    const std::string_view words = sqlite3_errstr(code);
    const std::string_view detail = handle_ != nullptr ? sqlite3_errmsg(handle_) : words;
    last_words_.assign(detail.substr(0, std::min(detail.size(), last_words_.capacity())));
  }
  return status;
}

Status Connection::run(const char* sql) {
  return outcome(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
}

Status Connection::run(sqlite3_stmt* statement) {
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement);
  const Status status = outcome(code);
  sqlite3_reset(statement);
  return status;
}

Status Connection::prepare(std::string_view sql, sqlite3_stmt*& statement) {
  return outcome(sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
}

Status Connection::read_number(sqlite3_stmt* statement, std::int64_t& number) {
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) number = sqlite3_column_int64(statement, 0);
  const Status status = code == SQLITE_DONE ? Status::not_found : outcome(code);
  sqlite3_reset(statement);
  return status;
}

Status Connection::read_number(const char* sql, std::int64_t& number) {
  sqlite3_stmt* statement = nullptr;
  HF_TRY(prepare(sql, statement));
  const Status status = read_number(statement, number);
  sqlite3_finalize(statement);
  return status;
}

Status Connection::read_text(const char* sql, FixedString<31>& text) {
  sqlite3_stmt* statement = nullptr;
  HF_TRY(prepare(sql, statement));
  const int code = sqlite3_step(statement);
  Status status = code == SQLITE_DONE ? Status::not_found : outcome(code);
  if (code == SQLITE_ROW) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    status = bytes == nullptr ? outcome(sqlite3_errcode(handle_)) : text.try_assign(bytes);
    if (bytes == nullptr && is_ok(status)) status = Status::not_found;  // NULL, not a shortage
  }
  sqlite3_finalize(statement);
  return status;
}

}  // namespace hf::files

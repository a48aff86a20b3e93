#include "files/database/statement.h"

#include <sqlite3.h>

#include "files/database/database.h"
#include "vocabulary/assertion.h"
#include "vocabulary/bytes.h"

namespace hf::files {

Status Statement::prepare(Database& database, std::string_view sql) {
  HF_ASSERT(!is_prepared());
  HF_TRY(database.connection_.may_run());
  database_ = &database;
  HF_TRY(database.connection_.prepare(sql, statement_));
  return is_prepared() ? Status::ok : Status::invalid;  // nothing but a comment
}

void Statement::finish() {
  sqlite3_finalize(statement_);
  statement_ = nullptr;
  bind_code_ = SQLITE_OK;
}

// The first error is kept; a wrong index or a running statement is a bug.
void Statement::keep_bind(int code) {
  HF_ASSERT(code != SQLITE_RANGE && code != SQLITE_MISUSE);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

Statement& Statement::bind(int index, std::int64_t number) {
  keep_bind(sqlite3_bind_int64(statement_, index, number));
  return *this;
}

Statement& Statement::bind(int index, std::span<const std::byte> blob) {
  // A null pointer would bind NULL; an empty blob is not NULL.
  const void* bytes = blob.empty() ? static_cast<const void*>("") : blob.data();
  keep_bind(sqlite3_bind_blob64(statement_, index, bytes, blob.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  const char* bytes = text.empty() ? "" : text.data();
  keep_bind(sqlite3_bind_text64(statement_, index, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_null(int index) {
  keep_bind(sqlite3_bind_null(statement_, index));
  return *this;
}

Result<Step> Statement::step() {
  HF_ASSERT(is_prepared());
  Status status = database_->connection_.may_run();
  if (is_ok(status) && bind_code_ != SQLITE_OK) status = database_->connection_.outcome(bind_code_);
  if (is_ok(status)) {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return Step::row;
    status = database_->connection_.outcome(code);
  }
  reset();
  if (!is_ok(status)) return status;
  return Step::done;
}

Status Statement::step_to_row() {
  const Result<Step> stepped = step();
  HF_TRY(stepped);
  return stepped.value() == Step::row ? Status::ok : Status::not_found;
}

Status Statement::run() {
  for (;;) {
    const Result<Step> stepped = step();
    if (!stepped.ok()) return stepped.status();
    if (stepped.value() == Step::done) return Status::ok;
  }
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  bind_code_ = SQLITE_OK;
}

std::int64_t Statement::column_number(int index) const {
  return sqlite3_column_int64(statement_, index);
}

std::span<const std::byte> Statement::column_blob(int index) const {
  const void* bytes = sqlite3_column_blob(statement_, index);
  return {static_cast<const std::byte*>(bytes), column_bytes(index)};
}

// Read as a blob: SQLite would put a zero behind a text, and for that may need memory.
std::string_view Statement::column_text(int index) const { return text_of(column_blob(index)); }

bool Statement::column_is_null(int index) const {
  return sqlite3_column_type(statement_, index) == SQLITE_NULL;
}

std::size_t Statement::column_bytes(int index) const {
  return static_cast<std::size_t>(sqlite3_column_bytes(statement_, index));
}

Status prepare_all(Database& database, std::span<Statement> statements,
                   std::span<const std::string_view> sql) {
  HF_ASSERT(statements.size() == sql.size());
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const Status prepared = statements[i].prepare(database, sql[i]);
    if (prepared == Status::invalid) return Status::corrupt;
    HF_TRY(prepared);
  }
  return Status::ok;
}

void finish_all(std::span<Statement> statements) {
  for (Statement& statement : statements) statement.finish();
}

}  // namespace hf::files

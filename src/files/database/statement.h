// A compiled SQL statement: parameters in, rows out, no memory of its own.
//
// Compiled once, at boot, and kept: compiling is what costs time and arena. What is bound is not
// copied and what a column answers is not ours: both spans belong to somebody, see below.
//
//   Statement insert;
//   HF_TRY(insert.prepare(database, kInsertFrame));
//   insert.bind(1, sequence).bind(2, frame_bytes);
//   HF_TRY(insert.run());
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vocabulary/outcome.h"

struct sqlite3_stmt;

namespace hf::files {

class Database;

enum class Step : std::uint8_t { row, done };

class Statement {
 public:
  Statement() = default;
  ~Statement() { finish(); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // ok.  invalid: not SQL, or about a table that does not exist.  busy: the arena is used up.
  // corrupt, unavailable: the schema could not be read.
  // REQUIRES: one statement of SQL; the database stays open until finish().
  Status prepare(Database& database, std::string_view sql);

  // Gives the memory back; before the database is closed. Harmless twice.
  void finish();

  bool is_prepared() const { return statement_ != nullptr; }

  // Parameters count from 1. Text and blobs are not copied: they stay in place until the next
  // reset(). An error (too large) is kept and answered by the next step().
  // REQUIRES: prepared, not being stepped, and the index exists.
  Statement& bind(int index, std::int64_t number);
  Statement& bind(int index, std::span<const std::byte> blob);
  Statement& bind(int index, std::string_view text);
  Statement& bind_null(int index);

  // row: columns may be read.  done: finished, and reset.
  // Else finished and reset too: full (quota or medium), busy (arena), corrupt, refused
  // (constraint), unavailable (the medium, now or since an earlier failure), stale (the transaction
  // this belonged to was undone by an earlier error), invalid.
  Result<Step> step();

  // One step, for whoever wants a row. ok: there is one.  not_found: no more.  Else as step().
  Status step_to_row();

  // Steps to the end, whatever rows there are. Outcomes of step().
  Status run();

  // Leaves the rows that are left and forgets what is bound. Until a statement that answered `row`
  // is reset, no checkpoint can finish.
  void reset();

  // Columns count from 0. A value was gathered by step(), which is where a shortage of memory or a
  // failing medium is answered; reading it cannot fail. Spans are valid until the next step() or
  // reset(). NULL reads as 0 or as an empty span.
  // REQUIRES: the last step answered row, and the column holds what is asked for.
  std::int64_t column_number(int index) const;
  std::span<const std::byte> column_blob(int index) const;
  std::string_view column_text(int index) const;
  bool column_is_null(int index) const;
  std::size_t column_bytes(int index) const;

 private:
  void keep_bind(int code);

  Database* database_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
  int bind_code_ = 0;
};

// All of an owner's statements, in the order of `sql`. Outcomes of prepare(), but corrupt instead
// of invalid: a table that is not there although the version says so is damage, no mistake of ours.
// REQUIRES: as many statements as texts.
Status prepare_all(Database& database, std::span<Statement> statements,
                   std::span<const std::string_view> sql);
// Before the database is closed. Harmless twice.
void finish_all(std::span<Statement> statements);

}  // namespace hf::files

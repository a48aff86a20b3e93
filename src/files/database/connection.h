// One sqlite3 connection and the one way from its result codes to our outcomes: for this room only.
#pragma once

#include <cstdint>
#include <string_view>

#include "files/database/database_settings.h"
#include "files/database/engine.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/outcome.h"

struct sqlite3;
struct sqlite3_file;
struct sqlite3_stmt;

namespace hf::files {

class FlashVfs;

class Connection {
 public:
  explicit Connection(Engine& engine) : engine_(engine) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Opens or makes the file and does nothing else to it.
  Status open(std::string_view file);
  void close();

  bool is_open() const { return handle_ != nullptr; }
  bool needs_reopen() const;
  void give_up() { given_up_ = true; }  // until close(): what stands in memory is not to be trusted

  // unavailable: a write failed earlier.  stale: SQLite ended the transaction by itself, after an
  // error; what follows would be committed statement by statement.
  Status may_run() const;

  // Runs SQL to its end, ignoring rows. Compiles, so for boot and schema only.
  Status run(const char* sql);
  // Steps a prepared statement to its end and resets it.
  Status run(sqlite3_stmt* statement);
  // The first column of the first row. not_found: no row.
  Status read_number(const char* sql, std::int64_t& number);
  Status read_number(sqlite3_stmt* statement, std::int64_t& number);
  Status read_text(const char* sql, FixedString<31>& text);
  Status prepare(std::string_view sql, sqlite3_stmt*& statement);

  // Keeps code and words for the log.
  Status outcome(int code);

  sqlite3* handle() const { return handle_; }
  Engine& engine() const { return engine_; }
  FlashVfs& vfs() const;
  std::string_view file() const { return file_.view(); }
  int last_code() const { return last_code_; }
  std::string_view last_words() const { return last_words_.view(); }
  void in_transaction(bool open) { in_transaction_ = open; }
  bool in_transaction() const { return in_transaction_; }

 private:
  Engine& engine_;
  FixedString<kDatabaseNameCharactersMax> file_;
  sqlite3* handle_ = nullptr;
  sqlite3_file* main_file_ = nullptr;
  bool given_up_ = false;
  bool in_transaction_ = false;  // as the owner believes; SQLite may know better, see may_run()
  int last_code_ = 0;
  FixedString<95> last_words_;
};

}  // namespace hf::files

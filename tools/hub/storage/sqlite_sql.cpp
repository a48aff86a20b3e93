// SQLite: one file, for one machine. Several processes may write it; they take turns.
#include <sqlite3.h>

#include <unordered_map>

#include "tools/hub/storage/sql.h"

namespace hf::hub {
namespace {

constexpr int kBusyMs = 30'000;  // a writer holds the file for as long as one batch takes
constexpr int kAgainMs = 10;

class Sqlite final : public Sql {
 public:
  Sqlite(std::string file, Opening opening) : file_(std::move(file)), opening_(opening) { open(); }
  ~Sqlite() override { close(); }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  using Sql::query;
  Rows query(const std::string& statement, std::span<const Parameter> parameters) override {
    sqlite3_stmt* const prepared = prepare(statement);
    const Resetting resetting{prepared};
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      check(bind(prepared, static_cast<int>(i) + 1, parameters[i]));
    }
    Rows rows;
    for (;;) {
      const int code = sqlite3_step(prepared);
      if (code == SQLITE_DONE) return rows;
      if (code != SQLITE_ROW) check(code);
      rows.push_back(row_of(prepared));
    }
  }

  // IMMEDIATE: the right to write is had before anything is read, so no batch fails half way.
  void begin() override { query("BEGIN IMMEDIATE"); }
  void begin_reading() override { query("BEGIN"); }
  void commit() override { query("COMMIT"); }
  void rollback() noexcept override {
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  void run_script(const std::string& statements) override {
    check(sqlite3_exec(database_, statements.c_str(), nullptr, nullptr, nullptr));
  }
  void reopen() override {
    close();
    open();
  }

  std::string_view id_type() const override { return "INTEGER PRIMARY KEY"; }
  std::string_view blob_type() const override { return "BLOB"; }
  std::string_view row_lock() const override { return ""; }

 private:
  struct Resetting {
    sqlite3_stmt* prepared;
    ~Resetting() {
      sqlite3_reset(prepared);
      sqlite3_clear_bindings(prepared);
    }
  };

  void open() {
    const int making = opening_ == Opening::or_new ? SQLITE_OPEN_CREATE : 0;
    const int code =
        sqlite3_open_v2(file_.c_str(), &database_, SQLITE_OPEN_READWRITE | making, nullptr);
    if (code != SQLITE_OK) {
      const std::string said = sqlite3_errmsg(database_);
      close();
      throw Failure(file_ + ": " + said);
    }
    sqlite3_busy_timeout(database_, kBusyMs);
    // FULL: a commit is on the disk when it returns, because a receipt follows it.
    run_script("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;");
    keep_log();
  }

  // SQLite asks no busy handler when a new file gets its log, so whoever looks at it in that moment
  // would end a hub that starts.
  void keep_log() {
    constexpr const char* kTurn = "PRAGMA journal_mode = WAL";
    int code = sqlite3_exec(database_, kTurn, nullptr, nullptr, nullptr);
    for (int waited = 0; code == SQLITE_BUSY && waited < kBusyMs; waited += kAgainMs) {
      sqlite3_sleep(kAgainMs);
      code = sqlite3_exec(database_, kTurn, nullptr, nullptr, nullptr);
    }
    check(code);
  }

  void close() noexcept {
    for (const auto& [text, prepared] : prepared_) sqlite3_finalize(prepared);
    prepared_.clear();
    sqlite3_close(database_);
    database_ = nullptr;
  }

  void check(int code) {
    if (code == SQLITE_OK) return;
    const std::string said = file_ + ": " + sqlite3_errmsg(database_);
    if ((code & 0xFF) == SQLITE_BUSY) throw Conflict(said);
    throw Failure(said);
  }

  sqlite3_stmt* prepare(const std::string& statement) {
    const auto known = prepared_.find(statement);
    if (known != prepared_.end()) return known->second;
    sqlite3_stmt* prepared = nullptr;
    check(sqlite3_prepare_v2(database_, statement.data(), static_cast<int>(statement.size()),
                             &prepared, nullptr));
    prepared_.emplace(statement, prepared);
    return prepared;
  }

  static int bind(sqlite3_stmt* prepared, int at, const Parameter& parameter) {
    struct Binding {
      sqlite3_stmt* prepared;
      int at;
      int operator()(std::monostate) const { return sqlite3_bind_null(prepared, at); }
      int operator()(std::int64_t number) const { return sqlite3_bind_int64(prepared, at, number); }
      int operator()(double number) const { return sqlite3_bind_double(prepared, at, number); }
      int operator()(std::string_view text) const {
        const char* const begin = text.empty() ? "" : text.data();  // a null pointer would be NULL
        return sqlite3_bind_text(prepared, at, begin, static_cast<int>(text.size()), SQLITE_STATIC);
      }
      int operator()(Blob bytes) const {
        const void* const begin = bytes.empty() ? static_cast<const void*>("") : bytes.data();
        return sqlite3_bind_blob64(prepared, at, begin, bytes.size(), SQLITE_STATIC);
      }
    };
    return std::visit(Binding{prepared, at}, parameter);
  }

  static Row row_of(sqlite3_stmt* prepared) {
    const int count = sqlite3_column_count(prepared);
    Row row;
    row.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      switch (sqlite3_column_type(prepared, i)) {
        case SQLITE_NULL: row.emplace_back(); break;
        case SQLITE_INTEGER:
          row.emplace_back(std::int64_t{sqlite3_column_int64(prepared, i)});
          break;
        case SQLITE_FLOAT: row.emplace_back(sqlite3_column_double(prepared, i)); break;
        default: {
          const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(prepared, i));
          const auto length = static_cast<std::size_t>(sqlite3_column_bytes(prepared, i));
          row.emplace_back(length == 0 ? std::string{} : std::string{bytes, length});
        }
      }
    }
    return row;
  }

  std::string file_;
  Opening opening_;
  sqlite3* database_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> prepared_;
};

}  // namespace

std::unique_ptr<Sql> open_sqlite(const std::string& file, Opening opening) {
  return std::make_unique<Sqlite>(file, opening);
}

}  // namespace hf::hub

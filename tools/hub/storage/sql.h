// A database, as far as the hub needs one: statements with parameters, rows, one transaction.
//
// The hub's storing is written once, against this, so that what holds for SQLite holds for
// PostgreSQL. Both understand the same statements where they keep to `$1`, `ON CONFLICT` and
// `RETURNING`; the two words of a schema that differ are asked for. `$1`, `$2` … must appear first
// in this order: SQLite counts them so.
//
// Everything throws: a Failure may be tried again after reopen(), a Conflict at once. One
// connection is used by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hf::hub {

using Blob = std::span<const std::byte>;
// monostate: NULL. Texts and blobs are views: they must live as long as the call.
using Parameter = std::variant<std::monostate, std::int64_t, double, std::string_view, Blob>;

class Cell {
 public:
  Cell() = default;
  explicit Cell(std::int64_t number) : value_(number) {}
  explicit Cell(double number) : value_(number) {}
  explicit Cell(std::string bytes) : value_(std::move(bytes)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  // Zero and empty for NULL; another type than asked for is a bug, and throws.
  std::int64_t number() const { return is_null() ? 0 : std::get<std::int64_t>(value_); }
  std::uint64_t bits() const { return static_cast<std::uint64_t>(number()); }
  double real() const { return is_null() ? 0 : std::get<double>(value_); }
  const std::string& text() const { return is_null() ? empty() : std::get<std::string>(value_); }
  Blob blob() const { return std::as_bytes(std::span{text()}); }

 private:
  static const std::string& empty();
  std::variant<std::monostate, std::int64_t, double, std::string> value_;
};
using Row = std::vector<Cell>;
using Rows = std::vector<Row>;

// What the database, its disk or the way to it did.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// Another worker was in the way: the same transaction may succeed at once.
class Conflict : public Failure {
 public:
  using Failure::Failure;
};

class Sql {
 public:
  virtual ~Sql() = default;

  virtual Rows query(const std::string& statement, std::span<const Parameter> parameters) = 0;
  Rows query(const std::string& statement, std::initializer_list<Parameter> parameters = {}) {
    return query(statement, std::span{parameters.begin(), parameters.size()});
  }

  // begin() waits for other writers where the database knows only one at a time.
  virtual void begin() = 0;
  // Until rollback() all that is read is of one moment, whoever writes meanwhile; nobody waits.
  virtual void begin_reading() = 0;
  virtual void commit() = 0;  // durable when it returns
  virtual void rollback() noexcept = 0;
  // Several statements, without parameters.
  virtual void run_script(const std::string& statements) = 0;

  virtual void reopen() = 0;

  virtual std::string_view id_type() const = 0;    // of a column that numbers its rows
  virtual std::string_view blob_type() const = 0;  // of bytes
  virtual std::string_view row_lock() const = 0;   // what ends a SELECT that locks what it finds
};

// Takes back what was begun unless commit() was called.
class Transaction {
 public:
  explicit Transaction(Sql& sql) : sql_(sql) { sql_.begin(); }
  ~Transaction() {
    if (!is_done_) sql_.rollback();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    sql_.commit();
    is_done_ = true;
  }

 private:
  Sql& sql_;
  bool is_done_ = false;
};

// What is read while it lives is of one moment.
class Snapshot {
 public:
  explicit Snapshot(Sql& sql) : sql_(sql) { sql_.begin_reading(); }
  ~Snapshot() { sql_.rollback(); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Sql& sql_;
};

// Whether a file that is not there is made. Who only asks must not: a name that was mistyped would
// be an empty store.
enum class Opening { existing, or_new };

// `where`: `postgresql://…` or `postgres://…`, else a file.
std::unique_ptr<Sql> open_sql(const std::string& where, Opening opening = Opening::or_new);
std::unique_ptr<Sql> open_sqlite(const std::string& file, Opening opening);
std::unique_ptr<Sql> open_postgres(const std::string& url);

inline Parameter as_parameter(std::uint64_t bits) { return static_cast<std::int64_t>(bits); }

}  // namespace hf::hub

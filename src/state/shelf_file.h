// The state file: items and records in SQLite, with every statement prepared at open.
//
// Nothing is decided here; the shelf decides. Cost: every call is one descent of a tree.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/limits/documents.h"
#include "files/database/database.h"
#include "files/database/statement.h"
#include "vocabulary/fixed_string.h"

namespace hf::state {

inline constexpr std::uint32_t kApplicationId = 0x48465331;  // "HFS1", in the head of the file

using ItemKey = FixedString<limits::kDocumentKeyBytesMax>;

// All versions of the schema, in order.
std::span<const files::Migration> schema();

class ShelfFile {
 public:
  explicit ShelfFile(files::Engine& engine) : database_(engine) {}
  ~ShelfFile() { close(); }

  // Outcomes of files::Database::open(); corrupt also when a table is missing.
  Status open(const files::DatabaseSettings& settings);
  void close();

  files::Database& database() { return database_; }
  const files::Database& database() const { return database_; }

  // As files::Statement::run().
  Status put(std::string_view collection, std::string_view key, std::span<const std::byte> bytes);
  Status erase(std::string_view collection, std::string_view key);
  Status append(std::uint8_t ring, std::uint64_t number, std::span<const std::byte> bytes);
  Status erase_through(std::uint8_t ring, std::uint64_t number);

  // How many bytes `out` holds.  not_found.  full: `out` is too small.  refused: they are not
  // what was written.  Else as any read.
  Result<std::uint32_t> get(std::string_view collection, std::string_view key,
                            std::span<std::byte> out);
  Result<std::uint32_t> read(std::uint8_t ring, std::uint64_t number, std::span<std::byte> out);

  // Moves `key` to the next one of the collection. not_found: there is none.
  Status next_key(std::string_view collection, ItemKey& key);

  // not_found: the ring is empty.
  Result<std::uint64_t> newest(std::uint8_t ring);
  Result<std::uint64_t> oldest(std::uint8_t ring);

 private:
  enum Query : std::uint8_t {
    put_item,
    erase_item,
    get_item,
    next_item,
    append_record,
    erase_records,
    newest_record,
    oldest_record,
    read_record,
    query_count
  };

  Status prepare();
  Result<std::uint32_t> take_bytes(Query query, std::span<std::byte> out);
  Result<std::uint64_t> number_of(Query query, std::uint8_t ring);
  files::Statement& at(Query query) { return statements_[query]; }

  files::Database database_;
  std::array<files::Statement, query_count> statements_;
};

}  // namespace hf::state

#include "state/shelf_file.h"

#include <state/sql.h>

#include <algorithm>

#include "vocabulary/checksum.h"

namespace hf::state {
namespace {

using files::Statement;

constexpr std::array kMigrations{files::Migration{.version = 1, .sql = sql::k0001State}};

}  // namespace

std::span<const files::Migration> schema() { return kMigrations; }

Status ShelfFile::open(const files::DatabaseSettings& settings) {
  HF_TRY(database_.open(settings, schema()));
  const Status prepared = prepare();
  if (!is_ok(prepared)) close();
  return prepared;
}

void ShelfFile::close() {
  files::finish_all(statements_);
  database_.close();
}

Status ShelfFile::prepare() {
  // In the order of Query.
  constexpr std::array<std::string_view, query_count> kSql{
      sql::kPutItem,      sql::kEraseItem,    sql::kGetItem,
      sql::kNextKey,      sql::kAppendRecord, sql::kEraseRecords,
      sql::kNewestRecord, sql::kOldestRecord, sql::kReadRecord};
  return files::prepare_all(database_, statements_, kSql);
}

Status ShelfFile::put(std::string_view collection, std::string_view key,
                      std::span<const std::byte> bytes) {
  return at(put_item)
      .bind(1, collection)
      .bind(2, key)
      .bind(3, std::int64_t{crc32c(bytes)})
      .bind(4, bytes)
      .run();
}

Status ShelfFile::erase(std::string_view collection, std::string_view key) {
  return at(erase_item).bind(1, collection).bind(2, key).run();
}

Status ShelfFile::append(std::uint8_t ring, std::uint64_t number,
                         std::span<const std::byte> bytes) {
  return at(append_record)
      .bind(1, std::int64_t{ring})
      .bind(2, static_cast<std::int64_t>(number))
      .bind(3, std::int64_t{crc32c(bytes)})
      .bind(4, bytes)
      .run();
}

Status ShelfFile::erase_through(std::uint8_t ring, std::uint64_t number) {
  return at(erase_records)
      .bind(1, std::int64_t{ring})
      .bind(2, static_cast<std::int64_t>(number))
      .run();
}

Result<std::uint32_t> ShelfFile::get(std::string_view collection, std::string_view key,
                                     std::span<std::byte> out) {
  at(get_item).bind(1, collection).bind(2, key);
  return take_bytes(get_item, out);
}

Result<std::uint32_t> ShelfFile::read(std::uint8_t ring, std::uint64_t number,
                                      std::span<std::byte> out) {
  at(read_record).bind(1, std::int64_t{ring}).bind(2, static_cast<std::int64_t>(number));
  return take_bytes(read_record, out);
}

Result<std::uint32_t> ShelfFile::take_bytes(Query query, std::span<std::byte> out) {
  Statement& row = at(query);
  HF_TRY(row.step_to_row());
  const std::int64_t checksum = row.column_number(0);
  const std::span<const std::byte> bytes = row.column_blob(1);
  const auto size = static_cast<std::uint32_t>(bytes.size());
  Status status = bytes.size() <= out.size() ? Status::ok : Status::full;
  if (checksum != std::int64_t{crc32c(bytes)}) status = Status::refused;
  if (is_ok(status)) std::ranges::copy(bytes, out.begin());
  row.reset();
  HF_TRY(status);
  return size;
}

Status ShelfFile::next_key(std::string_view collection, ItemKey& key) {
  Statement& row = at(next_item);
  row.bind(1, collection).bind(2, key.view());
  HF_TRY(row.step_to_row());
  ItemKey next;
  const Status fits = next.try_assign(row.column_text(0));
  row.reset();
  // Backwards is what a damaged tree may answer; a caller would walk in a circle.
  if (!is_ok(fits) || next.view() <= key.view()) return Status::corrupt;
  key = next;
  return Status::ok;
}

Result<std::uint64_t> ShelfFile::number_of(Query query, std::uint8_t ring) {
  Statement& row = at(query);
  row.bind(1, std::int64_t{ring});
  HF_TRY(row.step_to_row());
  const std::int64_t number = row.column_number(0);
  row.reset();
  if (number <= 0 || number == INT64_MAX) return Status::corrupt;
  return static_cast<std::uint64_t>(number);
}

Result<std::uint64_t> ShelfFile::newest(std::uint8_t ring) {
  return number_of(newest_record, ring);
}
Result<std::uint64_t> ShelfFile::oldest(std::uint8_t ring) {
  return number_of(oldest_record, ring);
}

}  // namespace hf::state

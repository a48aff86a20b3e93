#include "state/shelf_salvage.h"

#include <state/sql.h>

#include "files/aside/aside.h"
#include "state/shelf.h"
#include "vocabulary/checksum.h"

namespace hf::state {

using files::Statement;

Status ShelfSalvage::open(const files::DatabaseSettings& settings) {
  Status status = aside_.open(settings, schema());
  if (!is_ok(status) && aside_.found().what == files::FileFound::truncated &&
      files::stretch(flash_, settings.file, settings.page_bytes, settings.file_bytes_max)) {
    status = aside_.open(settings, schema());
  }
  HF_TRY(status);
  constexpr std::array<std::string_view, query_count> kSql{
      sql::kAsideItems, sql::kAsideItemsBack, sql::kAsideRecords, sql::kAsideRecordsBack};
  return files::prepare_all(aside_, rows_, kSql);
}

Result<std::uint32_t> ShelfSalvage::run(const files::DatabaseSettings& settings,
                                        std::span<const std::byte> mark) {
  constexpr std::array<std::string_view, add_count> kSql{sql::kAddItem, sql::kAddRecord};
  Status status = open(settings);
  const bool opens = is_ok(status);
  if (status == Status::corrupt || status == Status::refused) status = Status::ok;
  if (is_ok(status)) status = files::prepare_all(into_.database(), adding_, kSql);
  if (is_ok(status)) {
    files::Transaction transaction(into_.database());
    status = transaction.begin();
    if (is_ok(status) && opens) status = take_all(items, items_back, add_item);
    if (is_ok(status) && opens) status = take_all(records, records_back, add_record);
    if (is_ok(status)) status = into_.put(kOfThisFile, kSalvagedKey, mark);
    if (is_ok(status)) status = transaction.commit();
  }
  files::finish_all(adding_);
  files::finish_all(rows_);
  aside_.close();
  HF_TRY(status);
  return taken_;
}

// Forwards until the end or until damage; then backwards until nothing new comes, which the keys
// that are there already tell: after damage a row met twice costs one look.
Status ShelfSalvage::take_all(Query forwards, Query backwards, Add add) {
  for (const Query query : {forwards, backwards}) {
    Statement& row = rows_[query];
    Status found = Status::ok;
    while (is_ok(found = row.step_to_row())) {
      const Status taken = take(row, add);
      if (!is_ok(taken)) {
        row.reset();
        return taken;
      }
    }
    if (found == Status::not_found) return Status::ok;  // all of it was there
    if (found == Status::busy || found == Status::unavailable) return found;
  }
  return Status::ok;
}

// Both kinds of row: where it belongs, a checksum, bytes.
Status ShelfSalvage::take(const Statement& row, Add add) {
  const std::int64_t checksum = row.column_number(2);
  const std::span<const std::byte> bytes = row.column_blob(3);
  if (checksum != std::int64_t{crc32c(bytes)} || bytes.size() > kItemBytesMax) return Status::ok;
  Statement& into = adding_[add];
  if (add == add_item) {
    const std::string_view collection = row.column_text(0);
    if (collection == kOfThisFile) return Status::ok;
    into.bind(1, collection).bind(2, row.column_text(1));
  } else {
    into.bind(1, row.column_number(0)).bind(2, row.column_number(1));
  }
  HF_TRY(into.bind(3, checksum).bind(4, bytes).run());
  taken_ += into_.database().rows_changed();
  return Status::ok;
}

}  // namespace hf::state

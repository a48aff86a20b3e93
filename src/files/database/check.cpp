#include "files/database/check.h"

#include <sqlite3.h>

#include <algorithm>

#include "files/database/flash_vfs.h"

namespace hf::files {
namespace {

using Sql = FixedString<191>;

constexpr std::string_view kNextTable =
    "SELECT name FROM sqlite_schema WHERE type='table' AND rootpage>0 AND name>?1 "
    "ORDER BY name LIMIT 1";

// Table names are ours: letters, digits and '_' (find_next_table refuses others), so they need no
// quoting.
Sql sql_about(std::string_view before, std::string_view table, std::string_view after) {
  Sql sql;
  for (const std::string_view part : {before, table, after}) HF_ASSERT(is_ok(sql.try_append(part)));
  return sql;
}

bool is_plain(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

Status DatabaseCheck::check_in_one(const char* pragma) {
  Statement check;
  HF_TRY(check.prepare(database_, pragma));
  const Result<Step> stepped = check.step();
  HF_TRY(stepped);
  if (stepped.value() != Step::row) return Status::invalid;
  const std::string_view said = check.column_text(0);
  const bool sound = said == "ok";
  words_.assign(said.substr(0, std::min(said.size(), words_.capacity())));
  check.reset();
  return sound ? Status::ok : Status::corrupt;
}

Status DatabaseCheck::check_whole(std::uint32_t page_reads_max) {
  HF_TRY(database_.connection_.may_run());
  FlashVfs& vfs = database_.connection_.vfs();
  vfs.interrupt_after(page_reads_max, database_.connection_.handle());
  const Status status = check_in_one("PRAGMA quick_check(1)");
  vfs.interrupt_never();
  return status;
}

void DatabaseCheck::begin_anew() {
  table_.clear();
  row_ = kBeforeAllRows;
  in_table_ = false;
}

// not_found: that was the last.
Status DatabaseCheck::find_next_table() {
  Statement next;
  HF_TRY(next.prepare(database_, kNextTable));
  next.bind(1, table_.view());
  const Result<Step> stepped = next.step();
  HF_TRY(stepped);
  if (stepped.value() == Step::done) return Status::not_found;
  FixedString<63> name;
  if (!is_plain(next.column_text(0)) || !is_ok(name.try_assign(next.column_text(0)))) {
    return Status::corrupt;  // no table of ours is called that
  }
  next.reset();  // the parameter is table_ itself
  table_ = name;
  row_ = kBeforeAllRows;
  in_table_ = true;
  return Status::ok;
}

Result<CheckProgress> DatabaseCheck::walk_table(std::uint64_t read_count_last) {
  Statement rows;
  const Sql all =
      sql_about("SELECT rowid,* FROM ", table_.view(), " WHERE rowid>?1 ORDER BY rowid");
  const Status prepared = rows.prepare(database_, all.view());
  if (prepared == Status::invalid) {  // WITHOUT ROWID
    HF_TRY(check_in_one(sql_about("PRAGMA quick_check(", table_.view(), ")").c_str()));
    return CheckProgress::done;
  }
  HF_TRY(prepared);
  rows.bind(1, row_);
  const FlashVfs& vfs = database_.connection_.vfs();
  while (vfs.read_count() < read_count_last) {
    const Result<Step> stepped = rows.step();
    HF_TRY(stepped);
    if (stepped.value() == Step::done) return CheckProgress::done;
    if (rows.column_number(0) <= row_) return Status::corrupt;  // out of order
    row_ = rows.column_number(0);
    ++rows_read_;
  }
  return CheckProgress::more;
}

Result<CheckProgress> DatabaseCheck::step(std::uint32_t page_reads_max) {
  const std::uint64_t last = database_.connection_.vfs().read_count() + page_reads_max;
  for (;;) {
    if (!in_table_) {
      const Status next = find_next_table();
      if (next == Status::not_found) {
        begin_anew();
        return CheckProgress::done;
      }
      HF_TRY(next);
    }
    const Result<CheckProgress> walked = walk_table(last);
    HF_TRY(walked);
    if (walked.value() == CheckProgress::more) return CheckProgress::more;
    in_table_ = false;
  }
}

}  // namespace hf::files

// Looking for damage in a database in the background, a bounded piece at a time.
//
// SQLite's own quick_check of 3.40 cannot be continued: it walks the whole file in one call and,
// when interrupted, has said nothing. A 500 MB file on a slow card takes half a minute. So there
// are two ways, and this says plainly what each finds:
//
//   check_whole()  PRAGMA quick_check, given up when a budget of page reads is spent. For small
//                  files: finds all that SQLite can find short of comparing indexes with tables.
//   step()         reads every row of every table in order, a few pages at a time, as long as it
//                  takes, with other work in between. Finds pages that cannot be read or cannot be
//                  what they are said to be, rows out of order, chains that end early. Does not
//                  find pages lost from or named twice in the free list, nor damage in indexes.
//                  Whether a row's bytes are what was written only the owner's own checksum can
//                  tell. A table WITHOUT ROWID has no place to go on from: it is checked whole.
#pragma once

#include <cstdint>

#include "files/database/database.h"
#include "files/database/statement.h"
#include "vocabulary/fixed_string.h"

namespace hf::files {

enum class CheckProgress : std::uint8_t { more, done };

class DatabaseCheck {
 public:
  static constexpr std::int64_t kBeforeAllRows = INT64_MIN;

  explicit DatabaseCheck(Database& database) : database_(database) {}

  // ok: sound.  corrupt: damaged, see words().  timed_out: budget spent, nothing learned.
  // busy, unavailable: as any read.
  Status check_whole(std::uint32_t page_reads_max);

  // Goes on where the last step ended, until `page_reads_max` pages were read or all is done. Rows
  // changed in between are no trouble: rows are found again by their id, not by a place. Compiles
  // two statements, and leaves nothing open between steps.
  // corrupt: damaged, in table(), after row(). busy, unavailable: nothing said; the next step tries
  // the same rows again.
  Result<CheckProgress> step(std::uint32_t page_reads_max);
  void begin_anew();

  std::string_view table() const { return table_.view(); }
  std::int64_t row() const { return row_; }
  std::uint64_t rows_read() const { return rows_read_; }
  std::string_view words() const { return words_.view(); }

 private:
  Status find_next_table();
  Status check_in_one(const char* pragma);
  Result<CheckProgress> walk_table(std::uint64_t read_count_last);

  Database& database_;
  FixedString<63> table_;  // being walked; empty before the first
  std::int64_t row_ = kBeforeAllRows;
  bool in_table_ = false;
  std::uint64_t rows_read_ = 0;
  FixedString<95> words_;
};

}  // namespace hf::files

// A database on simulated flash, a script of work on it, and what must be true of it after
// anything.
//
// Row n holds bytes that follow from n, so what comes back is judged by arithmetic: rows from the
// first not removed to the last committed, each whole, in order, and no number given twice.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "tests/support/flash_on_desk.h"
#include "tests/support/swept_media.h"
#include "tests/unit/files/database/database_world.h"

namespace hf::files {

// The rows there should be: numbers [first, last].
struct Rows {
  std::int64_t first = 1;
  std::int64_t last = 0;
  friend bool operator==(const Rows&, const Rows&) = default;
};

inline std::span<const std::byte> bytes_of_row(std::int64_t number) {
  static std::array<std::byte, 9000> bytes;
  const auto size = static_cast<std::size_t>(40 + number * 1973 % 8000);
  for (std::size_t at = 0; at < size; at += 8) {
    const std::uint64_t word = static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15ULL + at;
    std::memcpy(bytes.data() + at, &word, sizeof word);
  }
  return std::span{bytes}.first(size);
}

enum class Do : std::uint8_t { add, remove, checkpoint };

struct Act {
  Do what;
  int count = 0;
};

// Small and large commits, a log begun anew, rows removed before and after it reached the file.
inline constexpr Act kScript[] = {
    {Do::add, 2},    {Do::add, 1},    {Do::checkpoint}, {Do::add, 3},
    {Do::remove, 2}, {Do::add, 1},    {Do::checkpoint}, {Do::remove, 1},
    {Do::add, 4},    {Do::remove, 3}, {Do::checkpoint}, {Do::add, 1},
};

class Scenario {
 public:
  // What was promised; and what may be true instead, if the power went while it was being promised.
  Rows safe;
  Rows hoped;

  // Works until something fails. True: the whole script is done.
  bool work(World& world) {
    for (const Act& act : kScript) {
      hoped = after(act);
      if (!is_ok(perform(world, act))) return false;
      safe = hoped;
    }
    return true;
  }

  // Whether what `world` holds is what it must. Takes what it finds as safe from here on.
  bool holds(World& world) {
    Statement all;
    Rows found{.first = hoped.first, .last = 0};
    if (!is_ok(all.prepare(world.database, "SELECT sequence, bytes FROM frame"))) return false;
    std::int64_t count = 0;
    for (Result<Step> step = all.step(); step.ok() && step.value() == Step::row;
         step = all.step()) {
      const std::int64_t number = all.column_number(0);
      if (count++ == 0) found = {.first = number, .last = number - 1};
      if (number != found.last + 1) return false;
      found.last = number;
      if (!std::ranges::equal(all.column_blob(1), bytes_of_row(number))) return false;
    }
    const bool is_empty = count == 0;
    const auto is = [&](const Rows& rows) {
      return is_empty ? rows.first > rows.last : rows == found;
    };
    if (!is(safe) && !is(hoped)) return false;
    if (is(hoped)) safe = hoped;
    hoped = safe;
    return is_whole(world);
  }

 private:
  static bool is_whole(World& world) {
    Statement check;
    return is_ok(check.prepare(world.database, "PRAGMA integrity_check(1)")) && check.step().ok() &&
           check.column_text(0) == "ok";
  }

  Rows after(const Act& act) const {
    Rows rows = safe;
    if (act.what == Do::add) rows.last += act.count;
    if (act.what == Do::remove) rows.first += act.count;
    return rows;
  }

  Status perform(World& world, const Act& act) {
    if (act.what == Do::checkpoint) return world.database.checkpoint();
    Transaction transaction(world.database);
    HF_TRY(transaction.begin());
    if (act.what == Do::remove) HF_TRY(world.remove_to(hoped.first - 1));
    for (int row = 0; act.what == Do::add && row < act.count; ++row) {
      const std::int64_t number = safe.last + 1 + row;
      HF_TRY(world.add(bytes_of_row(number)));
      if (world.database.last_row_id() != number) return Status::corrupt;  // a number given twice
    }
    return transaction.commit();
  }
};

}  // namespace hf::files

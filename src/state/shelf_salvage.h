// Salvage: what a state file that was set aside still has comes into the new one, in one commit.
// For this room only.
//
// Every item and record carries its checksum, so nothing else of the damaged file is believed. It
// is read from its beginning until damage stops that, then from its end backwards. What the new
// file has already stays as it is. How far stamps are reserved (kOfThisFile) is left behind: a
// damaged file may have forgotten the last word on that.
//
// Cost: bounded by the size of the file, 4 MiB on the small board; its cache is a few pages.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "files/database/database.h"
#include "files/database/statement.h"
#include "hal/flash.h"
#include "state/shelf_file.h"

namespace hf::state {

class ShelfSalvage {
 public:
  // REQUIRES: all outlive this; both files are on that flash.
  ShelfSalvage(files::Engine& engine, hal::Flash& flash, ShelfFile& into)
      : flash_(flash), into_(into), aside_(engine) {}

  // How many items and records came over, none also when the file cannot be opened at all; `mark`
  // is put in the same commit.  busy: not now, for want of memory.  full: they do not fit.
  // unavailable, corrupt: the new file's trouble.
  Result<std::uint32_t> run(const files::DatabaseSettings& aside, std::span<const std::byte> mark);

 private:
  enum Query : std::uint8_t { items, items_back, records, records_back, query_count };
  enum Add : std::uint8_t { add_item, add_record, add_count };

  Status open(const files::DatabaseSettings& aside);
  Status take_all(Query forwards, Query backwards, Add add);
  Status take(const files::Statement& row, Add add);

  hal::Flash& flash_;
  ShelfFile& into_;
  files::Database aside_;
  std::array<files::Statement, query_count> rows_;
  std::array<files::Statement, add_count> adding_;
  std::uint32_t taken_ = 0;
};

}  // namespace hf::state

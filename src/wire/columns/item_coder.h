// Items that are whole numbers by nature, within a stream that may hold other columns.
//
// `Kind` says how: Kind::Item, Kind::number_of(item), and Kind::item_of(number, item), which is
// false where the number is no such item.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "wire/columns/number_column.h"

namespace hf::wire {

template <typename Kind>
class ItemEncoder {
 public:
  using Item = typename Kind::Item;

  // As ValueEncoder.
  std::uint32_t append(SymbolWriter& out, std::span<const Item> run, bool last) {
    std::uint32_t taken = 0;
    while (taken < run.size()) {
      const std::size_t count = std::min<std::size_t>(run.size() - taken, kChunkNumbers);
      std::array<std::int64_t, kChunkNumbers> numbers;
      for (std::size_t i = 0; i < count; ++i) numbers[i] = Kind::number_of(run[taken + i]);
      const Chunk chunk{.meaning = {}, .numbers = std::span{numbers}.first(count), .odd = 0};
      const std::uint32_t now = numbers_.append(out, chunk, last && taken + count == run.size());
      taken += now;
      if (now < count) break;
    }
    return taken;
  }

  std::uint32_t count() const { return numbers_.count(); }

 private:
  NumberColumnWriter numbers_{Meant::no};
};

template <typename Kind>
class ItemDecoder {
 public:
  using Item = typename Kind::Item;

  explicit ItemDecoder(std::uint32_t count) : numbers_(Meant::no, count) {}

  // As ValueDecoder.
  Status next(SymbolReader& in, std::span<Item> items, std::uint32_t& count) {
    std::array<std::int64_t, kChunkNumbers> numbers;
    NumberColumnReader::Piece piece;
    HF_TRY(numbers_.next(in, piece, numbers));
    if (piece.odd != 0) return Status::corrupt;
    for (std::uint32_t i = 0; i < piece.count; ++i) {
      if (!Kind::item_of(numbers[i], items[i])) return Status::corrupt;
    }
    count = piece.count;
    return Status::ok;
  }

 private:
  NumberColumnReader numbers_;
};

}  // namespace hf::wire

// The body of a frame: one stream of symbols (symbol_writer.h) in which columns and what stands
// between them follow each other.
//
// One stream for all sensors, because a column by itself ends on a whole byte, twice, and needs a
// length: 2.5 bytes a sensor, 4 % of a frame of a minute. The price is that a sensor cannot be
// reached without reading those before it.
//
// Both ends are sticky: after the first thing that does not fit, or is not there, a call does
// nothing (a reader answers zero), so that a caller checks once at the end of a step.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "wire/columns/number_column.h"
#include "wire/columns/symbol_reader.h"
#include "wire/columns/symbol_writer.h"
#include "wire/columns/value_coder.h"

namespace hf::wire {

// One of several things, with how likely each is, in 1/kShareTotal. The shares add up to that.
template <std::size_t kChoices>
using Shares = std::array<std::uint16_t, kChoices>;

template <std::size_t kChoices>
constexpr bool add_up(const Shares<kChoices>& shares) {
  std::uint32_t sum = 0;
  for (const std::uint16_t share : shares) sum += share;
  return sum == kShareTotal;
}

class BodyWriter {
 public:
  explicit BodyWriter(std::span<std::byte> out) : out_(out) {}

  template <std::size_t kChoices>
  void put_choice(const Shares<kChoices>& shares, std::size_t choice) {
    std::uint32_t start = 0;
    for (std::size_t i = 0; i < choice; ++i) start += shares[i];
    if (has_room()) out_.put(start, shares[choice]);
  }

  // 5 bits and as many more as it is wide: for what is said once or twice a frame.
  void put_count(std::uint32_t count);

  // `presumed`: tried first. Returns the lens through which the last of them were seen.
  Lens put_values(std::span<const double> values, const Lens& presumed) {
    ValueEncoder column{presumed};
    if (has_room()) full_ = column.append(out_, values, true) < values.size();
    return column.lens();
  }

  // Whole numbers of any kind: `to_number` makes an std::int64_t of an item.
  template <typename Item, typename ToNumber>
  void put_numbers(std::span<const Item> items, ToNumber to_number) {
    NumberColumnWriter column{Meant::no};
    std::array<std::int64_t, kChunkNumbers> numbers;
    while (!items.empty() && has_room()) {
      const auto run = items.first(std::min<std::size_t>(items.size(), kChunkNumbers));
      std::transform(run.begin(), run.end(), numbers.begin(), to_number);
      const Chunk chunk{.meaning = {}, .numbers = std::span{numbers}.first(run.size()), .odd = 0};
      items = items.subspan(run.size());
      full_ = column.append(out_, chunk, items.empty()) < run.size();
    }
  }

  // The bytes of the body, which stand at the front of `out` then.  full.  Last call.
  Result<std::uint32_t> finish();

  Status status() const { return full_ ? Status::full : Status::ok; }

 private:
  static constexpr std::uint32_t kChoiceBytesMax = 12;  // the longest thing said between columns

  bool has_room() {
    full_ = full_ || !out_.fits(kChoiceBytesMax);
    return !full_;
  }

  SymbolWriter out_;
  bool full_ = false;
};

class BodyReader {
 public:
  BodyReader() : BodyReader(std::span<const std::byte>{}) {}
  explicit BodyReader(std::span<const std::byte> in) : in_(in) {}

  template <std::size_t kChoices>
  std::size_t take_choice(const Shares<kChoices>& shares) {
    if (corrupt_) return 0;
    const std::uint32_t slot = in_.slot();
    std::uint32_t start = 0;
    std::size_t choice = 0;
    while (choice + 1 < kChoices && slot >= start + shares[choice]) start += shares[choice++];
    in_.take(start, shares[choice]);
    corrupt_ = in_.overrun();
    return corrupt_ ? 0 : choice;
  }

  // More than `most` is corrupt: a bound that the grammar knows keeps later work bounded.
  std::uint32_t take_count(std::uint32_t most);

  // These two fill everything, or the body is corrupt.
  void take_values(std::span<double> values);

  // `from_number` puts a number into an item and says whether it may be one.
  template <typename Item, typename FromNumber>
  void take_numbers(std::span<Item> items, FromNumber from_number) {
    NumberColumnReader column{Meant::no, static_cast<std::uint32_t>(items.size())};
    std::array<std::int64_t, kChunkNumbers> numbers;
    while (!items.empty() && !corrupt_) {
      NumberColumnReader::Piece piece;
      if (!is_ok(column.next(in_, piece, numbers)) || piece.count == 0 || piece.odd != 0) {
        return fail();
      }
      for (std::uint32_t i = 0; i < piece.count; ++i) {
        if (!from_number(numbers[i], items[i])) return fail();
      }
      items = items.subspan(piece.count);
    }
  }

  void fail() { corrupt_ = true; }
  Status status() const { return corrupt_ ? Status::corrupt : Status::ok; }

 private:
  SymbolReader in_;
  bool corrupt_ = false;
};

}  // namespace hf::wire

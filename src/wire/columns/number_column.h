// A column of whole numbers, a chunk at a time: the grammar of docs/formats/columns.md.
//
// Each chunk says how its numbers are meant (a code the caller gives a meaning to: "tenths"), the
// step they share and the plan they follow, as far as that differs from the chunk before. What is
// learned goes on from chunk to chunk; the first chunk of a column presumes nothing.
//
// A column is written into a stream that may hold others before and after it. When the stream is
// full the writer takes what fits, to the number. Values, times and qualities all become columns.
//
// Cost: a writer or a reader is about 270 bytes. No allocation, no clock. Not thread-safe.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "wire/columns/chunk_plan.h"
#include "wire/columns/number_model.h"
#include "wire/columns/symbol_reader.h"
#include "wire/columns/symbol_writer.h"

namespace hf::wire {

// What the numbers of a chunk mean: 6 bits, and for the last two codes 6 more and two words.
struct Meaning {
  static constexpr unsigned kCodeBits = 6;
  static constexpr std::uint8_t kCodes = 1U << kCodeBits;
  static constexpr std::uint8_t kWordyCode = kCodes - 2;

  std::uint8_t code = 0;
  std::uint8_t detail = 0;  // below kCodes
  std::uint64_t first_word = 0;
  std::uint64_t second_word = 0;
  friend bool operator==(const Meaning&, const Meaning&) = default;
};

// At most kChunkNumbers of them. A number whose bit is set in `odd` is none: its 64 bits are kept
// as they are. With a new meaning the first number must not be odd.
struct Chunk {
  Meaning meaning;
  std::span<const std::int64_t> numbers;
  std::uint64_t odd = 0;
};

// Whether the numbers of a column have meanings, or are what they are.
enum class Meant : std::uint8_t { yes, no };

class NumberColumnWriter {
 public:
  explicit NumberColumnWriter(Meant meant) : meant_(meant) {}

  // `last`: nothing comes after this chunk, so that its length need not be said.
  // Returns how many numbers were taken: all, or as many as fit; then nothing more will be.
  std::uint32_t append(SymbolWriter& out, const Chunk& chunk, bool last);

  // How many have been taken, and what those of the last chunk mean.
  std::uint32_t count() const { return count_; }
  const Meaning& meaning() const { return meaning_; }

 private:
  struct Head;  // what is said ahead of a chunk

  Head head_for(const Chunk& chunk, bool last, std::span<std::int64_t> places) const;
  bool fits(const SymbolWriter& out, const Chunk& chunk, const Head& head,
            std::span<const std::int64_t> places) const;
  bool fits_one(const SymbolWriter& out, std::int64_t number, bool odd) const;
  void put_head(SymbolWriter& out, const Head& head);
  std::uint32_t put_body(SymbolWriter& out, const Chunk& chunk, const Head& head,
                         std::span<const std::int64_t> places);
  void put_one(SymbolWriter& out, std::int64_t number, bool odd);

  NumberModel model_;  // of places: a number is base_ + place * step_
  Meaning meaning_;
  std::int64_t base_ = 0;
  std::uint64_t step_ = 1;
  std::uint32_t count_ = 0;
  Meant meant_;
  bool was_exact_ = false;
  bool full_ = false;
};

class NumberColumnReader {
 public:
  // `count`: the writer's.
  NumberColumnReader(Meant meant, std::uint32_t count) : left_(count), meant_(meant) {}

  struct Piece {
    Meaning meaning;
    std::uint32_t count = 0;  // at most kChunkNumbers; zero: at the end
    std::uint64_t odd = 0;
  };
  // The next chunk into `numbers`. REQUIRES: room for kChunkNumbers.
  // corrupt: not written by a NumberColumnWriter, or with another count. Never reads beyond the
  // bytes, never works longer than the count.
  Status next(SymbolReader& in, Piece& piece, std::span<std::int64_t> numbers);

  std::uint32_t left() const { return left_; }

 private:
  struct Head;
  Status take_head(SymbolReader& in, Head& head);

  NumberModel model_;
  Meaning meaning_;
  std::int64_t base_ = 0;
  std::uint64_t step_ = 1;
  std::uint32_t left_;
  Meant meant_;
  bool begun_ = false;
  bool was_exact_ = false;
};

}  // namespace hf::wire

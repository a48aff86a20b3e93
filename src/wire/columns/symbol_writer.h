// Two streams in one string of bytes: symbols of unequal likelihood from the front (a range coder),
// plain bits from the back. They grow towards each other, and full is where they meet.
//
// Why two: a range coder spends a division on every symbol, so the low bits of a number, which are
// noise and cannot be squeezed, must not pass through it. Why from both ends: neither stream then
// needs a length. What lies between the last byte of one and of the other is unused, so a writer
// can fill a fixed block in place and pack() can close the gap when the bytes go elsewhere.
//
// A symbol is a slice [start, start + share) of kShareTotal. Over those, `reserve` sets aside a
// share of the range for one more outcome, whose likelihood can so change with every symbol
// without a table of its own.
//
// Cost: about 25 instructions a symbol. Only bytes are seen: no alignment or byte order is assumed.
// Nothing allocates or fails: the caller asks fits() first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wire/columns/symbol_shares.h"

namespace hf::wire {

class SymbolWriter {
 public:
  // Writes into all of `out`, of which it owns every byte until the last call.
  explicit SymbolWriter(std::span<std::byte> out);

  // REQUIRES: 0 < share, start + share <= kShareTotal, reserve <= kReserveMax; room for 3 bytes.
  void put(std::uint32_t start, std::uint32_t share, std::uint32_t reserve = 0) {
    const std::uint32_t unit = unit_beside(reserve);
    range_ = unit * share;
    advance(unit * start);
  }
  void put_reserved(std::uint32_t reserve) {  // REQUIRES: 0 < reserve <= kReserveMax; 3 bytes
    const std::uint32_t below = unit_beside(reserve) << kShareBits;
    range_ -= below;
    advance(below);
  }

  // The low `count` bits of `bits`. REQUIRES: count <= 64, no bit above is set; room for 8 bytes.
  void put_raw(std::uint64_t bits, unsigned count) {
    if (count > kRawAtOnce) return put_long_raw(bits, count);
    raw_ = raw_ << count | bits;
    for (raw_count_ += count; raw_count_ >= 8;) {
      raw_count_ -= 8;
      out_[--back_] = static_cast<std::byte>(raw_ >> raw_count_);
    }
  }

  // True while `bytes` more certainly fit. Near the end rehearse: it knows to the byte.
  bool fits(std::uint32_t bytes) const { return front_ + kEndBytesMax + bytes <= back_; }

  // Makes what was put so far readable; more may be put afterwards. REQUIRES: whole().
  void write_ends();
  bool whole() const { return front_ + end_bytes() + (raw_count_ > 0 ? 1U : 0U) <= back_; }

  // Moves the back stream up to the front one. Returns how many bytes the two are. Last call.
  std::uint32_t pack();

  // From now on `out` ends after `bytes` bytes: the back stream moves there, up or down.
  // write_ends() must follow. REQUIRES: at most unused() bytes fewer, or as many as `out` once had.
  void resize(std::uint32_t bytes);
  std::uint32_t unused() const { return fits(0) ? back_ - front_ - kEndBytesMax : 0; }

  // What was put so far, in 1/256 bit: to choose between two ways of writing the same.
  std::uint64_t cost() const;

  // Where the streams are now, and back to it: what was put in between is forgotten.
  struct Mark;
  Mark mark() const;
  void rewind(const Mark& mark);

  // A copy that writes into `scratch` instead, to see what something would take.
  // REQUIRES: what is put into it fits kRehearsalMargin bytes less than scratch.
  SymbolWriter rehearsal(std::span<std::byte> scratch) const;
  bool has_room_for(const SymbolWriter& rehearsed) const;  // as much as was put into it
  static constexpr std::uint32_t kRehearsalMargin = 8;

 private:
  static constexpr std::uint32_t kEndBytesMax = 5;
  static constexpr std::uint32_t kRangeMin = 1U << 24;  // below it a byte is shifted out
  static constexpr unsigned kRawAtOnce = 56;            // raw_ may hold 7 bits already

  std::uint32_t unit_beside(std::uint32_t reserve) const {
    const std::uint32_t unit = range_ >> kShareBits;
    return unit - ((unit * reserve) >> kShareBits);
  }
  void advance(std::uint32_t below) {
    low_ += below;
    if (low_ < below) carry();
    while (range_ < kRangeMin) {
      out_[front_++] = static_cast<std::byte>(low_ >> 24);
      low_ <<= 8;
      range_ <<= 8;
    }
  }
  void carry();
  void put_long_raw(std::uint64_t bits, unsigned count);
  std::uint32_t end_bytes() const;

  std::byte* out_;
  std::uint32_t size_;
  std::uint32_t front_ = 0;  // bytes [0, front_) are written
  std::uint32_t back_;       // bytes [back_, size_) are written
  std::uint32_t low_ = 0;
  std::uint32_t range_ = 0xFFFFFFFFU;  // INVARIANT: at least 2^24 between calls
  std::uint64_t raw_ = 0;              // bits not yet written, right-aligned
  std::uint32_t raw_count_ = 0;        // INVARIANT: below 8 between calls
};

struct SymbolWriter::Mark {
  SymbolWriter writer;
  std::byte last_front;  // if it has changed by rewind(), a carry went past it
};

}  // namespace hf::wire

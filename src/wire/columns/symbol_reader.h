// Reads what a SymbolWriter wrote: symbols from the front of the bytes, plain bits from their back.
//
// Cost: about 25 instructions and one 32-bit division a symbol. Bytes that no writer wrote lead to
// nothing worse than nonsense: past the end zeros are read, and overrun() tells.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "wire/columns/symbol_shares.h"

namespace hf::wire {

class SymbolReader {
 public:
  explicit SymbolReader(std::span<const std::byte> bytes);

  // Where in [0, kShareTotal) the next symbol lies; kShareTotal or more: the reserved outcome.
  // One take or take_reserved() must follow.
  std::uint32_t slot(std::uint32_t reserve = 0) {
    unit_ = range_ >> kShareBits;
    unit_ -= (unit_ * reserve) >> kShareBits;
    return code_ / unit_;
  }
  void take(std::uint32_t start, std::uint32_t share) {
    code_ -= unit_ * start;
    range_ = unit_ * share;
    shift_in();
  }
  void take_reserved() {
    const std::uint32_t below = unit_ << kShareBits;
    code_ -= below;
    range_ -= below;
    range_ += range_ == 0 ? 1 : 0;  // only bytes that no writer wrote come here with nothing left
    shift_in();
  }

  std::uint64_t take_raw(unsigned count) {
    if (count > kRawAtOnce) return take_long_raw(count);
    const std::uint64_t window = raw_window() << (raw_used_ & 7U);
    raw_used_ += count;
    return window >> 1 >> (63 - count);
  }

  // More was read than any writer can have written into so few bytes.
  bool overrun() const;

 private:
  static constexpr unsigned kRawAtOnce = 57;  // what a load of 64 bits holds at every bit offset

  static constexpr unsigned kWholeBytes = 24;  // of a number of bits below 32, as a mask

  std::uint64_t take_long_raw(unsigned count);
  std::uint64_t raw_window_at_the_edge(std::size_t skipped) const;
  std::uint32_t front_bytes_at_the_edge() const;

  std::uint64_t raw_window() const {
    const std::size_t skipped = raw_used_ >> 3;
    if (skipped + sizeof(std::uint64_t) > size_) return raw_window_at_the_edge(skipped);
    std::uint64_t window = 0;
    std::memcpy(&window, bytes_ + (size_ - skipped - sizeof window), sizeof window);
    return window;
  }

  void shift_in() {
    const auto bits = static_cast<unsigned>(std::countl_zero(range_)) & kWholeBytes;
    std::uint32_t next = 0;
    if (front_ + sizeof next <= size_) {
      std::memcpy(&next, bytes_ + front_, sizeof next);
      next = __builtin_bswap32(next);
    } else {
      next = front_bytes_at_the_edge();
    }
    code_ = static_cast<std::uint32_t>((std::uint64_t{code_} << 32 | next) << bits >> 32);
    range_ <<= bits;
    front_ += bits >> 3;
  }

  const std::byte* bytes_;
  std::size_t size_;
  std::size_t front_ = 0;     // bytes taken into code_
  std::size_t raw_used_ = 0;  // bits, from the back
  std::uint32_t range_ = 0xFFFFFFFFU;
  std::uint32_t code_ = 0;
  std::uint32_t unit_ = 1;
};

}  // namespace hf::wire

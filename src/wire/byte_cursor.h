// Two cursors over bytes in a row: one writes within a bound, one reads and trusts nothing.
//
// Both are sticky: after the first thing that does not fit, or is not there, every call does
// nothing (a reader answers zero), so that a caller checks once at the end of a step. A varint has
// 7 bits a byte, lowest first, at most 10 bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "vocabulary/bytes.h"
#include "vocabulary/outcome.h"

namespace hf::wire {

class ByteWriter {
 public:
  explicit ByteWriter(std::span<std::byte> out) : out_(out) {}

  template <typename Number>
  void put(Number number) {
    if (has_room(sizeof number)) store(out_.subspan(at_ - sizeof number), number);
  }

  void put_varint(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) put(static_cast<std::uint8_t>(number | 0x80));
    put(static_cast<std::uint8_t>(number));
  }

  void put_bytes(std::span<const std::byte> bytes) {
    if (has_room(bytes.size()))
      std::copy(bytes.begin(), bytes.end(), out_.begin() + begin_of(bytes));
  }

  // A text of at most 255 bytes, its length first. REQUIRES: it is no longer.
  void put_text(std::string_view text) {
    HF_ASSERT(text.size() <= 255);
    put(static_cast<std::uint8_t>(text.size()));
    put_bytes(bytes_of(text));
  }

  // For a part that is written in place: what is left, and how much of it was used.
  std::span<std::byte> rest() const { return full_ ? std::span<std::byte>{} : out_.subspan(at_); }
  void advance(std::size_t bytes) { static_cast<void>(has_room(bytes)); }

  void fail() { full_ = true; }
  std::size_t at() const { return at_; }
  Status status() const { return full_ ? Status::full : Status::ok; }

 private:
  bool has_room(std::size_t bytes) {
    full_ = full_ || bytes > out_.size() - at_;
    if (!full_) at_ += bytes;
    return !full_;
  }
  std::ptrdiff_t begin_of(std::span<const std::byte> bytes) const {
    return static_cast<std::ptrdiff_t>(at_ - bytes.size());
  }

  std::span<std::byte> out_;
  std::size_t at_ = 0;
  bool full_ = false;
};

class ByteReader {
 public:
  ByteReader() = default;
  explicit ByteReader(std::span<const std::byte> in) : in_(in) {}

  template <typename Number>
  Number take() {
    const auto bytes = take_bytes(sizeof(Number));
    return bytes.empty() ? Number{} : load<Number>(bytes);
  }

  // More than `most` is corrupt: a bound that the grammar knows keeps later work bounded.
  std::uint64_t take_varint(std::uint64_t most = UINT64_MAX) {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = take<std::uint8_t>();
      const std::uint64_t bits = byte & 0x7FU;
      if (shift == 63 && bits > 1) break;
      number |= bits << shift;
      if ((byte & 0x80U) == 0) {
        if (number > most) break;
        return corrupt_ ? 0 : number;
      }
    }
    fail();
    return 0;
  }

  // Empty when they are not all there.
  std::span<const std::byte> take_bytes(std::size_t bytes) {
    corrupt_ = corrupt_ || bytes > in_.size() - at_;
    if (corrupt_) return {};
    at_ += bytes;
    return in_.subspan(at_ - bytes, bytes);
  }

  std::string_view take_text() { return text_of(take_bytes(take<std::uint8_t>())); }

  void fail() { corrupt_ = true; }
  std::size_t at() const { return at_; }
  bool at_end() const { return corrupt_ || at_ == in_.size(); }
  Status status() const { return corrupt_ ? Status::corrupt : Status::ok; }

 private:
  std::span<const std::byte> in_;
  std::size_t at_ = 0;
  bool corrupt_ = false;
};

}  // namespace hf::wire

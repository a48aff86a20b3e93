// What a field can hold: nothing, a boolean, an integer, a real, a text or bytes.
//
// A real is its 64 bits: two NaNs are equal when their bits are, and -0 is not 0. Comparing as
// numbers would let two ends hold different bytes and call them equal.
//
// A Value looks at text and bytes that somebody else keeps; it is as good as they are.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vocabulary/bytes.h"

namespace hf::documents {

enum class ValueKind : std::uint8_t {
  nothing = 0,  // also what a field holds after it was cleared
  boolean = 1,
  integer = 2,
  real = 3,
  text = 4,  // UTF-8
  bytes = 5,
};

class Value {
 public:
  constexpr Value() = default;  // nothing

  static constexpr Value boolean(bool value) { return {ValueKind::boolean, value ? 1U : 0U}; }
  static constexpr Value integer(std::int64_t value) {
    return {ValueKind::integer, std::bit_cast<std::uint64_t>(value)};
  }
  static constexpr Value real(double value) {
    return {ValueKind::real, std::bit_cast<std::uint64_t>(value)};
  }
  static Value text(std::string_view text) { return {ValueKind::text, bytes_of(text)}; }
  static Value bytes(std::span<const std::byte> bytes) { return {ValueKind::bytes, bytes}; }

  // Of any kind, as it stands in bytes: for whoever reads them.
  static constexpr Value of_bits(ValueKind kind, std::uint64_t bits) { return {kind, bits}; }
  static constexpr Value of_bytes(ValueKind kind, std::span<const std::byte> bytes) {
    return {kind, bytes};
  }

  constexpr ValueKind kind() const { return kind_; }
  constexpr bool is_nothing() const { return kind_ == ValueKind::nothing; }
  constexpr bool has_bytes() const { return kind_ >= ValueKind::text; }

  // Each is what the kind says; asked of another kind: false, 0, 0.0, empty.
  constexpr bool as_boolean() const { return kind_ == ValueKind::boolean && bits_ != 0; }
  constexpr std::int64_t as_integer() const {
    return kind_ == ValueKind::integer ? std::bit_cast<std::int64_t>(bits_) : 0;
  }
  constexpr double as_real() const {
    return kind_ == ValueKind::real ? std::bit_cast<double>(bits_) : 0.0;
  }
  std::string_view as_text() const {
    return kind_ == ValueKind::text ? text_of(bytes_) : std::string_view{};
  }
  constexpr std::span<const std::byte> as_bytes() const { return bytes_; }  // text or bytes
  constexpr std::uint64_t bits() const { return bits_; }

  // Equal when kind and bytes are.
  friend bool operator==(const Value& a, const Value& b) {
    return a.kind_ == b.kind_ && a.bits_ == b.bits_ && text_of(a.bytes_) == text_of(b.bytes_);
  }

 private:
  constexpr Value(ValueKind kind, std::uint64_t bits) : kind_(kind), bits_(bits) {}
  constexpr Value(ValueKind kind, std::span<const std::byte> bytes) : kind_(kind), bytes_(bytes) {}

  ValueKind kind_ = ValueKind::nothing;
  std::uint64_t bits_ = 0;
  std::span<const std::byte> bytes_;
};

}  // namespace hf::documents

// Little-endian numbers in byte strings, at any alignment: ARMv5 faults on, or silently rotates, an
// unaligned load, so bytes are never viewed as integers in place.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "vocabulary/assertion.h"

namespace hf {

static_assert(std::endian::native == std::endian::little,
              "all our boards are; load/store rely on it");

// REQUIRES for all: bytes.size() is at least the size of the number.
template <typename Number>
Number load(std::span<const std::byte> bytes) {
  HF_ASSERT(bytes.size() >= sizeof(Number));
  Number number;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

template <typename Number>
void store(std::span<std::byte> bytes, Number number) {
  HF_ASSERT(bytes.size() >= sizeof(Number));
  std::memcpy(bytes.data(), &number, sizeof number);
}

inline std::uint16_t load_u16(std::span<const std::byte> bytes) {
  return load<std::uint16_t>(bytes);
}
inline std::uint32_t load_u32(std::span<const std::byte> bytes) {
  return load<std::uint32_t>(bytes);
}
inline std::uint64_t load_u64(std::span<const std::byte> bytes) {
  return load<std::uint64_t>(bytes);
}

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}
inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace hf

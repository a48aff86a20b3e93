// CRC-32C (Castagnoli): guards every byte we put on flash or on a wire against rot and tearing.
// It finds all errors of up to 3 bits in our sizes; it is no defence against an attacker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hf {

// The checksum of `bytes`. To checksum several pieces as one, pass the checksum of the pieces
// before.
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace hf

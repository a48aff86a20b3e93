// A digest: 32 bytes that nobody can make other bytes for. SHA-256, because a person can check it
// with the tools of any machine.
//
// Pure: needs neither a key nor the library's start. Never allocates.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>

namespace hf::files {

inline constexpr std::size_t kDigestBytes = 32;
using Digest = std::array<std::byte, kDigestBytes>;

// Of all parts, one behind the other. Where one ends and the next begins is not in it: who joins
// parts of changing length says their lengths.
Digest digest_of(std::initializer_list<std::span<const std::byte>> parts);

// As people compare it: 64 digits.
using DigestHex = std::array<char, 2 * kDigestBytes>;
std::string_view hex_of(const Digest& digest, DigestHex& hex);
bool is_digest_hex(std::string_view text);

}  // namespace hf::files

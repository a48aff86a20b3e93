#include "files/sealing/digest.h"

#include <sodium.h>

namespace hf::files {

namespace {
constexpr std::string_view kHexDigits = "0123456789abcdef";
}

static_assert(kDigestBytes == crypto_hash_sha256_BYTES);

Digest digest_of(std::initializer_list<std::span<const std::byte>> parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (const std::span<const std::byte> part : parts) {
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(part.data()),
                              part.size());
  }
  Digest digest;
  crypto_hash_sha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string_view hex_of(const Digest& digest, DigestHex& hex) {
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const auto byte = std::to_integer<unsigned>(digest[i]);
    hex[2 * i] = kHexDigits[byte >> 4U];
    hex[2 * i + 1] = kHexDigits[byte & 15U];
  }
  return {hex.data(), hex.size()};
}

bool is_digest_hex(std::string_view text) {
  return text.size() == std::tuple_size_v<DigestHex> &&
         text.find_first_not_of(kHexDigits) == std::string_view::npos;
}

}  // namespace hf::files

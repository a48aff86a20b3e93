// The cipher that frames are sealed with: XChaCha20-Poly1305, whose nonce is a keyed digest of all
// that is sealed. For this room only; docs/decisions/0013 argues it.
//
// Equal input gives equal bytes, and any other input another nonce: so nothing has to be counted,
// remembered through a power cut, or drawn from a pool that may be empty. One secret, two keys
// derived from it: digest and cipher never share one.
//
// Cost: sealing reads the bytes twice, opening once. 700 bytes of stack, no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"

namespace hf::files {

inline constexpr std::size_t kDataKeyBytes = 32;
inline constexpr std::size_t kNonceBytes = 24;
inline constexpr std::size_t kTagBytes = 16;

class Cipher {
 public:
  Cipher() = default;  // no keys: nothing may be sealed or opened
  ~Cipher() { forget(); }
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  void derive(std::span<const std::byte, kDataKeyBytes> secret);
  void forget();  // overwrites the keys

  struct Seal {
    std::array<std::byte, kNonceBytes> nonce;
    std::array<std::byte, kTagBytes> tag;
  };

  // Enciphers `text` where it stands. `context` is not enciphered, and cannot be exchanged.
  // REQUIRES: derive() was called; the context always has the same length, so that where it ends
  // and the text begins is no question.
  Seal seal(std::span<std::byte> text, std::span<const std::byte> context) const;

  // Deciphers `text` where it stands. ok.  corrupt: not what was sealed, under this key and in this
  // context; `text` is zeros then.  REQUIRES: as seal().
  Status open(std::span<std::byte> text, std::span<const std::byte> context,
              const Seal& seal) const;

 private:
  std::array<std::byte, 32> digest_key_{};
  std::array<std::byte, 32> cipher_key_{};
};

// Overwrites what nobody may find later in memory; not left out by a compiler that sees no reader.
void wipe(std::span<std::byte> secret);

}  // namespace hf::files

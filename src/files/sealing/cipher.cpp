#include "files/sealing/cipher.h"

#include <sodium.h>

namespace hf::files {
namespace {

// Which key is derived from the secret. On flash for ever: never given a new meaning.
constexpr std::uint64_t kForDigest = 1;
constexpr std::uint64_t kForCipher = 2;
constexpr char kPurpose[crypto_kdf_CONTEXTBYTES + 1] = "HF-frame";

static_assert(kDataKeyBytes == crypto_kdf_KEYBYTES);
static_assert(kNonceBytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kTagBytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);
static_assert(crypto_generichash_KEYBYTES_MAX >= 32);
static_assert(kNonceBytes >= crypto_generichash_BYTES_MIN);

unsigned char* writable(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
const unsigned char* readable(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// What the library answers an error for is an argument out of range: ours alone to get wrong.
void must(int answer) { HF_ASSERT(answer == 0); }

}  // namespace

void Cipher::derive(std::span<const std::byte, kDataKeyBytes> secret) {
  must(crypto_kdf_derive_from_key(writable(digest_key_), digest_key_.size(), kForDigest, kPurpose,
                                  readable(secret)));
  must(crypto_kdf_derive_from_key(writable(cipher_key_), cipher_key_.size(), kForCipher, kPurpose,
                                  readable(secret)));
}

void Cipher::forget() {
  wipe(digest_key_);
  wipe(cipher_key_);
}

Cipher::Seal Cipher::seal(std::span<std::byte> text, std::span<const std::byte> context) const {
  Seal seal;
  crypto_generichash_state digest;
  must(crypto_generichash_init(&digest, readable(digest_key_), digest_key_.size(),
                               seal.nonce.size()));
  must(crypto_generichash_update(&digest, readable(context), context.size()));
  must(crypto_generichash_update(&digest, readable(text), text.size()));
  must(crypto_generichash_final(&digest, writable(seal.nonce), seal.nonce.size()));
  wipe(std::as_writable_bytes(std::span{&digest, 1}));

  must(crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
      writable(text), writable(seal.tag), nullptr, readable(text), text.size(), readable(context),
      context.size(), nullptr, readable(seal.nonce), readable(cipher_key_)));
  return seal;
}

Status Cipher::open(std::span<std::byte> text, std::span<const std::byte> context,
                    const Seal& seal) const {
  const int answer = crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
      writable(text), nullptr, readable(text), text.size(), readable(seal.tag), readable(context),
      context.size(), readable(seal.nonce), readable(cipher_key_));
  return answer == 0 ? Status::ok : Status::corrupt;
}

void wipe(std::span<std::byte> secret) { sodium_memzero(secret.data(), secret.size()); }

}  // namespace hf::files

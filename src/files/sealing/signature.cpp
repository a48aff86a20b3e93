#include "files/sealing/signature.h"

#include <sodium.h>

namespace hf::files {

static_assert(kPublicKeyBytes == crypto_sign_PUBLICKEYBYTES);
static_assert(kSignatureBytes == crypto_sign_BYTES);

Status check_signature(std::span<const std::byte> bytes, const Signature& signature,
                       const PublicKey& key) {
  const auto as_chars = [](const std::byte* at) {
    return reinterpret_cast<const unsigned char*>(at);
  };
  return crypto_sign_verify_detached(as_chars(signature.data()), as_chars(bytes.data()),
                                     bytes.size(), as_chars(key.data())) == 0
             ? Status::ok
             : Status::refused;
}

}  // namespace hf::files

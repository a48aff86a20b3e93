// Whether who has a key has signed some bytes: Ed25519, detached. Pure; needs no start of the
// library; never allocates.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "vocabulary/outcome.h"

namespace hf::files {

inline constexpr std::size_t kPublicKeyBytes = 32;
inline constexpr std::size_t kSignatureBytes = 64;
using PublicKey = std::array<std::byte, kPublicKeyBytes>;
using Signature = std::array<std::byte, kSignatureBytes>;

// ok.  refused: not by that key, or not of these bytes.
Status check_signature(std::span<const std::byte> bytes, const Signature& signature,
                       const PublicKey& key);

}  // namespace hf::files

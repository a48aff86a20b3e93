// Secrets of this gateway: sealed by hardware where there is some, else files only we can read.
//
// Contract, proved on each platform by tests/contract/keys_contract.cpp:
//   1. store() is atomic and durable when it returns ok: after a power cut load() sees the old
//      secret or the new one.
//   2. After erase() returned ok the secret cannot be read back by us; where the medium can forget,
//      by nobody. Erasing a data key is how its data is shredded.
//   3. A damaged secret is `corrupt`, never returned.
//   4. Nothing here ever reaches a log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"

namespace hf::hal {

inline constexpr std::size_t kSecretBytesMax = 4096;  // a PEM private key with its chain

enum class SecretKind : std::uint8_t {
  data_key,
  link_private_key,
  link_certificate,
  link_password,
  hub_public_key
};

// Several of one kind may exist while keys rotate.
struct SecretId {
  SecretKind kind = SecretKind::data_key;
  std::uint16_t number = 0;
};

class Keys {
 public:
  // The length.  not_found.  corrupt.  full: `secret` is too small; nothing copied.  unavailable.
  virtual Result<std::uint32_t> load(SecretId id, std::span<std::byte> secret) = 0;

  // ok: durable.  invalid: empty or above kSecretBytesMax.  full.  unavailable.
  virtual Status store(SecretId id, std::span<const std::byte> secret) = 0;

  // ok: gone (also when there was none).  unavailable.
  virtual Status erase(SecretId id) = 0;

 protected:
  ~Keys() = default;
};

}  // namespace hf::hal

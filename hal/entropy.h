// Randomness fit for keys and identities.
//
// Contract, proved on each platform by tests/contract/entropy_contract.cpp:
//   1. ok means that every byte is unpredictable to an attacker who knows all earlier ones.
//   2. Right after power-on the pool may not be ready: then fill() is `busy` and writes nothing. It
//      never waits, because sampling must not wait for it.
#pragma once

#include <cstddef>
#include <span>

#include "vocabulary/outcome.h"

namespace hf::hal {

class Entropy {
 public:
  // ok: filled.  busy: not ready yet; `bytes` is unchanged.
  virtual Status fill(std::span<std::byte> bytes) = 0;

 protected:
  ~Entropy() = default;
};

}  // namespace hf::hal

// Where versions of settings are kept over a power cut: a few numbered slots of bytes.
//
// An interface, so that the rules of versions are one thing and the medium another: on the gateway
// the slots lie in the state file, in tests in a map that loses power when told.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"

namespace hf::stores {

class VersionArchive {
 public:
  // How many bytes `out` holds now.  not_found: nothing was ever saved there.  corrupt: not what
  // was saved.  full: `out` is too small.  unavailable, busy: the medium cannot be read now.
  virtual Result<std::uint32_t> load(std::uint32_t slot, std::span<std::byte> out) = 0;

  // ok: durable, and wholly: a cut meanwhile leaves what was there before.  full, unavailable,
  // busy: what was there before.
  virtual Status save(std::uint32_t slot, std::span<const std::byte> bytes) = 0;

 protected:
  ~VersionArchive() = default;
};

}  // namespace hf::stores

// libsodium, started the one way that neither waits nor allocates. For this room only.
//
// Left to itself the library opens /dev/urandom and waits in getrandom() until the kernel's pool is
// ready: on a board without a source of noise that takes minutes, and sampling must not wait. We
// ask it for no randomness at all (keys come from hal::Entropy, nonces are computed), so it gets a
// source that is none: good for the one fill of its own start, and an assert for later users.
#pragma once

#include "vocabulary/outcome.h"

namespace hf::files {

// ok, also when it runs already.  unsupported: the library cannot run on this processor.
Status start_sodium();

}  // namespace hf::files

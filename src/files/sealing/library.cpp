#include "files/sealing/library.h"

#include <sodium.h>

#include <cstddef>
#include <cstring>

namespace hf::files {
namespace {

bool is_starting = false;

const char* name() { return "none"; }

std::uint32_t number() {
  HF_ASSERT(false && "nobody draws randomness from the library");
  return 0;
}

// At its start the library fills a canary for guarded memory, which we never take from it.
void fill(void* bytes, std::size_t count) {
  HF_ASSERT(is_starting);
  std::memset(bytes, 0, count);
}

randombytes_implementation no_randomness{.implementation_name = name,
                                         .random = number,
                                         .stir = nullptr,
                                         .uniform = nullptr,
                                         .buf = fill,
                                         .close = nullptr};

}  // namespace

Status start_sodium() {
  is_starting = true;
  randombytes_set_implementation(&no_randomness);
  const int started = sodium_init();  // 1: it ran already
  is_starting = false;
  return started < 0 ? Status::unsupported : Status::ok;
}

}  // namespace hf::files

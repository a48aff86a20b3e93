// What the interposed allocation calls and the seal share: for this room only.
#pragma once

#include <cstddef>

namespace hf::heap_seal {

// In the program's own block of thread-local memory, so that reading it never allocates.
extern constinit thread_local bool is_sealed_thread;

void seal_broken(std::size_t bytes, const void* caller);

inline void watch(std::size_t bytes, const void* caller) {
  if (is_sealed_thread) seal_broken(bytes, caller);
}

}  // namespace hf::heap_seal

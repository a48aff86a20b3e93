// tidy: file allows heap: this room is where the heap is taken over
//
// The program's malloc and operator new. They stand before those of libc and libstdc++ because the
// program is searched first, for its libraries too. What they need of libc they call by the names
// libc itself uses (__libc_malloc …): dlsym(RTLD_NEXT) would allocate while looking.
//
// operator new is here as well as malloc, which it calls anyway, so that the caller that is named
// is the one who wrote `new`. It is weak, because a test library may bring one of its own; that one
// ends in malloc too.
#include <bits/functexcept.h>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <new>

#include "lifecycle/heap_seal/heap_seal.h"
#include "lifecycle/heap_seal/watch.h"

#if defined(__SANITIZE_ADDRESS__)

bool hf::heap_seal::is_watching() { return false; }

#else

bool hf::heap_seal::is_watching() { return true; }

namespace {

using hf::heap_seal::watch;

// Memory for `new`, which answers with an exception where malloc answers null. Core code has none,
// but programs of ours that host foreign libraries do.
void* must_have(void* memory) {
  if (memory == nullptr) std::__throw_bad_alloc();
  return memory;
}

std::size_t at_least_one(std::size_t bytes) { return bytes == 0 ? 1 : bytes; }

}  // namespace

// A macro, because the caller is only known in the function that was called.
#define HF_CALLER __builtin_return_address(0)
#define HF_WEAK   __attribute__((weak))

// libc's own, by labels: names that begin so are not ours to declare.
void* libc_malloc(std::size_t bytes) __asm__("__libc_malloc");
void* libc_calloc(std::size_t count, std::size_t bytes) __asm__("__libc_calloc");
void* libc_realloc(void* memory, std::size_t bytes) __asm__("__libc_realloc");
void* libc_memalign(std::size_t alignment, std::size_t bytes) __asm__("__libc_memalign");
void libc_free(void* memory) __asm__("__libc_free");

extern "C" {

void* malloc(std::size_t bytes) noexcept {
  watch(bytes, HF_CALLER);
  return libc_malloc(bytes);
}

void* calloc(std::size_t count, std::size_t bytes) noexcept {
  watch(count * bytes, HF_CALLER);
  return libc_calloc(count, bytes);
}

void* realloc(void* memory, std::size_t bytes) noexcept {
  if (bytes > 0) watch(bytes, HF_CALLER);  // to nothing: it releases
  return libc_realloc(memory, bytes);
}

void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
  watch(bytes, HF_CALLER);
  return libc_memalign(alignment, bytes);
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  watch(bytes, HF_CALLER);
  return libc_memalign(alignment, bytes);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) noexcept {
  watch(bytes, HF_CALLER);
  if (!std::has_single_bit(alignment) || alignment % sizeof(void*) != 0) return EINVAL;
  void* got = libc_memalign(alignment, bytes);
  if (got == nullptr) return ENOMEM;
  *memory = got;
  return 0;
}

void free(void* memory) noexcept { libc_free(memory); }

}  // extern "C"

HF_WEAK void* operator new(std::size_t bytes) {
  watch(bytes, HF_CALLER);
  return must_have(libc_malloc(at_least_one(bytes)));
}

HF_WEAK void* operator new[](std::size_t bytes) {
  watch(bytes, HF_CALLER);
  return must_have(libc_malloc(at_least_one(bytes)));
}

HF_WEAK void* operator new(std::size_t bytes, std::align_val_t alignment) {
  watch(bytes, HF_CALLER);
  return must_have(libc_memalign(static_cast<std::size_t>(alignment), at_least_one(bytes)));
}

HF_WEAK void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  watch(bytes, HF_CALLER);
  return must_have(libc_memalign(static_cast<std::size_t>(alignment), at_least_one(bytes)));
}

HF_WEAK void operator delete(void* memory) noexcept { libc_free(memory); }
HF_WEAK void operator delete[](void* memory) noexcept { libc_free(memory); }
// By way of those above, which may be a test library's.
HF_WEAK void operator delete(void* memory, std::size_t) noexcept { ::operator delete(memory); }
HF_WEAK void operator delete[](void* memory, std::size_t) noexcept { ::operator delete[](memory); }
HF_WEAK void operator delete(void* memory, std::align_val_t) noexcept { libc_free(memory); }
HF_WEAK void operator delete[](void* memory, std::align_val_t) noexcept { libc_free(memory); }

#endif

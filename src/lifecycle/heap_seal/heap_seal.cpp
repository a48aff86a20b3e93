// tidy: file allows heap: this room is where the heap is taken over
#include "lifecycle/heap_seal/heap_seal.h"

#include <dlfcn.h>
#include <execinfo.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "lifecycle/heap_seal/watch.h"
#include "vocabulary/assertion.h"

namespace hf::heap_seal {
namespace {

constexpr int kFramesMax = 24;
constexpr int kStandardError = 2;

std::atomic<State> state_now{State::open};
std::atomic<OnAllocation> reaction_now{OnAllocation::abort};

// Written by the sealed thread only; each is whole, but a reader may see them of two allocations.
std::atomic<std::uint32_t> broken_count{0};
std::atomic<std::size_t> broken_bytes{0};
std::atomic<const void*> broken_caller{nullptr};

[[noreturn]] void end_with_a_sentence(std::size_t bytes, const void* caller) {
  const Caller at = locate(caller);
  // tidy: allow print: the program ends here; standard error reaches the journal
  std::fprintf(stderr,
               "heap seal: %zu bytes were allocated after boot by %s (%s+0x%zx); "
               "the core allocates nothing once it runs\n",
               bytes, at.function, at.module, at.offset);
  std::array<void*, kFramesMax> frames{};
  const int count = backtrace(frames.data(), kFramesMax);
  backtrace_symbols_fd(frames.data(), count, kStandardError);
  std::abort();
}

}  // namespace

constinit thread_local bool is_sealed_thread = false;

void seal_broken(std::size_t bytes, const void* caller) {
  if (reaction_now.load(std::memory_order_relaxed) == OnAllocation::abort) {
    is_sealed_thread = false;  // what follows may allocate
    end_with_a_sentence(bytes, caller);
  }
  broken_bytes.store(bytes, std::memory_order_relaxed);
  broken_caller.store(caller, std::memory_order_relaxed);
  broken_count.fetch_add(1, std::memory_order_relaxed);
}

void seal(OnAllocation reaction) {
  HF_ASSERT(state() == State::open);
  reaction_now = reaction;
  state_now = State::sealed;
  is_sealed_thread = is_watching();  // asking also makes the linker take interposed.cpp
}

void begin_closing() {
  HF_ASSERT(state() == State::sealed && is_sealed_thread == is_watching());
  is_sealed_thread = false;
  state_now = State::closing;
}

Watching::Watching(bool is_core) : was_core_(is_sealed_thread) {
  is_sealed_thread = is_core && state() == State::sealed && is_watching();
}
Watching::~Watching() { is_sealed_thread = was_core_; }

State state() { return state_now.load(); }

Broken broken() {
  return {.count = broken_count.load(std::memory_order_relaxed),
          .bytes_last = broken_bytes.load(std::memory_order_relaxed),
          .caller_last = broken_caller.load(std::memory_order_relaxed)};
}

Caller locate(const void* caller) {
  Dl_info info{};
  Caller found;
  if (dladdr(caller, &info) == 0) return found;
  if (info.dli_fname != nullptr) found.module = info.dli_fname;
  if (info.dli_sname != nullptr) found.function = info.dli_sname;
  found.offset = static_cast<std::size_t>(static_cast<const char*>(caller) -
                                          static_cast<const char*>(info.dli_fbase));
  return found;
}

}  // namespace hf::heap_seal

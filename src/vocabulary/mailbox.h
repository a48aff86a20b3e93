// A bounded box between one thread that puts and one thread that takes. Lock-free, never blocks,
// never allocates. The only way anything from another thread reaches the service loop.
//
// A full box refuses: the giver is told, and the refusal is counted, so that loss is never silent.
// Which end yields is the giver's decision, because only it knows whether its newest or its oldest
// message matters more.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <type_traits>

#include "vocabulary/outcome.h"

namespace hf {

template <typename T, std::uint32_t N>
class Mailbox {
  static_assert(N > 0 && (N & (N - 1)) == 0, "a power of two, so that counters may wrap");
  static_assert(std::is_trivially_copyable_v<T>);
  // Not is_always_lock_free: ARMv5 has no atomic instructions, but its kernel helps without a lock.
  static_assert(ATOMIC_INT_LOCK_FREE != 0, "a giver must never wait for a taker");

 public:
  // Giver's thread only. ok: taken over.  full: refused and counted.
  Status put(const T& message) {
    const std::uint32_t put_count = put_count_.load(std::memory_order_relaxed);
    if (put_count - taken_count_.load(std::memory_order_acquire) == N) {
      refused_count_.fetch_add(1, std::memory_order_relaxed);
      return Status::full;
    }
    slots_[put_count % N] = message;
    put_count_.store(put_count + 1, std::memory_order_release);
    return Status::ok;
  }

  // Taker's thread only. False: empty; `message` is unchanged.
  bool take(T& message) {
    const std::uint32_t taken_count = taken_count_.load(std::memory_order_relaxed);
    if (taken_count == put_count_.load(std::memory_order_acquire)) return false;
    message = slots_[taken_count % N];
    taken_count_.store(taken_count + 1, std::memory_order_release);
    return true;
  }

  // Any thread.
  std::uint32_t refused_count() const { return refused_count_.load(std::memory_order_relaxed); }

 private:
  std::array<T, N> slots_{};
  std::atomic<std::uint32_t> put_count_{0};    // both counters wrap; their difference does not
  std::atomic<std::uint32_t> taken_count_{0};  // INVARIANT: put_count_ - taken_count_ <= N
  std::atomic<std::uint32_t> refused_count_{0};
};

}  // namespace hf

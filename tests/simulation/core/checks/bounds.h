// Bounds: the core allocates nothing once it runs, and what it writes stays within its budget.
#pragma once

#include "config/limits/limits.h"
#include "lifecycle/heap_seal/heap_seal.h"
#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

class Bounds final : public Checker {
 public:
  explicit Bounds(Findings& findings) : findings_(findings) {}

  void looked_at(gateway::Gateway& /*gateway*/, const sim::Board& board) override {
    const std::uint64_t allocations = heap_seal::broken().count;
    if (allocations > allocations_) {
      const heap_seal::Caller caller = heap_seal::locate(heap_seal::broken().caller_last);
      findings_.note(Promise::limits,
                     std::string("the heap was used after boot, last by ") + caller.function,
                     allocations - allocations_);
    }
    allocations_ = allocations;
    const std::uint64_t bytes = board.flash.bytes_taken();
    flash_bytes_most_ = std::max(flash_bytes_most_, bytes);
    if (bytes > limits::kBoard.flash_bytes_max) {
      findings_.note(Promise::limits, std::to_string(bytes) + " bytes on flash");
    }
  }

  std::uint64_t flash_bytes_most() const { return flash_bytes_most_; }

 private:
  Findings& findings_;
  std::uint64_t allocations_ = heap_seal::broken().count;
  std::uint64_t flash_bytes_most_ = 0;
};

}  // namespace hf::simulation

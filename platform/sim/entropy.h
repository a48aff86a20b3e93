// Bytes that look random and follow from the seed: for simulation only, nobody's secret.
#pragma once

#include "hal/entropy.h"
#include "vocabulary/random.h"

namespace hf::sim {

class Entropy final : public hal::Entropy {
 public:
  explicit Entropy(std::uint64_t seed) : random_(seed) {}

  Status fill(std::span<std::byte> bytes) override {
    if (!is_ready_) return Status::busy;
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random_.next());
    return Status::ok;
  }

  // As right after power-on, when the pool of a board has gathered nothing yet.
  void set_ready(bool is_ready) { is_ready_ = is_ready; }

 private:
  Random random_;
  bool is_ready_ = true;
};

}  // namespace hf::sim

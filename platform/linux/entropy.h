// hal::Entropy from the kernel's pool. Never waits: early in a boot the answer is `busy`.
#pragma once

#include "hal/entropy.h"

namespace hf::on_linux {

class Entropy final : public hal::Entropy {
 public:
  Status fill(std::span<std::byte> bytes) override;
};

}  // namespace hf::on_linux

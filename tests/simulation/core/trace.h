// A running hash of everything that happened, in its order: two runs are the same exactly when
// their hashes are. No address, no time of this machine and no order of a hash table goes in.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>

#include "vocabulary/checksum.h"
#include "vocabulary/random.h"

namespace hf::simulation {

class Trace {
 public:
  void note(std::uint64_t number) { state_ = Random(std::rotl(state_, 1) ^ number).next(); }
  void note(std::span<const std::byte> bytes) {
    note(std::uint64_t{bytes.size()} << 32 | crc32c(bytes));
  }
  void note(std::string_view text) { note(std::as_bytes(std::span{text.data(), text.size()})); }

  std::uint64_t hash() const { return state_; }

 private:
  std::uint64_t state_ = 0;
};

}  // namespace hf::simulation

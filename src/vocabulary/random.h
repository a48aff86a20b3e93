// A small seeded source of numbers (SplitMix64): for jitter, simulation and tests. Equal seeds give
// equal numbers on every machine. Not for keys or identities: those come from hal::Entropy.
#pragma once

#include <cstdint>

#include "vocabulary/assertion.h"

namespace hf {

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  // 0 <= result < bound. REQUIRES: bound > 0. The bias (below bound / 2^64) does not matter here.
  constexpr std::uint64_t below(std::uint64_t bound) {
    HF_ASSERT(bound > 0);
    return next() % bound;
  }

  // least <= result <= most. REQUIRES: least <= most.
  constexpr std::int64_t between(std::int64_t least, std::int64_t most) {
    HF_ASSERT(least <= most);
    const auto span = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(least) +
                                     (span + 1 == 0 ? next() : below(span + 1)));
  }

  // True `numerator` times in `denominator`.
  constexpr bool chance(std::uint64_t numerator, std::uint64_t denominator) {
    return below(denominator) < numerator;
  }

  // 0 <= result < 1, in steps of 2^-53.
  constexpr double fraction() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

}  // namespace hf

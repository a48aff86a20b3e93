// The last few different numbers of a series, the latest first.
//
// Many sensors know only a few numbers at a time: a coarse converter behind a curve, a valve with
// five positions. Then "the third latest" is shorter than any difference.
#pragma once

#include <array>
#include <cstdint>

namespace hf::wire {

class RecentNumbers {
 public:
  static constexpr std::uint32_t kCapacity = 16;  // more finds little more, and is state per sensor
  static constexpr std::uint32_t kNone = kCapacity;

  std::uint32_t count() const { return count_; }

  // How many different numbers came after `number`, or kNone.
  std::uint32_t rank_of(std::int64_t number) const {
    for (std::uint32_t rank = 0; rank < count_; ++rank) {
      if (at(rank) == number) return rank;
    }
    return kNone;
  }

  // REQUIRES: rank < kCapacity. Ranks never filled give 0.
  std::int64_t at(std::uint32_t rank) const { return numbers_[(newest_ + rank) % kCapacity]; }

  // `number` came, and is not among these.
  void add(std::int64_t number) {
    newest_ = (newest_ + kCapacity - 1) % kCapacity;
    numbers_[newest_] = number;
    count_ += count_ < kCapacity ? 1 : 0;
  }

  // The number at `rank` came again. REQUIRES: rank < kCapacity.
  void renew(std::uint32_t rank) {
    const std::int64_t number = at(rank);
    for (; rank > 0; --rank) {
      numbers_[(newest_ + rank) % kCapacity] = numbers_[(newest_ + rank - 1) % kCapacity];
    }
    numbers_[newest_] = number;
  }

  void clear() { count_ = 0; }

  template <typename Change>
  void for_each(Change change) {
    for (std::int64_t& number : numbers_) change(number);
  }

 private:
  std::array<std::int64_t, kCapacity> numbers_{};
  std::uint32_t newest_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace hf::wire

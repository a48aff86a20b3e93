#include "wire/columns/trend.h"

namespace hf::wire {

template <typename Word>
void TrendIn<Word>::grow(Signed delta) {
  constexpr std::array<std::uint8_t, kGrownAge> kShortShift = {1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
  constexpr std::array<std::uint8_t, kGrownAge> kLongShift = {1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4};
  constexpr std::array<std::uint8_t, kGrownAge> kSlopeShift = {0, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3};
  const Word moved = note(delta);
  features_[short_mean] = nearer(features_[short_mean] - moved, kShortShift[age_]);
  features_[long_mean] = nearer(features_[long_mean] - moved, kLongShift[age_]);
  features_[late_slope] += part(moved - features_[late_slope], kSlopeShift[age_]);
  ++age_;
}

template <typename Word>
void TrendIn<Word>::rescale(std::uint64_t times, bool larger) {
  for (Word& feature : features_) {
    const auto value = static_cast<Signed>(feature);
    feature = larger ? static_cast<Word>(value / static_cast<Signed>(times))
                     : feature * static_cast<Word>(times);
  }
}

template class TrendIn<std::uint64_t>;
template class TrendIn<std::uint32_t>;

}  // namespace hf::wire

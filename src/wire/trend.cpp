#include "wire/trend.h"

namespace hf::wire {

template <typename Word>
void TrendIn<Word>::grow(Signed delta) {
  constexpr std::array<std::uint8_t, kGrownAge> kMean4Shift = {1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
  constexpr std::array<std::uint8_t, kGrownAge> kMean16Shift = {1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4};
  constexpr std::array<std::uint8_t, kGrownAge> kSlopeShift = {0, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3};
  const Word moved = note(delta);
  features_[kMean4] = nearer(features_[kMean4] - moved, kMean4Shift[age_]);
  features_[kMean16] = nearer(features_[kMean16] - moved, kMean16Shift[age_]);
  features_[kSlope] += part(moved - features_[kSlope], kSlopeShift[age_]);
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

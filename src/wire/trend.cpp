#include "wire/trend.h"

namespace hf::wire {

void Trend::grow(std::int64_t delta) {
  constexpr std::array<std::uint8_t, kGrownAge> kMean4Shift = {1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
  constexpr std::array<std::uint8_t, kGrownAge> kMean16Shift = {1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4};
  constexpr std::array<std::uint8_t, kGrownAge> kSlopeShift = {0, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3};
  const std::uint64_t moved = note(delta);
  features_[kMean4] = nearer(features_[kMean4] - moved, kMean4Shift[age_]);
  features_[kMean16] = nearer(features_[kMean16] - moved, kMean16Shift[age_]);
  features_[kSlope] += part(moved - features_[kSlope], kSlopeShift[age_]);
  ++age_;
}

void Trend::rescale(std::uint64_t times, bool larger) {
  for (std::uint64_t& feature : features_) {
    const auto value = static_cast<std::int64_t>(feature);
    feature = larger ? static_cast<std::uint64_t>(value / static_cast<std::int64_t>(times))
                     : feature * times;
  }
}

}  // namespace hf::wire

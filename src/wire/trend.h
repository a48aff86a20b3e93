// Where a series of whole numbers is going: five features of its past, and the forecasts that are
// made of them.
//
// A forecast is a row of weights, so that trying another one is a matter of a table. All is counted
// from the last number, in 1/16: numbers of any size work, and what overflows does so alike for
// writer and reader (the arithmetic is unsigned), costing bytes, never a value.
#pragma once

#include <array>
#include <cstdint>

namespace hf::wire {

inline constexpr unsigned kForecastBits = 4;
inline constexpr std::uint32_t kForecasts = 1U << kForecastBits;
inline constexpr std::uint32_t kStayForecast = 0;
inline constexpr std::uint32_t kLineForecast = 1;

class Trend {
 public:
  using Weights = std::array<std::int8_t, 5>;  // in 1/16, of the features below

  // What the next number minus the last one will be.
  std::int64_t forecast(const Weights& weights) const {
    std::uint64_t sum = 128;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      sum += features_[i] * wide(weights[i]);
    }
    return static_cast<std::int64_t>(sum) >> 8;
  }

  // The same for weights known beforehand: most are zero or a shift.
  template <std::size_t kForecast>
  std::int64_t forecast() const {
    constexpr const Weights& kOwn = kWeights[kForecast];
    std::uint64_t sum = 128;
    if constexpr (kOwn[kDelta] != 0) sum += features_[kDelta] * wide(kOwn[kDelta]);
    if constexpr (kOwn[kBefore] != 0) sum += features_[kBefore] * wide(kOwn[kBefore]);
    if constexpr (kOwn[kMean4] != 0) sum += features_[kMean4] * wide(kOwn[kMean4]);
    if constexpr (kOwn[kMean16] != 0) sum += features_[kMean16] * wide(kOwn[kMean16]);
    if constexpr (kOwn[kSlope] != 0) sum += features_[kSlope] * wide(kOwn[kSlope]);
    return static_cast<std::int64_t>(sum) >> 8;
  }

  // The next number was `delta` more than the last one.
  void follow(std::int64_t delta) {
    const std::uint64_t moved = static_cast<std::uint64_t>(delta) << 4;
    features_[kBefore] = features_[kDelta];
    features_[kDelta] = moved;
    features_[kMean4] = decay<2>(features_[kMean4] - moved);
    features_[kMean16] = decay<4>(features_[kMean16] - moved);
    features_[kSlope] += part<3>(moved - features_[kSlope]);
  }

  // Numbers are from now on counted in steps that are `times` as large, or as small if not `larger`.
  void rescale(std::uint64_t times, bool larger);

  static constexpr std::array<Weights, kForecasts> kWeights = {{
      {0, 0, 0, 0, 0},      // as it is
      {16, 0, 0, 0, 0},     // on a line
      {8, 0, 0, 0, 0},      // half of that
      {-8, 0, 0, 0, 0},     // the mean of two
      {-8, -8, 0, 0, 0},    // the mean of the last and the third last
      {-16, 0, 0, 0, 0},    // the one before: two sources taking turns
      {-8, 8, 0, 0, 0},     // the same, on a slope
      {-8, 0, 0, 8, 0},     // between the one before and the mean
      {0, 0, 8, 0, 0},      // half way to the short mean
      {0, 0, 16, 0, 0},     // the short mean
      {0, 0, 8, 8, 0},      // between the means
      {0, 0, 0, 16, 0},     // the long mean: noise
      {0, 0, 0, 0, 16},     // the slope
      {8, 0, 0, 0, 8},      // between line and slope
      {0, 0, 0, 0, 8},      // half the slope
      {32, -16, 0, 0, 0},   // on a parabola
  }};

 private:
  enum Feature : std::size_t {
    kDelta,   // the last number minus the one before
    kBefore,  // the same, one earlier
    kMean4,   // the mean of about four numbers, minus the last one
    kMean16,  // … of about sixteen
    kSlope,   // the mean of about eight deltas
  };

  static constexpr std::uint64_t wide(std::int8_t weight) {
    return static_cast<std::uint64_t>(std::int64_t{weight});
  }
  template <unsigned kShift>
  static std::uint64_t part(std::uint64_t value) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value) >> kShift);
  }
  template <unsigned kShift>
  static std::uint64_t decay(std::uint64_t value) {
    return value - part<kShift>(value);
  }

  std::array<std::uint64_t, 5> features_{};  // signed, in 1/16
};

}  // namespace hf::wire

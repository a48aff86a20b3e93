// Where a series of whole numbers is going: four features of its past, and the forecasts that are
// made of them.
//
// A forecast is a row of weights, so that trying another one is a matter of a table. All is counted
// from the last number, in fixed point: numbers of any size work, and what overflows does so alike
// for writer and reader (the arithmetic is unsigned), costing bytes, never a value.
#pragma once

#include <array>
#include <cstdint>

namespace hf::wire {

inline constexpr std::uint32_t kForecasts = 10;
inline constexpr std::uint8_t kStayForecast = 0;

class Trend {
 public:
  using Weights = std::array<std::int64_t, 4>;  // in 1/16, of the features below

  // What the next number minus the last one will be.
  std::int64_t forecast(const Weights& weights) const {
    std::uint64_t sum = kHalf;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      sum += features_[i] * static_cast<std::uint64_t>(weights[i]);
    }
    return static_cast<std::int64_t>(sum) >> kSumBits;
  }

  // The same for weights known beforehand: most are zero or a shift.
  template <std::size_t kForecast>
  std::int64_t forecast() const {
    std::uint64_t sum = kHalf;
    add_if_weighed<kForecast, kDelta>(sum);
    add_if_weighed<kForecast, kMean4>(sum);
    add_if_weighed<kForecast, kMean16>(sum);
    add_if_weighed<kForecast, kSlope>(sum);
    return static_cast<std::int64_t>(sum) >> kSumBits;
  }

  // The next number was `delta` more than the last one.
  void follow(std::int64_t delta) {
    if (is_grown()) {
      follow_grown(delta);
    } else {
      grow(delta);
    }
  }
  bool is_grown() const { return age_ == kGrownAge; }
  void follow_grown(std::int64_t delta) {  // REQUIRES: is_grown(). For loops that must be short.
    const std::uint64_t moved = note(delta);
    features_[kMean4] = nearer(features_[kMean4] - moved, 2);
    features_[kMean16] = nearer(features_[kMean16] - moved, 4);
    features_[kSlope] += part(moved - features_[kSlope], 3);
  }

  // Numbers are from now on counted in steps `times` as large, or as small if not `larger`.
  void rescale(std::uint64_t times, bool larger);

  static constexpr std::array<Weights, kForecasts> kWeights = {{
      {0, 0, 0, 0},    // as it is
      {16, 0, 0, 0},   // on a line
      {8, 0, 0, 0},    // half of that
      {-8, 0, 0, 0},   // the mean of two
      {-16, 0, 0, 0},  // the one before: two sources taking turns
      {-8, 0, 8, 0},   // between that and the long mean
      {0, 8, 0, 0},    // half way to the short mean
      {0, 16, 0, 0},   // the short mean
      {0, 0, 16, 0},   // the long mean: noise
      {0, 0, 0, 16},   // on the slope of late
  }};

 private:
  static constexpr unsigned kFractionBits = 8;  // of a feature; fewer would leave means hanging
  static constexpr unsigned kSumBits = kFractionBits + 4;  // and those of the weights
  static constexpr std::uint64_t kHalf = std::uint64_t{1} << (kSumBits - 1);

  enum Feature : std::size_t {
    kDelta,   // the last number minus the one before
    kMean4,   // the mean of about four numbers, minus the last one
    kMean16,  // … of about sixteen
    kSlope,   // the mean of about eight deltas
  };

  template <std::size_t kForecast, Feature kFeature>
  void add_if_weighed(std::uint64_t& sum) const {
    constexpr auto kWeight = static_cast<std::uint64_t>(kWeights[kForecast][kFeature]);
    if constexpr (kWeight != 0) sum += features_[kFeature] * kWeight;
  }
  static std::uint64_t part(std::uint64_t value, unsigned shift) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value) >> shift);
  }
  static std::uint64_t nearer(std::uint64_t mean, unsigned shift) {
    return mean - part(mean, shift);
  }

  std::uint64_t note(std::int64_t delta) {
    features_[kDelta] = static_cast<std::uint64_t>(delta) << kFractionBits;
    return features_[kDelta];
  }

  // The first numbers weigh as much as there are of them, or a mean would cling to the very first.
  void grow(std::int64_t delta);
  static constexpr std::uint32_t kGrownAge = 12;

  std::uint32_t age_ = 0;                    // deltas followed, up to kGrownAge
  std::array<std::uint64_t, 4> features_{};  // signed, in 1/256
};

}  // namespace hf::wire

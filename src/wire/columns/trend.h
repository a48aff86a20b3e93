// Where a series of whole numbers is going: four features of its past, and the forecasts that are
// made of them.
//
// A forecast is a row of weights, so that adding another one is a matter of a table. All is counted
// from the last number, in fixed point: numbers of any size work, and what overflows does so alike
// for writer and reader (the arithmetic is unsigned), costing bytes, never a value.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace hf::wire {

inline constexpr std::uint32_t kForecasts = 10;
inline constexpr std::uint8_t kStayForecast = 0;

// `Word` is the unsigned type that is counted in. What is written counts in 64 bits; 32 serve to
// try forecasts out on numbers that are small enough, at a third of the cost on a 32-bit processor.
template <typename Word>
class TrendIn {
 public:
  using Signed = std::make_signed_t<Word>;
  using Weights = std::array<std::int16_t, 4>;  // in 1/16, of the features below

  TrendIn() = default;

  // The same trend, where it fits: see kNarrowMax.
  template <typename Other>
  explicit TrendIn(const TrendIn<Other>& other) : age_(other.age_) {
    for (std::size_t i = 0; i < features_.size(); ++i) {
      features_[i] = static_cast<Word>(other.features_[i]);
    }
  }

  // What the next number minus the last one will be. REQUIRES: which < kForecasts.
  Signed forecast(std::uint32_t which) const {
    switch (which) {  // rather than four multiplications, each of which is four on 32 bits
      case 1: return forecast<1>();
      case 2: return forecast<2>();
      case 3: return forecast<3>();
      case 4: return forecast<4>();
      case 5: return forecast<5>();
      case 6: return forecast<6>();
      case 7: return forecast<7>();
      case 8: return forecast<8>();
      case 9: return forecast<9>();
      default: return forecast<0>();
    }
  }

  template <std::size_t kForecast>
  Signed forecast() const {
    Word sum = kHalf;
    add_if_weighed<kForecast, last_delta>(sum);
    add_if_weighed<kForecast, short_mean>(sum);
    add_if_weighed<kForecast, long_mean>(sum);
    add_if_weighed<kForecast, late_slope>(sum);
    return static_cast<Signed>(sum) >> kSumBits;
  }

  // The next number was `delta` more than the last one.
  void follow(Signed delta) {
    if (is_grown()) {
      follow_grown(delta);
    } else {
      grow(delta);
    }
  }
  bool is_grown() const { return age_ == kGrownAge; }
  void follow_grown(Signed delta) {  // REQUIRES: is_grown(). For loops that must be short.
    const Word moved = note(delta);
    features_[short_mean] = nearer(features_[short_mean] - moved, 2);
    features_[long_mean] = nearer(features_[long_mean] - moved, 4);
    features_[late_slope] += part(moved - features_[late_slope], 3);
  }

  // No feature is as large as `limit` numbers, either way.
  bool is_within(Word limit) const {
    Word all = 0;
    for (const Word feature : features_) all |= feature ^ part(feature, 8 * sizeof(Word) - 1);
    return all >> kFractionBits < limit;
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
  static constexpr Word kHalf = Word{1} << (kSumBits - 1);

  enum Feature : std::size_t {
    last_delta,  // the last number minus the one before
    short_mean,  // the mean of about four numbers, minus the last one
    long_mean,   // … of about sixteen
    late_slope,  // the mean of about eight deltas
  };

  template <std::size_t kForecast, Feature kFeature>
  void add_if_weighed(Word& sum) const {
    constexpr auto kWeight = static_cast<Word>(kWeights[kForecast][kFeature]);
    if constexpr (kWeight != 0) sum += features_[kFeature] * kWeight;
  }
  static Word part(Word value, unsigned shift) {
    return static_cast<Word>(static_cast<Signed>(value) >> shift);
  }
  static Word nearer(Word mean, unsigned shift) { return mean - part(mean, shift); }

  Word note(Signed delta) {
    features_[last_delta] = static_cast<Word>(delta) << kFractionBits;
    return features_[last_delta];
  }

  // The first numbers weigh as much as there are of them, or a mean would cling to the very first.
  void grow(Signed delta);
  static constexpr std::uint32_t kGrownAge = 12;

  std::uint32_t age_ = 0;           // deltas followed, up to kGrownAge
  std::array<Word, 4> features_{};  // signed, in 1/256

  template <typename Other>
  friend class TrendIn;
};

using Trend = TrendIn<std::uint64_t>;
using NarrowTrend = TrendIn<std::uint32_t>;

// Numbers that differ by less than this, on a trend within it, do not overflow in a NarrowTrend: a
// mean grows to four times as much at most, and 12 bits are fractions.
inline constexpr std::uint32_t kNarrowMax = 1U << 16;

}  // namespace hf::wire

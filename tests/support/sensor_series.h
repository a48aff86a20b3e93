// Series of values as sensors send them, and as none ever should: for tests of what carries values.
// Equal seeds give equal series on every machine.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "vocabulary/random.h"

namespace hf::test {

enum class Series : std::uint8_t {
  constant,
  decimals,         // a walk with one to seven digits after the point
  noise,            // about a mean, three digits
  turns,            // two sources taking turns
  counter,          // mostly one more than before
  register_scaled,  // a 12-bit register times a factor
  coordinates,      // seven digits, nearly a line
  singles,          // float32 noise
  averages,         // no decimals: all 52 bits
  palette,          // a few odd values
  bursts,           // still for long, then noise
  any_bits,         // any pattern of 64 bits
  mixed,            // decimals, and NaN, infinities, -0 and denormals among them
  extremes,         // the largest and smallest numbers there are
};
inline constexpr std::uint8_t kSeriesCount = 14;

// random.below(), as a size: 32 bits on some boards.
inline std::size_t size_below(Random& random, std::size_t bound) {
  return static_cast<std::size_t>(random.below(bound));
}

inline double decimal(std::int64_t number, int places) {
  double power = 1;
  for (int i = 0; i < places; ++i) power *= 10;
  return static_cast<double>(number) / power;
}

inline double strange_value(Random& random) {
  constexpr double kStrange[] = {std::numeric_limits<double>::quiet_NaN(),
                                 -std::numeric_limits<double>::quiet_NaN(),
                                 std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity(),
                                 -0.0,
                                 std::numeric_limits<double>::denorm_min(),
                                 std::numeric_limits<double>::max(),
                                 std::numeric_limits<double>::min()};
  if (random.chance(1, 4)) {  // a NaN with a payload
    return std::bit_cast<double>(0x7FF8000000000000ULL | (random.next() >> 13));
  }
  return kStrange[size_below(random, std::size(kStrange))];
}

// What one series remembers from value to value.
struct SeriesState {
  Series kind;
  int places;
  std::int64_t number;
  std::int64_t spread;
  double palette[12];
  double last;
};

inline double next_value(SeriesState& state, Random& random, std::size_t index) {
  const std::int64_t wiggle = random.between(-state.spread, state.spread);
  switch (state.kind) {
    case Series::constant: return decimal(state.number, state.places);
    case Series::decimals: return decimal(state.number += wiggle, state.places);
    case Series::noise: return decimal(state.number + wiggle, 3);
    case Series::turns: return decimal(state.number + (index % 2 == 0 ? 1000 : 0) + wiggle / 8, 2);
    case Series::counter: return static_cast<double>(state.number += random.chance(1, 50) ? 2 : 1);
    case Series::register_scaled:
      return static_cast<double>((state.number += wiggle / 16) & 0xFFF) * 0.0390625 - 40.1;
    case Series::coordinates: return decimal(state.number += 31 + wiggle % 3, 7);
    case Series::singles: return static_cast<double>(static_cast<float>(20.0 + random.fraction()));
    case Series::averages: return 21.0 + random.fraction() / 3;
    case Series::palette: return state.palette[size_below(random, 12)];
    case Series::bursts:
      if (index / 100 % 3 == 0) state.last = decimal(state.number + wiggle, 2);
      return state.last;
    case Series::any_bits: return std::bit_cast<double>(random.next());
    case Series::mixed:
      return random.chance(1, 12) ? strange_value(random)
                                  : decimal(state.number += wiggle, state.places);
    case Series::extremes:
      return random.chance(1, 2) ? strange_value(random)
                                 : std::ldexp(random.fraction() - 0.5,
                                              static_cast<int>(random.between(-1070, 1023)));
  }
  return 0;
}

inline std::vector<double> sensor_series(Series kind, std::size_t count, std::uint64_t seed) {
  Random random{seed * 256 + static_cast<std::uint64_t>(kind)};
  SeriesState state{};
  state.kind = kind;
  state.places = static_cast<int>(random.between(0, 7));
  state.number = random.between(-1'000'000, 1'000'000);
  state.spread = std::int64_t{1} << random.below(14);
  for (double& value : state.palette) value = decimal(random.between(-9999, 9999), 3);
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = next_value(state, random, i);
  return values;
}

inline bool same_bits(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::bit_cast<std::uint64_t>(a[i]) != std::bit_cast<std::uint64_t>(b[i])) return false;
  }
  return true;
}

}  // namespace hf::test

#include "wire/columns/residual_rows.h"

#include "wire/columns/logarithm.h"

namespace hf::wire {
namespace {

// Worked out by the compiler with + - * / on doubles alone, which every compiler rounds the same
// way. The checksum at the end is the proof: other rows would be another format.

// What the plain bits after a symbol are added to, and how many they are, in a row of unit 1.
constexpr std::array<std::uint8_t, kSizeSymbols> kSizeBase = {0, 1,  2,  3,  4,  5,  6,  7,
                                                              8, 12, 16, 24, 32, 48, 64, 128};
constexpr std::array<std::uint8_t, kSizeSymbols> kSizeBits = {0, 0, 0, 0, 0, 0, 0, 0,
                                                              2, 2, 3, 3, 4, 4, 6, 7};

constexpr double kAdaption = 0.1;     // weight of the newest residual in the level
constexpr double kSurpriseMax = 8.0;  // a residual counts as at most so many times the level
constexpr double kFarSurprise = 30.0;

constexpr double sqrt_of(double x) {
  double root = x > 1 ? x : 1;
  for (int i = 0; i < 60; ++i) root = (root + x / root) / 2;
  return root;
}

constexpr double power(double base, unsigned exponent) {
  double result = 1;
  for (unsigned i = 0; i < exponent; ++i) result *= base;
  return result;
}

constexpr double kQuarterOctave = sqrt_of(sqrt_of(2.0));

constexpr double level_of_row(
    std::uint32_t row) {  // the mean magnitude in units, in the middle of the row
  const std::uint32_t quarters = row < kExactRows ? row : row - kRowsPerOctave;
  double level = sqrt_of(kQuarterOctave);
  for (std::uint32_t i = 0; i < quarters; ++i) level *= kQuarterOctave;
  return level / (1 << kOctavesBelowOne);
}

// How likely a magnitude is within [0, units), for residuals of either sign.
constexpr double share_below(double level, unsigned units, bool exact) {
  if (exact) {  // zero once, all others with both signs
    const double ratio = (sqrt_of(1 + level * level) - 1) / level;
    return units == 0 ? 0 : 1 - 2 / (1 + ratio) * power(ratio, units);
  }
  const double ratio = level / (1 + level);  // the lower half is mirrored at -1/2
  return 1 - power(ratio, units);
}

constexpr unsigned end_of(std::uint32_t symbol) {
  return kSizeBase[symbol] + (1U << kSizeBits[symbol]);
}

constexpr double surprise_of(std::uint32_t symbol, double level, bool exact) {
  const double first = kSizeBase[symbol];
  const double last = end_of(symbol) - (exact ? 1.0 : 0.0);
  return (first + last) / 2 / level;
}

constexpr int nearest(double x) { return (static_cast<int>(x * 2) + 1) / 2; }  // REQUIRES: x >= 0

constexpr std::int16_t step_for(double surprise, double most) {
  const double kept = surprise < most ? surprise : most;
  const double step = kLevelsPerOctave * log2_of(1 + kAdaption * (kept - 1));
  return static_cast<std::int16_t>(step < 0 ? -nearest(-step) : nearest(step));
}

constexpr void cut(ResidualRow& row, double level, bool exact) {
  constexpr std::uint32_t kFarShare = 2;
  constexpr std::uint32_t kOddShare = 1;
  constexpr double kShared = kShareTotal - kFarShare - kOddShare - kSizeSymbols;
  std::uint32_t at = 0;
  for (std::uint32_t symbol = 0; symbol < kSizeSymbols; ++symbol) {
    row.slices[symbol].below = static_cast<std::uint16_t>(at);
    const double end = share_below(level, end_of(symbol), exact) * kShared;
    at = static_cast<std::uint32_t>(nearest(end)) + symbol + 1;  // at least 1 for each
  }
  row.slices[kFarSymbol].below = kShareTotal - kFarShare - kOddShare;
  row.slices[kOddSymbol].below = kShareTotal - kOddShare;
  row.slices[kSymbols].below = kShareTotal;
  for (std::uint32_t symbol = 0; symbol < kSymbols; ++symbol) {
    row.slices[symbol].share =
        static_cast<std::uint16_t>(row.slices[symbol + 1].below - row.slices[symbol].below);
  }
}

constexpr ResidualRow row_for(std::uint32_t index) {
  ResidualRow row{};
  const bool exact = index < kExactRows;
  const double level = level_of_row(index);
  cut(row, level, exact);
  for (std::uint32_t symbol = 0; symbol < kSizeSymbols; ++symbol) {
    ResidualRow::Slice& slice = row.slices[symbol];
    slice.step = step_for(surprise_of(symbol, level, exact), kSurpriseMax + 2 / level);
    slice.base = kSizeBase[symbol];
    slice.plain = static_cast<std::uint8_t>(kSizeBits[symbol] + (exact && symbol == 0 ? 0 : 1));
  }
  row.slices[kFarSymbol].step = step_for(kFarSurprise, kFarSurprise);
  for (std::uint32_t hint = 0; hint < row.first.size(); ++hint) {
    const std::uint32_t slot = hint << (kShareBits - ResidualRow::kHintBits);
    std::uint8_t symbol = 0;
    while (row.slices[symbol + 1U].below <= slot) ++symbol;
    row.first[hint] = symbol;
  }
  return row;
}

constexpr std::array<ResidualRow, kRows> all_rows() {
  std::array<ResidualRow, kRows> rows{};
  for (std::uint32_t index = 0; index < kRows; ++index) rows[index] = row_for(index);
  return rows;
}

constexpr std::array<std::uint8_t, kUnitsMax> all_symbols() {
  std::array<std::uint8_t, kUnitsMax> symbols{};
  std::uint8_t symbol = 0;
  for (std::uint32_t units = 0; units < kUnitsMax; ++units) {
    if (units == end_of(symbol)) ++symbol;
    symbols[units] = symbol;
  }
  return symbols;
}

}  // namespace

constexpr std::array<ResidualRow, kRows> kResidualRows = all_rows();
constexpr std::array<std::uint8_t, kUnitsMax> kSymbolOfUnits = all_symbols();

}  // namespace hf::wire

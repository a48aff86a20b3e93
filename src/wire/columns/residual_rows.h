// How likely a residual of each size is, given how large residuals have been of late.
//
// A residual is what a forecast was wrong by. Its likely size, the *level*, is followed in the
// logarithm: every symbol says by itself how far the level moves, so that reader and writer agree
// on it without arithmetic on the residual. The level picks a row, which cuts the range to slices.
//
// Symbols count in units: the magnitude divided by the row's unit, a power of two of about a fifth
// of the level. Up to 7 units each has its own symbol, then two symbols share an octave, since the
// slices may be coarse where they are seldom met. What is below a unit follows as plain bits.
//
// The slices are those of the two-sided geometric law. They are fixed, not learned: learning costs
// a column of sixty readings more than the difference between the laws of real sensors is worth.
#pragma once

#include <array>
#include <cstdint>

#include "wire/columns/symbol_shares.h"

namespace hf::wire {

inline constexpr std::uint32_t kSizeSymbols = 16;  // magnitudes below kUnitsMax units
inline constexpr std::uint32_t kUnitsMax = 256;    // from here on: kFarSymbol
inline constexpr std::uint32_t kFarSymbol = 16;    // the width of the magnitude, then its bits
inline constexpr std::uint32_t kOddSymbol = 17;    // no number at all: 64 plain bits
inline constexpr std::uint32_t kSymbols = 18;

inline constexpr std::uint32_t kRowsPerOctave = 4;
inline constexpr std::uint32_t kLevelsPerRow = 16;
inline constexpr std::uint32_t kLevelsPerOctave = kRowsPerOctave * kLevelsPerRow;
inline constexpr std::uint32_t kOctavesBelowOne = 6;   // level 0: one residual in 64 is not zero
inline constexpr std::uint32_t kOctavesBelowUnit = 2;  // a row's level is 4 to 8 of its units
inline constexpr std::uint32_t kOctavesMax = kOctavesBelowOne + 59;  // then a put_raw() is full
inline constexpr std::uint32_t kLevelMax = kOctavesMax * kLevelsPerOctave - 1;

// Rows of unit 1, where zero has no sign, and one octave of rows for every larger unit.
inline constexpr std::uint32_t kExactRows =
    (kOctavesBelowOne + kOctavesBelowUnit + 1) * kRowsPerOctave;
inline constexpr std::uint32_t kRows = kExactRows + kRowsPerOctave;

struct ResidualRow {
  static constexpr unsigned kHintBits = 6;
  struct Slice {
    std::uint16_t below;  // the slice is [below, below + share)
    std::uint16_t share;
    std::int16_t step;   // how the level moves after the symbol
    std::uint8_t base;   // the magnitude in units is base, and on from there …
    std::uint8_t plain;  // … by so many plain bits, and those of the unit; the last is the sign
    unsigned sign_bits() const { return plain != 0 ? 1 : 0; }
  };
  std::array<Slice, kSymbols + 1> slices;           // the last one starts where all ends
  std::array<std::uint8_t, 1U << kHintBits> first;  // the first symbol in each 64th of the range
};

extern const std::array<ResidualRow, kRows> kResidualRows;

// The symbol of a magnitude of so many units.
extern const std::array<std::uint8_t, kUnitsMax> kSymbolOfUnits;

// The row of a level and the logarithm of its unit.
struct RowChoice {
  const ResidualRow* row;
  unsigned unit_bits;
};

inline RowChoice row_of(std::uint32_t level) {
  const std::uint32_t index = level / kLevelsPerRow;
  if (index < kExactRows) return {&kResidualRows[index], 0};
  return {&kResidualRows[kExactRows + index % kRowsPerOctave],
          (index - kExactRows) / kRowsPerOctave + 1};
}
static_assert(kExactRows % kRowsPerOctave == 0);

// Zero has a symbol without a sign in the rows of unit 1; elsewhere magnitudes mirror at -1/2.
inline bool is_exact(const RowChoice& choice) { return choice.unit_bits == 0; }

inline std::uint32_t moved_level(std::uint32_t level, int step) {
  const int moved = static_cast<int>(level) + step;
  if (moved < 0) return 0;
  return static_cast<std::uint32_t>(moved) < kLevelMax ? static_cast<std::uint32_t>(moved)
                                                       : kLevelMax;
}

}  // namespace hf::wire

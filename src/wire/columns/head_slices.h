// How likely the things are that a chunk says ahead of its numbers.
//
// For a column of sixty readings each byte of head is 0.017 bytes a reading, so what is usual is
// said in two or three bits. The weights are estimates of what sensors are like; a wrong one costs
// a few bits a chunk.
#pragma once

#include <array>
#include <cstdint>

#include "wire/columns/residual_rows.h"
#include "wire/columns/symbol_reader.h"
#include "wire/columns/symbol_writer.h"
#include "wire/columns/trend.h"

namespace hf::wire {

template <std::size_t kCount>
using Slices = std::array<std::uint16_t, kCount + 1>;  // symbol s is [slices[s], slices[s + 1])

template <std::size_t kCount>
constexpr Slices<kCount> slices_of(const std::array<std::uint16_t, kCount>& weights) {
  std::uint32_t all = 0;
  for (const std::uint16_t weight : weights) all += weight;
  Slices<kCount> slices{};
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < kCount; ++i) {  // each at least 1 share
    sum += weights[i];
    slices[i + 1] = static_cast<std::uint16_t>(sum * (kShareTotal - kCount) / all + i + 1);
  }
  return slices;
}

template <std::size_t kSize>
void put_symbol(SymbolWriter& out, const std::array<std::uint16_t, kSize>& slices,
                std::uint32_t symbol) {
  out.put(slices[symbol], static_cast<std::uint32_t>(slices[symbol + 1] - slices[symbol]));
}

template <std::size_t kSize>
std::uint32_t take_symbol(SymbolReader& in, const std::array<std::uint16_t, kSize>& slices) {
  const std::uint32_t slot = in.slot();
  std::uint32_t symbol = 0;
  while (symbol + 2 < kSize && slot >= slices[symbol + 1]) ++symbol;
  in.take(slices[symbol], static_cast<std::uint32_t>(slices[symbol + 1] - slices[symbol]));
  return symbol;
}

inline void put_flag(SymbolWriter& out, bool flag, std::uint32_t share) {
  if (flag) {
    out.put(0, share);
  } else {
    out.put(share, kShareTotal - share);
  }
}

inline bool take_flag(SymbolReader& in, std::uint32_t share) {
  const bool flag = in.slot() < share;
  if (flag) {
    in.take(0, share);
  } else {
    in.take(share, kShareTotal - share);
  }
  return flag;
}

// What changes with a chunk: nothing, the forecast, the level too, the step too, the meaning too.
inline constexpr auto kChangeSlices = slices_of<5>({50, 9, 3, 3, 1});
inline constexpr auto kExactChangeSlices = slices_of<5>({250, 4, 1, 1, 1});  // of an exact chunk

// Codes of meanings, as lens.cpp deals them out.
inline constexpr auto kMeaningSlices = slices_of<64>(
    {30,                                                                     // bits
     60, 50, 60, 50, 50, 30, 40, 15, 8, 5, 2, 2, 2, 2, 2, 2, 1, 1, 1,        // 10^places
     4,  4,  4,  3,  2,  2,  1,  1,  1, 1, 1, 1,                             // 10^-places
     2,  6,  6,  6,  4,  3,  2,  1,  1,                                      // 32 bits
     3,  3,  3,  3,  3,  3,  3,  3,  3, 3, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1,  // 2^-places
     4,  4});  // a register's, a lattice's

// The width of a first number, or a step, minus one bit.
inline constexpr auto kWidthSlices = slices_of<64>(
    {8,  4,  4, 4, 6, 6, 8, 10, 10, 10, 12, 12, 14, 14, 14, 14, 14, 14, 14, 14, 12, 12,
     10, 10, 8, 6, 4, 4, 4, 4,  4,  4,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,
     2,  2,  2, 2, 2, 2, 2, 2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  4,  4});

inline constexpr auto kRecallSlices = slices_of<kRecalls>({6, 1, 2});

inline constexpr auto kForecastSlices = slices_of<kForecasts>({12, 4, 5, 8, 8, 4, 6, 8, 12, 6});

// The octave of the level, from 1/64 on; the last is kPlainOctave.
inline constexpr auto kOctaveSlices = slices_of<kOctavesMax + 1>(
    {2, 3, 4, 6, 8, 10, 12, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 12, 10,
     8, 6, 4, 4, 3, 3,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,
     2, 2, 2, 2, 2, 2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2});

}  // namespace hf::wire

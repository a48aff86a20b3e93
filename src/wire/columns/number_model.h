// One whole number after another as symbols: a forecast, and how far it was off; or, where numbers
// come back, which of the recent ones it is.
//
// Writer and reader hold equal models and change them alike with every number. A model costs
// 216 bytes. Both directions stand together here because neither can be understood alone.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "wire/columns/recent_numbers.h"
#include "wire/columns/residual_rows.h"
#include "wire/columns/symbol_reader.h"
#include "wire/columns/symbol_writer.h"
#include "wire/columns/trend.h"

namespace hf::wire {

inline std::uint64_t magnitude_of(std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  return number < 0 ? 0 - bits : bits;
}

// The octave of a plan by which numbers are written as they are, 64 bits each: no forecast helps.
inline constexpr std::uint8_t kPlainOctave = kOctavesMax;

// Which numbers of the past are looked up before a residual is written.
enum class Recall : std::uint8_t {
  none,
  last,    // the last one only: a sensor that is read more often than it measures
  recent,  // any of the recent ones
};
inline constexpr std::uint32_t kRecalls = 3;

// What is decided for a whole chunk of numbers, and said ahead of it.
struct NumberPlan {
  std::uint8_t forecast = kStayForecast;
  Recall recall = Recall::none;
  std::uint8_t octave = 0;  // of the level at its first number
};

struct NumberModel {
  Trend trend;
  RecentNumbers recent;
  std::int64_t last = 0;
  NumberPlan plan;
  std::uint32_t level = 0;
  std::uint32_t rank_level = 0;
  std::uint32_t reserve = 0;           // likelihood of a recent number, in shares
  std::uint64_t last_odd = kQuietNan;  // what is no number is often what it was the last time

  // `at_level`: the plan's octave counts; otherwise the level stays what it has become.
  void adopt(const NumberPlan& next, bool at_level) {
    if (next.recall != plan.recall) {
      reserve = kReserveAtFirst;
      rank_level = kRankLevelAtFirst;
    }
    const std::uint8_t octave = plan.octave;
    plan = next;
    if (!at_level) plan.octave = octave;
    if (at_level && !is_plain()) level = level_in(next.octave);
  }
  static std::uint32_t level_in(std::uint32_t octave) {
    return octave * kLevelsPerOctave + kLevelsPerOctave / 2;
  }
  bool is_plain() const { return plan.octave == kPlainOctave; }

  std::int64_t forecast() const { return trend.forecast(plan.forecast); }

  void follow(std::int64_t number) {
    trend.follow(difference(number, last));
    last = number;
  }

  // Numbers may be any 64 bits: sums and differences wrap, and wrap back.
  static std::int64_t difference(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
  }
  static std::int64_t sum(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  }

  void came_back() { reserve += (kReserveMax - reserve) >> kReserveShift; }
  void was_new() { reserve -= (reserve - kReserveMin) >> kReserveShift; }

  static constexpr std::uint64_t kQuietNan = 0x7FF8000000000000;
  static constexpr unsigned kReserveShift = 4;
  static constexpr std::uint32_t kReserveMin = 16;
  static constexpr std::uint32_t kReserveAtFirst = kShareTotal / 8;
  static constexpr std::uint32_t kRankLevelAtFirst = (kOctavesBelowOne + 1) * kLevelsPerOctave;
};

// Ranks as residuals: 0, 1, 2, 3 … become 0, -1, 1, -2 …
inline std::int64_t residual_of_rank(std::uint32_t rank) {
  const auto half = static_cast<std::int64_t>((rank + 1) / 2);
  return rank % 2 == 0 ? half : -half;
}
inline std::uint32_t rank_of_residual(std::int64_t residual) {
  const auto bits = static_cast<std::uint64_t>(residual);
  return static_cast<std::uint32_t>(residual < 0 ? 2 * (0 - bits) - 1 : 2 * bits);
}

// The next numbers, until fewer than kNumberBytesMax fit. Returns how many.
std::uint32_t put_numbers(SymbolWriter& out, NumberModel& model,
                          std::span<const std::int64_t> numbers);

// The next one, or 64 bits that are none. REQUIRES for both: it fits.
void put_number(SymbolWriter& out, NumberModel& model, std::int64_t number);
void put_odd(SymbolWriter& out, NumberModel& model, std::uint64_t bits);
inline constexpr std::uint32_t kNumberBytesMax = 16;

// Reads `count` numbers after `model.last` into `numbers`; those that are none set a bit in the
// result and leave their 64 bits instead. REQUIRES: count <= 64.
std::uint64_t take_numbers(SymbolReader& in, NumberModel& model, std::int64_t* numbers,
                           std::uint32_t count);

}  // namespace hf::wire

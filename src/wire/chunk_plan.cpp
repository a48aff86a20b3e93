#include "wire/chunk_plan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace hf::wire {
namespace {

constexpr int kPlanBits = 12;      // what saying a new plan costs
constexpr int kStrayLevels = 160;  // off by more: say the level anew

// A 64-bit division takes hundreds of instructions where there is none in hardware.
std::uint64_t remainder_of(std::uint64_t number, std::uint64_t divisor) {
  if ((number | divisor) >> 32 == 0) {
    return static_cast<std::uint32_t>(number) % static_cast<std::uint32_t>(divisor);
  }
  return number % divisor;
}

using Misses = std::array<std::uint64_t, kForecasts>;

// Sums of huge misses may wrap: then another forecast is chosen, and the numbers cost more.
template <std::size_t... kIndex>
[[gnu::always_inline]] inline void add_misses(const Trend& trend, std::int64_t delta,
                                              Misses& misses, std::index_sequence<kIndex...>) {
  ((misses[kIndex] += magnitude_of(NumberModel::difference(delta, trend.forecast<kIndex>()))), ...);
}

Misses misses_of_all(const NumberModel& model, std::span<const std::int64_t> numbers) {
  constexpr auto kAll = std::make_index_sequence<kForecasts>{};
  Misses misses{};
  Trend trend = model.trend;
  std::int64_t last = model.last;
  std::size_t at = 0;
  for (; at < numbers.size() && !trend.is_grown(); ++at) {
    const std::int64_t delta = NumberModel::difference(numbers[at], last);
    add_misses(trend, delta, misses, kAll);
    trend.follow(delta);
    last = numbers[at];
  }
  for (; at < numbers.size(); ++at) {
    const std::int64_t delta = NumberModel::difference(numbers[at], last);
    add_misses(trend, delta, misses, kAll);
    trend.follow_grown(delta);
    last = numbers[at];
  }
  return misses;
}

bool never_misses(NumberModel model, std::uint8_t forecast, std::span<const std::int64_t> numbers) {
  model.plan.forecast = forecast;
  for (const std::int64_t number : numbers) {
    if (NumberModel::sum(model.last, model.forecast()) != number) return false;
    model.follow(number);
  }
  return true;
}

// log2(64 * sum / count), the octave of the level; 64 times, because level 0 is 1/64.
std::uint8_t octave_of(std::uint64_t sum, std::size_t count) {
  const int of_sum = static_cast<int>(std::bit_width(sum)) - 1;
  const std::uint64_t sharp = of_sum > 50 ? sum / count : (sum << 6) / count;
  const int octave = static_cast<int>(std::bit_width(sharp)) - 1 + (of_sum > 50 ? 6 : 0);
  return static_cast<std::uint8_t>(std::clamp(octave, 0, static_cast<int>(kOctavesMax) - 1));
}

// How many of the numbers equal one of the few before them.
std::uint32_t count_returns(std::span<const std::int64_t> numbers) {
  std::array<std::uint8_t, 256> seen_at{};  // by hash: index + 1
  std::uint32_t returns = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto hash = static_cast<std::uint32_t>(numbers[i]) * 0x9E3779B1U >> 24;
    const std::size_t before = seen_at[hash];
    if (before > 0 && i + 1 - before <= 2 * RecentNumbers::kCapacity &&
        numbers[before - 1] == numbers[i]) {
      ++returns;
    }
    seen_at[hash] = static_cast<std::uint8_t>(i + 1);
  }
  return returns;
}

// Recalling pays if the residuals it saves are longer than what it costs to say which number it is,
// or that it is none: about log2(count / returns) + 1.4 bits per return, and some for the rank.
bool recall_pays(std::uint32_t returns, std::size_t count, int octave) {
  const int residual_bits = octave - static_cast<int>(kOctavesBelowOne) + 2;
  if (returns == 0 || residual_bits <= 4) return false;
  const auto rarity = static_cast<int>(std::bit_width(count / returns));
  return static_cast<int>(returns) * (residual_bits - 4 - rarity) > kPlanBits;
}

// Differences nearly as wide as numbers can be: no forecast helps, numbers as they are are shorter.
bool is_wild(std::span<const std::int64_t> numbers, std::int64_t last) {
  constexpr unsigned kWildBits = 58;
  std::size_t wild = 0;
  for (const std::int64_t number : numbers) {
    wild += magnitude_of(NumberModel::difference(number, last)) >> kWildBits != 0 ? 1U : 0U;
    last = number;
  }
  return wild * 8 > numbers.size() * 7;
}

}  // namespace

std::uint64_t common_step(std::span<const std::int64_t> numbers, std::int64_t origin) {
  std::uint64_t step = 0;
  for (const std::int64_t number : numbers) {
    std::uint64_t rest = magnitude_of(NumberModel::difference(number, origin));
    if (rest == 0) continue;
    if (step == 0) std::swap(step, rest);
    while (rest != 0) {
      step = remainder_of(step, rest);
      std::swap(step, rest);
    }
    if (step == 1) break;
  }
  return step;
}

ChunkPlan plan_chunk(const NumberModel& model, std::span<const std::int64_t> numbers,
                     bool some_odd) {
  const Misses misses = misses_of_all(model, numbers);
  const std::uint8_t present = model.plan.forecast;
  const auto best =
      static_cast<std::uint8_t>(std::min_element(misses.begin(), misses.end()) - misses.begin());
  for (const std::uint8_t forecast : {present, best}) {
    if (!some_odd && misses[forecast] == 0 && never_misses(model, forecast, numbers)) {
      const NumberPlan numbers_plan{forecast, model.plan.recall, model.plan.octave};
      return {.numbers = numbers_plan, .exact = true, .changed = forecast != present};
    }
  }
  ChunkPlan plan;
  plan.numbers.forecast = best;
  plan.numbers.octave = octave_of(misses[best], numbers.size());
  plan.numbers.recall = recall_pays(count_returns(numbers), numbers.size(), plan.numbers.octave);
  if (!some_odd && is_wild(numbers, model.last)) plan.numbers.octave = kPlainOctave;
  if (model.is_plain() || plan.numbers.octave == kPlainOctave) {
    plan.changed = model.is_plain() != (plan.numbers.octave == kPlainOctave);
    return plan;
  }
  const auto fitting = NumberModel::level_in(octave_of(misses[present], numbers.size()));
  const int stray = static_cast<int>(fitting) - static_cast<int>(model.level);
  plan.changed = misses[best] + misses[best] / 8 < misses[present] ||
                 plan.numbers.recall != model.plan.recall || stray > kStrayLevels ||
                 stray < -kStrayLevels;
  return plan;
}

}  // namespace hf::wire

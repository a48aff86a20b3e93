#include "wire/columns/chunk_plan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "wire/columns/recall_choice.h"

namespace hf::wire {
namespace {

constexpr std::uint64_t kWorthIt = 16;  // another forecast is taken if a 16th better
constexpr int kStrayLevels = 280;       // a level off by more had better be said than found

// A 64-bit division takes hundreds of instructions where there is none in hardware.
std::uint64_t remainder_of(std::uint64_t number, std::uint64_t divisor) {
  if ((number | divisor) >> 32 == 0) {
    return static_cast<std::uint32_t>(number) % static_cast<std::uint32_t>(divisor);
  }
  return number % divisor;
}

template <typename Word>
using Misses = std::array<Word, kForecasts>;

template <typename Word>
Word magnitude_in(Word difference) {
  const Word sign = 0 - (difference >> (8 * sizeof(Word) - 1));
  return (difference ^ sign) - sign;
}

// Sums of huge misses may wrap: then another forecast is chosen, and the numbers cost more.
template <typename Word, std::size_t... kIndex>
[[gnu::always_inline]] inline void add_misses(const TrendIn<Word>& trend, Word delta,
                                              Misses<Word>& misses,
                                              std::index_sequence<kIndex...>) {
  ((misses[kIndex] +=
    magnitude_in<Word>(delta - static_cast<Word>(trend.template forecast<kIndex>()))),
   ...);
}

template <typename Word>
Misses<Word> misses_in(TrendIn<Word> trend, std::int64_t last,
                       std::span<const std::int64_t> numbers) {
  using Signed = std::make_signed_t<Word>;
  constexpr auto kAll = std::make_index_sequence<kForecasts>{};
  Misses<Word> misses{};
  auto before = static_cast<Word>(last);
  std::size_t at = 0;
  for (; at < numbers.size() && !trend.is_grown(); ++at) {
    const Word delta = static_cast<Word>(numbers[at]) - before;
    add_misses(trend, delta, misses, kAll);
    trend.follow(static_cast<Signed>(delta));
    before += delta;
  }
  for (; at < numbers.size(); ++at) {
    const Word delta = static_cast<Word>(numbers[at]) - before;
    add_misses(trend, delta, misses, kAll);
    trend.follow_grown(static_cast<Signed>(delta));
    before += delta;
  }
  return misses;
}

bool fits_narrow(const NumberModel& model, std::span<const std::int64_t> numbers) {
  if (sizeof(void*) == sizeof(std::uint64_t)) return false;  // there the wide way is no longer
  std::uint64_t all = 0;
  for (const std::int64_t number : numbers) {
    all |= magnitude_of(NumberModel::difference(number, model.last));
  }
  return all < kNarrowMax / 2 && model.trend.is_within(kNarrowMax);
}

// What each forecast would be off by, all in all. Both ways give the same.
Misses<std::uint64_t> misses_of_all(const NumberModel& model,
                                    std::span<const std::int64_t> numbers) {
  if (!fits_narrow(model, numbers)) return misses_in(model.trend, model.last, numbers);
  const auto narrow = misses_in(NarrowTrend{model.trend}, model.last, numbers);
  Misses<std::uint64_t> misses;
  std::copy(narrow.begin(), narrow.end(), misses.begin());
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
  const std::uint8_t present = model.plan.forecast;
  if (!some_odd && never_misses(model, present, numbers)) {
    return {.numbers = model.plan, .exact = true};
  }
  const Misses<std::uint64_t> misses = misses_of_all(model, numbers);
  const auto best =
      static_cast<std::uint8_t>(std::min_element(misses.begin(), misses.end()) - misses.begin());
  if (!some_odd && misses[best] == 0 && never_misses(model, best, numbers)) {
    const NumberPlan exact{best, model.plan.recall, model.plan.octave};
    return {.numbers = exact, .exact = true, .changed = true};
  }
  ChunkPlan plan;
  plan.numbers.forecast = best;
  plan.numbers.octave = octave_of(misses[best], numbers.size());
  plan.numbers.recall = choose_recall(model, numbers, plan.numbers.octave);
  if (!some_odd && is_wild(numbers, model.last)) plan.numbers.octave = kPlainOctave;
  if (model.is_plain() || plan.numbers.octave == kPlainOctave) {
    plan.changed = model.is_plain() != (plan.numbers.octave == kPlainOctave);
    plan.at_level = true;
    return plan;
  }
  plan.changed = misses[best] + misses[best] / kWorthIt < misses[present] ||
                 plan.numbers.recall != model.plan.recall;
  const std::uint64_t ahead = plan.changed ? misses[best] : misses[present];
  const auto fitting = NumberModel::level_in(octave_of(ahead, numbers.size()));
  const int stray = static_cast<int>(fitting) - static_cast<int>(model.level);
  plan.at_level = stray > kStrayLevels || stray < -kStrayLevels;
  plan.changed = plan.changed || plan.at_level;
  return plan;
}

}  // namespace hf::wire

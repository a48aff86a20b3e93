#include "wire/columns/recall_choice.h"

#include <array>
#include <bit>

#include "wire/columns/chunk_plan.h"
#include "wire/columns/logarithm.h"

namespace hf::wire {
namespace {

constexpr int kBit = 16;  // costs are in 1/16 bit
constexpr int kSayingItBits = 8;
constexpr std::size_t kReach = 2 * RecentNumbers::kCapacity;  // further back it is likely forgotten

// What it takes to say of each of kChunkNumbers whether it is one of so many.
constexpr std::array<std::uint16_t, kChunkNumbers + 1> kDoubt = [] {
  std::array<std::uint16_t, kChunkNumbers + 1> doubt{};
  for (std::uint32_t count = 1; count < kChunkNumbers; ++count) {
    const double yes = static_cast<double>(count) / kChunkNumbers;
    const double bits = -yes * log2_of(yes) - (1 - yes) * log2_of(1 - yes);
    doubt[count] = static_cast<std::uint16_t>(bits * kChunkNumbers * kBit);
  }
  return doubt;
}();

// The bits saved if so many of `all` numbers are not coded as residuals of `residual` each.
int saved_by(std::uint32_t count, std::size_t all, int residual) {
  const auto share = static_cast<std::uint32_t>(count * kChunkNumbers / all);
  const auto doubt = static_cast<int>(kDoubt[share] * all / kChunkNumbers);
  return static_cast<int>(count) * residual - doubt;
}

struct Returns {
  std::uint32_t repeated = 0;  // the same as the one before
  std::uint32_t returned = 0;  // the same as one of the recent ones
  int ranks = 0;               // what it takes to say which of them
};

Returns count_returns(std::span<const std::int64_t> numbers, std::int64_t last) {
  std::array<std::uint8_t, 256> seen_at{};  // by hash: index + 1
  Returns returns;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    returns.repeated += numbers[i] == last ? 1U : 0U;
    last = numbers[i];
    const std::uint32_t hash = static_cast<std::uint32_t>(numbers[i]) * 0x9E3779B1U >> 24;
    const std::size_t before = seen_at[hash];
    const std::size_t back = i + 1 - before;
    if (before > 0 && back <= kReach && numbers[before - 1] == numbers[i]) {
      ++returns.returned;
      returns.ranks += static_cast<int>(std::bit_width(back)) * kBit;
    }
    seen_at[hash] = static_cast<std::uint8_t>(i + 1);
  }
  return returns;
}

}  // namespace

Recall choose_recall(const NumberModel& model, std::span<const std::int64_t> numbers,
                     std::uint8_t octave) {
  const int residual = (octave - static_cast<int>(kOctavesBelowOne) + 2) * kBit;
  if (residual <= kBit) return Recall::none;
  const Returns returns = count_returns(numbers, model.last);
  const int saved_by_last = saved_by(returns.repeated, numbers.size(), residual);
  const int saved_by_recent = saved_by(returns.returned, numbers.size(), residual) - returns.ranks;

  int best = 0;
  Recall recall = Recall::none;
  const auto offer = [&](Recall offered, int saved) {
    if (offered != model.plan.recall) saved -= kSayingItBits * kBit;
    if (saved <= best) return;
    best = saved;
    recall = offered;
  };
  offer(Recall::last, saved_by_last);
  offer(Recall::recent, saved_by_recent);
  return recall;
}

}  // namespace hf::wire

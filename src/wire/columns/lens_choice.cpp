#include "wire/columns/lens_choice.h"

#include <algorithm>
#include <array>
#include <bit>

#include "wire/columns/lattice_fit.h"

namespace hf::wire {
namespace {

constexpr std::uint32_t kOddBits = 76;  // an odd value: its symbol and 64 plain bits
constexpr std::uint32_t kBeginBits =
    32;  // saying a lens and beginning anew, but for the first number
constexpr std::uint32_t kDearBits = 20;  // a value that costs more may hide a lattice
constexpr std::uint32_t kProbes = 4;     // values looked at one by one

// About log2(number + 1), in bits.
std::uint32_t bits_for(std::uint64_t number) {
  return static_cast<std::uint32_t>(std::bit_width(number));
}

// What the values would cost in bits, by the differences between neighbours.
std::uint32_t cost_through(const Lens& lens, std::span<const double> values) {
  std::array<std::int64_t, kChunkNumbers> numbers;
  const std::uint64_t odd = lens.look(values, std::span{numbers}.first(values.size()));
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < values.size(); ++i) {  // the others close ranks
    if ((odd >> i & 1) == 0) numbers[count++] = numbers[i];
  }
  const auto odd_count = static_cast<std::uint32_t>(std::popcount(odd));
  if (count == 0) return odd_count * kOddBits;
  const std::span<const std::int64_t> regular = std::span{numbers}.first(count);
  const std::uint64_t step = std::max<std::uint64_t>(common_step(regular, regular[0]), 1);
  std::uint32_t bits = odd_count * kOddBits + count;
  for (std::uint32_t i = 1; i < count; ++i) {
    bits += bits_for(magnitude_of(NumberModel::difference(regular[i], regular[i - 1])) / step);
  }
  return bits;
}

std::uint32_t cost_of_beginning(const Lens& lens, double value) {
  std::int64_t number = 0;
  lens.look({&value, 1}, {&number, 1});
  const std::uint32_t words = lens.meaning().code >= Meaning::kWordyCode ? 134 : 0;
  return kBeginBits + words + bits_for(magnitude_of(number));
}

class Contest {
 public:
  Contest(std::span<const double> values, const Lens* present)
      : values_(values), present_(present) {
    if (present != nullptr) {
      best_ = *present;
      cost_ = cost_through(best_, values);
    } else {
      cost_ = cost_through(best_, values) + cost_of_beginning(best_, values[0]);
    }
  }

  void enter(const Lens& lens) {
    if (lens == best_ || (present_ != nullptr && lens == *present_)) return;
    const std::uint32_t cost = cost_through(lens, values_) + cost_of_beginning(lens, values_[0]);
    if (cost < cost_) {
      cost_ = cost;
      best_ = lens;
    }
  }
  void enter_all_for(double value) {
    Lens lens;
    for (const auto kind :
         {Lens::Kind::quotient, Lens::Kind::product, Lens::Kind::single, Lens::Kind::binary}) {
      if (Lens::find(kind, value, lens)) enter(lens);
    }
  }
  void enter_lattice() {
    Lens lens;
    if (fit_lattice(values_, lens)) enter(lens);
  }
  const Lens& best() const { return best_; }
  std::uint32_t cost() const { return cost_; }

 private:
  std::span<const double> values_;
  const Lens* present_;
  Lens best_;  // bits, at first
  std::uint32_t cost_;
};

}  // namespace

View look_best(std::span<const double> values, const Lens* present, const Lens& hinted,
               std::span<std::int64_t> numbers) {
  const Lens& likely = present != nullptr ? *present : hinted;
  const std::uint64_t odd = likely.look(values, numbers);
  if (odd == 0 && likely != Lens{}) return {likely, 0};

  Contest contest{values, present};
  contest.enter(hinted);
  contest.enter(Lens{});
  std::size_t probed = values.size();  // none yet: of a short run each is probed once
  for (std::uint32_t i = 0; i < kProbes; ++i) {
    const std::size_t probe = i * (values.size() - 1) / (kProbes - 1);
    if (probe == probed) continue;
    contest.enter_all_for(values[probe]);
    probed = probe;
  }
  // The best so far may lack a place that others have: ask one of those it does not show.
  for (std::uint32_t i = 0; i < kProbes; ++i) {
    const std::uint64_t missed = contest.best().look(values, numbers);
    if (missed == 0) break;
    contest.enter_all_for(values[static_cast<std::size_t>(std::countr_zero(missed))]);
  }
  if (contest.cost() > kDearBits * values.size()) contest.enter_lattice();
  return {contest.best(), contest.best().look(values, numbers)};
}

}  // namespace hf::wire

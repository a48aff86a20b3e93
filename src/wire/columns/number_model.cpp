#include "wire/columns/number_model.h"

namespace hf::wire {
namespace {

constexpr unsigned kWidthBits = 6;  // of a far residual: its width minus one

// A magnitude and a sign of a residual, folded as its row wants it: where zero has a symbol of its
// own it has no sign; elsewhere the numbers below zero mirror those from zero on.
struct Folded {
  std::uint64_t magnitude;
  std::uint64_t sign;
};

Folded fold(std::int64_t residual, bool exact) {
  const auto mask = static_cast<std::uint64_t>(residual >> 63);
  const std::uint64_t mirrored = static_cast<std::uint64_t>(residual) ^ mask;
  return {exact ? mirrored - mask : mirrored, mask & 1U};
}

std::int64_t unfold(std::uint64_t magnitude, std::uint64_t sign, bool exact) {
  const std::uint64_t mask = 0 - sign;
  return static_cast<std::int64_t>((magnitude - (exact ? sign : 0)) ^ mask);
}

[[gnu::always_inline]] inline void put_residual(SymbolWriter& out, std::uint32_t& level,
                                                std::int64_t residual, std::uint32_t reserve) {
  const RowChoice choice = row_of(level);
  const Folded folded = fold(residual, is_exact(choice));
  const std::uint64_t units = folded.magnitude >> choice.unit_bits;
  const std::uint32_t symbol =
      units < kUnitsMax ? kSymbolOfUnits[static_cast<std::uint32_t>(units)] : kFarSymbol;
  const ResidualRow::Slice slice = choice.row->slices[symbol];
  out.put(slice.below, slice.share, reserve);
  level = moved_level(level, slice.step);
  if (symbol == kFarSymbol) [[unlikely]] {
    const auto width = static_cast<unsigned>(std::bit_width(folded.magnitude | 1)) - 1;
    out.put_raw(width, kWidthBits);
    out.put_raw(folded.magnitude - (std::uint64_t{1} << width), width);
    out.put_raw(folded.sign, 1);
    return;
  }
  const std::uint64_t bits = folded.magnitude - (std::uint64_t{slice.base} << choice.unit_bits);
  out.put_raw(bits << slice.sign_bits() | folded.sign, slice.plain + choice.unit_bits);
}

struct Taken {
  std::uint32_t symbol;
  std::int64_t residual;
};

std::int64_t take_far(SymbolReader& in, bool exact) {
  const auto width = static_cast<unsigned>(in.take_raw(kWidthBits));
  const std::uint64_t magnitude = std::uint64_t{1} << width | in.take_raw(width);
  return unfold(magnitude, in.take_raw(1), exact);
}

// `slot` is what in.slot() gave. An odd symbol leaves its bits for the caller to take.
[[gnu::always_inline]] inline Taken take_symbol(SymbolReader& in, std::uint32_t& level,
                                                std::uint32_t slot) {
  const RowChoice choice = row_of(level);
  std::uint32_t symbol = choice.row->first[slot >> (kShareBits - ResidualRow::kHintBits)];
  while (slot >= choice.row->slices[symbol + 1].below) ++symbol;
  const ResidualRow::Slice slice = choice.row->slices[symbol];
  in.take(slice.below, slice.share);
  level = moved_level(level, slice.step);
  if (symbol >= kSizeSymbols) [[unlikely]] {
    return {symbol, symbol == kFarSymbol ? take_far(in, is_exact(choice)) : 0};
  }
  const std::uint64_t bits = in.take_raw(slice.plain + choice.unit_bits);
  const std::uint64_t magnitude =
      (std::uint64_t{slice.base} << choice.unit_bits) + (bits >> slice.sign_bits());
  return {symbol, unfold(magnitude, bits & slice.sign_bits(), is_exact(choice))};
}

std::int64_t take_odd(SymbolReader& in, NumberModel& model) {
  if (in.take_raw(1) == 0) model.last_odd = in.take_raw(64);
  return static_cast<std::int64_t>(model.last_odd);
}

std::uint32_t last_slot(std::uint32_t slot) {  // bytes no writer wrote may point beyond
  return slot < kShareTotal ? slot : kShareTotal - 1;
}

// Works on copies: for all the compiler knows, `numbers` could point into any of this.
std::uint64_t take_foreseen(SymbolReader& stream, NumberModel& model, std::int64_t* numbers,
                            std::uint32_t count) {
  SymbolReader in = stream;
  Trend trend = model.trend;
  const std::uint32_t forecast = model.plan.forecast;
  std::uint32_t level = model.level;
  std::int64_t last = model.last;
  std::uint64_t odd = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Taken taken = take_symbol(in, level, last_slot(in.slot()));
    if (taken.symbol == kOddSymbol) [[unlikely]] {
      odd |= std::uint64_t{1} << i;
      numbers[i] = take_odd(in, model);
      continue;
    }
    const std::int64_t delta = NumberModel::sum(trend.forecast(forecast), taken.residual);
    trend.follow(delta);
    last = NumberModel::sum(last, delta);
    numbers[i] = last;
  }
  stream = in;
  model.trend = trend;
  model.level = level;
  model.last = last;
  return odd;
}

std::uint64_t take_recalled(SymbolReader& in, NumberModel& model, std::int64_t* numbers,
                            std::uint32_t count) {
  std::uint64_t odd = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t slot = in.slot(model.reserve);
    if (slot >= kShareTotal && model.plan.recall == Recall::last) {
      in.take_reserved();
      numbers[i] = model.last;
      model.came_back();
    } else if (slot >= kShareTotal) {
      in.take_reserved();
      const std::uint32_t back = last_slot(in.slot());
      const Taken taken = take_symbol(in, model.rank_level, back);
      const std::uint32_t rank = rank_of_residual(taken.residual) % RecentNumbers::kCapacity;
      numbers[i] = model.recent.at(rank);
      model.recent.renew(rank);
      model.came_back();
    } else {
      const Taken taken = take_symbol(in, model.level, slot);
      if (taken.symbol == kOddSymbol) [[unlikely]] {
        odd |= std::uint64_t{1} << i;
        numbers[i] = take_odd(in, model);
        continue;
      }
      numbers[i] = NumberModel::sum(model.last, NumberModel::sum(model.forecast(), taken.residual));
      if (model.plan.recall == Recall::recent) model.recent.add(numbers[i]);
      model.was_new();
    }
    model.follow(numbers[i]);
  }
  return odd;
}

std::uint64_t take_plain(SymbolReader& in, NumberModel& model, std::int64_t* numbers,
                         std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    numbers[i] = static_cast<std::int64_t>(in.take_raw(64));
    model.follow(numbers[i]);
  }
  return 0;
}

// Works on copies, as take_foreseen() does.
std::uint32_t put_foreseen(SymbolWriter& stream, NumberModel& model,
                           std::span<const std::int64_t> numbers) {
  SymbolWriter out = stream;
  Trend trend = model.trend;
  const std::uint32_t forecast = model.plan.forecast;
  std::uint32_t level = model.level;
  std::int64_t last = model.last;
  std::uint32_t done = 0;
  for (; done < numbers.size() && out.fits(kNumberBytesMax); ++done) {
    const std::int64_t delta = NumberModel::difference(numbers[done], last);
    put_residual(out, level, NumberModel::difference(delta, trend.forecast(forecast)), 0);
    trend.follow(delta);
    last = numbers[done];
  }
  stream = out;
  model.trend = trend;
  model.level = level;
  model.last = last;
  return done;
}

}  // namespace

std::uint32_t put_numbers(SymbolWriter& out, NumberModel& model,
                          std::span<const std::int64_t> numbers) {
  if (!model.is_plain() && model.plan.recall == Recall::none)
    return put_foreseen(out, model, numbers);
  std::uint32_t done = 0;
  for (; done < numbers.size() && out.fits(kNumberBytesMax); ++done) {
    put_number(out, model, numbers[done]);
  }
  return done;
}

void put_number(SymbolWriter& out, NumberModel& model, std::int64_t number) {
  const std::int64_t delta = NumberModel::difference(number, model.last);
  if (model.is_plain()) {
    out.put_raw(static_cast<std::uint64_t>(number), 64);
  } else if (model.plan.recall == Recall::none) {
    put_residual(out, model.level, NumberModel::difference(delta, model.forecast()), 0);
  } else {
    const bool last_only = model.plan.recall == Recall::last;
    const std::uint32_t rank =
        last_only ? (delta == 0 ? 0 : RecentNumbers::kNone) : model.recent.rank_of(number);
    if (rank == RecentNumbers::kNone) {
      put_residual(out, model.level, NumberModel::difference(delta, model.forecast()),
                   model.reserve);
      if (!last_only) model.recent.add(number);
      model.was_new();
    } else {
      out.put_reserved(model.reserve);
      if (!last_only) {
        put_residual(out, model.rank_level, residual_of_rank(rank), 0);
        model.recent.renew(rank);
      }
      model.came_back();
    }
  }
  model.trend.follow(delta);
  model.last = number;
}

void put_odd(SymbolWriter& out, NumberModel& model, std::uint64_t bits) {
  const ResidualRow::Slice& slice = row_of(model.level).row->slices[kOddSymbol];
  out.put(slice.below, slice.share, model.plan.recall != Recall::none ? model.reserve : 0);
  const bool again = bits == model.last_odd;
  out.put_raw(again ? 1 : 0, 1);
  if (!again) out.put_raw(bits, 64);
  model.last_odd = bits;
}

std::uint64_t take_numbers(SymbolReader& in, NumberModel& model, std::int64_t* numbers,
                           std::uint32_t count) {
  if (model.is_plain()) return take_plain(in, model, numbers, count);
  return model.plan.recall == Recall::none ? take_foreseen(in, model, numbers, count)
                                           : take_recalled(in, model, numbers, count);
}

}  // namespace hf::wire

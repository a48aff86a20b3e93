#include "wire/columns/number_column.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "vocabulary/assertion.h"
#include "wire/columns/head_slices.h"

namespace hf::wire {
namespace {

// What changes with a chunk, each including what stands before it.
enum class Change : std::uint8_t { none, forecast, level, step, meaning };
constexpr bool says_level(Change change) {
  return change == Change::level || change == Change::meaning;
}

constexpr std::uint32_t kShortShare = kShareTotal / 64;  // fewer than 64, and more to come
constexpr std::uint32_t kStepShare = kShareTotal / 8;    // a column whose step is not 1

constexpr unsigned kCountBits = 6;
constexpr std::uint32_t kHeadBytesMax = 48;
constexpr std::uint64_t kStepBits = 40;                     // what saying a new step costs
constexpr std::uint64_t kStepMax = std::uint64_t{1} << 62;  // as a signed divisor it stays positive

// A number of any size: its width, then what is below its top bit.
void put_wide(SymbolWriter& out, std::uint64_t number) {
  const auto width = static_cast<std::uint32_t>(std::bit_width(number | 1));
  put_symbol(out, kWidthSlices, width - 1);
  if (width == 1) {
    out.put_raw(number, 1);
  } else {
    out.put_raw(number - (std::uint64_t{1} << (width - 1)), width - 1);
  }
}

std::uint64_t take_wide(SymbolReader& in) {
  const std::uint32_t below = take_symbol(in, kWidthSlices);
  return below == 0 ? in.take_raw(1) : std::uint64_t{1} << below | in.take_raw(below);
}

std::uint64_t zigzag(std::int64_t number) {
  return static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
}
std::int64_t unzigzag(std::uint64_t number) {
  return static_cast<std::int64_t>(number >> 1 ^ (0 - (number & 1)));
}

void put_meaning(SymbolWriter& out, const Meaning& meaning) {
  put_symbol(out, kMeaningSlices, meaning.code);
  if (meaning.code < Meaning::kWordyCode) return;
  out.put_raw(meaning.detail, Meaning::kCodeBits);
  out.put_raw(meaning.first_word, 64);
  out.put_raw(meaning.second_word, 64);
}

Meaning take_meaning(SymbolReader& in) {
  Meaning meaning;
  meaning.code = static_cast<std::uint8_t>(take_symbol(in, kMeaningSlices));
  if (meaning.code >= Meaning::kWordyCode) {
    meaning.detail = static_cast<std::uint8_t>(in.take_raw(Meaning::kCodeBits));
    meaning.first_word = in.take_raw(64);
    meaning.second_word = in.take_raw(64);
  }
  return meaning;
}

void put_step(SymbolWriter& out, std::uint64_t step) {
  put_flag(out, step > 1, kStepShare);
  if (step > 1) put_wide(out, step);
}

std::uint64_t take_step(SymbolReader& in) { return take_flag(in, kStepShare) ? take_wide(in) : 1; }

void put_plan(SymbolWriter& out, const NumberPlan& plan, bool with_level) {
  put_symbol(out, kForecastSlices, plan.forecast);
  if (with_level) put_symbol(out, kOctaveSlices, plan.octave);
  put_symbol(out, kRecallSlices, static_cast<std::uint32_t>(plan.recall));
}

NumberPlan take_plan(SymbolReader& in, bool with_level) {
  NumberPlan plan;
  plan.forecast = static_cast<std::uint8_t>(take_symbol(in, kForecastSlices));
  if (with_level) plan.octave = static_cast<std::uint8_t>(take_symbol(in, kOctaveSlices));
  plan.recall = static_cast<Recall>(take_symbol(in, kRecallSlices));
  return plan;
}

// How likely a chunk is exact: if it is the first, or after one that was or was not.
std::uint32_t exact_share(bool begins, bool was_exact) {
  if (begins) return kShareTotal / 8;  // a constant
  return was_exact ? kShareTotal * 63 / 64 : kShareTotal / 64;
}

bool is_odd(std::uint64_t odd, std::size_t index) { return (odd >> index & 1) != 0; }

std::int64_t quotient_of(std::int64_t number, std::uint64_t step) {
  if (step == 1) return number;
  const auto small = static_cast<std::int32_t>(number);
  if (small == number && step <= INT32_MAX) return small / static_cast<std::int32_t>(step);
  return number / static_cast<std::int64_t>(step);
}

std::int64_t number_at(std::int64_t base, std::uint64_t step, std::int64_t place) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(base) +
                                   static_cast<std::uint64_t>(place) * step);
}

// From now on places are counted from the last number, in steps of `step` instead of `before`.
void move_places(NumberModel& model, std::uint64_t before, std::uint64_t step) {
  const std::int64_t origin = model.last;
  model.last = 0;
  model.recent.for_each([&](std::int64_t& place) {
    place = NumberModel::difference(place, origin);
    if (step != before) place = quotient_of(number_at(0, before, place), step);
  });
  if (step > before) model.trend.rescale(step / before, true);
  if (step < before) model.trend.rescale(before / step, false);
  const int octaves =
      static_cast<int>(std::bit_width(before)) - static_cast<int>(std::bit_width(step));
  model.level = moved_level(model.level, octaves * static_cast<int>(kLevelsPerOctave));
}

}  // namespace

struct NumberColumnWriter::Head {
  Change change = Change::none;
  bool begins = false;  // the column
  bool is_short = false;
  std::uint32_t count = 0;
  std::int64_t base = 0;
  std::uint64_t step = 1;
  Meaning meaning;
  ChunkPlan plan;
  NumberModel model;  // as it is when the head has been read
};

std::uint32_t NumberColumnWriter::append(SymbolWriter& out, const Chunk& chunk, bool last) {
  HF_ASSERT(chunk.numbers.size() <= kChunkNumbers);
  if (chunk.numbers.empty() || full_) return 0;
  std::array<std::int64_t, kChunkNumbers> room;
  const std::span<std::int64_t> places = std::span{room}.first(chunk.numbers.size());
  const Head head = head_for(chunk, last, places);
  full_ = !fits(out, chunk, head, places);
  if (full_) return 0;
  put_head(out, head);
  const std::uint32_t taken = put_body(out, chunk, head, places);
  full_ = taken < head.count;  // a reader cannot know that this chunk is short: it was the last
  count_ += taken;
  return taken;
}

namespace {

// The step to go on with, where the numbers have `common` and the chunk before had `present`.
std::uint64_t next_step(std::uint64_t present, std::uint64_t common, std::size_t count,
                        bool recall) {
  if (common == 0) return present;
  if (common > kStepMax) return 1;
  if (common % present != 0) return recall ? std::gcd(common, present) : common;
  const auto octaves = static_cast<std::uint64_t>(std::bit_width(common / present)) - 1;
  return !recall && octaves * count > kStepBits ? common : present;
}

}  // namespace

NumberColumnWriter::Head NumberColumnWriter::head_for(const Chunk& chunk, bool last,
                                                      std::span<std::int64_t> places) const {
  Head head;
  const bool fresh = count_ == 0 || chunk.meaning != meaning_;
  head.begins = count_ == 0;
  head.count = static_cast<std::uint32_t>(chunk.numbers.size());
  head.is_short = head.count < kChunkNumbers && !last;
  head.meaning = chunk.meaning;
  head.base = fresh ? chunk.numbers[0] : number_at(base_, step_, model_.last);
  std::int64_t before = head.base;
  for (std::size_t i = 0; i < places.size(); ++i) {  // odd ones as if nothing had changed
    before = places[i] = is_odd(chunk.odd, i) ? before : chunk.numbers[i];
  }
  const std::uint64_t common = common_step(places, head.base);
  if (fresh) {
    head.change = Change::meaning;
    head.step = common == 0 || common > kStepMax ? 1 : common;
  } else {
    head.step = next_step(step_, common, places.size(), model_.plan.recall == Recall::recent);
    head.change = head.step == step_ ? Change::none : Change::step;
    head.model = model_;
    move_places(head.model, step_, head.step);
  }
  for (std::int64_t& place : places) {
    place = quotient_of(NumberModel::difference(place, head.base), head.step);
  }
  head.plan = plan_chunk(head.model, fresh ? places.subspan(1) : places, chunk.odd != 0);
  if (fresh && head.plan.exact) head.plan.numbers = {};
  if (head.change == Change::none && head.plan.changed) {
    head.change = head.plan.at_level ? Change::level : Change::forecast;
  }
  if (head.change != Change::none) {
    head.model.adopt(head.plan.numbers, says_level(head.change));
  }
  return head;
}

// Asks for the head and, since a head alone is worth nothing, the first number after it.
bool NumberColumnWriter::fits(const SymbolWriter& out, const Chunk& chunk, const Head& head,
                              std::span<const std::int64_t> places) const {
  if (out.fits(kHeadBytesMax + kNumberBytesMax)) return true;
  std::array<std::byte, kHeadBytesMax + kNumberBytesMax + 2 * SymbolWriter::kRehearsalMargin> bin;
  SymbolWriter rehearsal = out.rehearsal(bin);
  NumberColumnWriter copy = *this;
  copy.put_head(rehearsal, head);
  if (head.change != Change::meaning && !head.plan.exact) {
    const bool odd = is_odd(chunk.odd, 0);
    copy.put_one(rehearsal, odd ? chunk.numbers[0] : places[0], odd);
  }
  return out.has_room_for(rehearsal);
}

void NumberColumnWriter::put_head(SymbolWriter& out, const Head& head) {
  put_flag(out, head.is_short, kShortShare);
  if (head.is_short) out.put_raw(head.count, kCountBits);
  put_flag(out, head.plan.exact, exact_share(head.begins, was_exact_));
  if (!head.begins) {
    put_symbol(out, head.plan.exact ? kExactChangeSlices : kChangeSlices,
               static_cast<std::uint32_t>(head.change));
  }
  if (head.change == Change::meaning) {
    if (meant_ == Meant::yes) put_meaning(out, head.meaning);
    put_wide(out, zigzag(head.base));
  }
  // The numbers of a first exact chunk are all the same: there is nothing else to say.
  if (head.change != Change::meaning || !head.plan.exact) {
    if (head.change >= Change::step) put_step(out, head.step);
    if (head.change >= Change::forecast) {
      put_plan(out, head.plan.numbers, says_level(head.change));
    }
  }
  meaning_ = head.meaning;
  base_ = head.base;
  step_ = head.step;
  model_ = head.model;
  was_exact_ = head.plan.exact;
}

std::uint32_t NumberColumnWriter::put_body(SymbolWriter& out, const Chunk& chunk, const Head& head,
                                           std::span<const std::int64_t> places) {
  std::uint32_t taken = head.change == Change::meaning ? 1 : 0;  // the base is the first number
  if (head.plan.exact) {
    for (; taken < head.count; ++taken) model_.follow(places[taken]);
    return taken;
  }
  if (chunk.odd == 0) taken += put_numbers(out, model_, places.subspan(taken));
  for (; taken < head.count; ++taken) {
    const bool odd = is_odd(chunk.odd, taken);
    const std::int64_t number = odd ? chunk.numbers[taken] : places[taken];
    if (!out.fits(kNumberBytesMax) && !fits_one(out, number, odd)) break;
    put_one(out, number, odd);
  }
  return taken;
}

bool NumberColumnWriter::fits_one(const SymbolWriter& out, std::int64_t number, bool odd) const {
  std::array<std::byte, kNumberBytesMax + 2 * SymbolWriter::kRehearsalMargin> bin;
  SymbolWriter rehearsal = out.rehearsal(bin);
  NumberColumnWriter copy = *this;
  copy.put_one(rehearsal, number, odd);
  return out.has_room_for(rehearsal);
}

void NumberColumnWriter::put_one(SymbolWriter& out, std::int64_t number, bool odd) {
  if (odd) {
    put_odd(out, model_, static_cast<std::uint64_t>(number));
  } else {
    put_number(out, model_, number);
  }
}

struct NumberColumnReader::Head {
  std::uint32_t count = kChunkNumbers;
  bool exact = false;
  bool fresh = false;
};

Status NumberColumnReader::take_head(SymbolReader& in, Head& head) {
  if (take_flag(in, kShortShare)) head.count = static_cast<std::uint32_t>(in.take_raw(kCountBits));
  head.exact = take_flag(in, exact_share(!begun_, was_exact_));
  const auto& changes = head.exact ? kExactChangeSlices : kChangeSlices;
  const Change change = begun_ ? static_cast<Change>(take_symbol(in, changes)) : Change::meaning;
  head.fresh = change == Change::meaning;
  std::uint64_t step = step_;
  if (head.fresh) {
    model_ = NumberModel{};
    if (meant_ == Meant::yes) meaning_ = take_meaning(in);
    base_ = unzigzag(take_wide(in));
    step = 1;
  } else {
    base_ = number_at(base_, step_, model_.last);
  }
  const bool all_same = head.fresh && head.exact;
  if (change >= Change::step && !all_same) step = take_step(in);
  if (step == 0 || step > kStepMax) return Status::corrupt;
  if (!head.fresh) move_places(model_, step_, step);
  const bool at_level = says_level(change);
  if (change >= Change::forecast) {
    model_.adopt(all_same ? NumberPlan{} : take_plan(in, at_level), at_level);
  }
  step_ = step;
  was_exact_ = head.exact;
  begun_ = true;
  return in.overrun() || head.count == 0 ? Status::corrupt : Status::ok;
}

Status NumberColumnReader::next(SymbolReader& in, Piece& piece, std::span<std::int64_t> numbers) {
  HF_ASSERT(numbers.size() >= kChunkNumbers);
  piece = {};
  if (left_ == 0) return Status::ok;
  Head head;
  HF_TRY(take_head(in, head));
  const std::uint32_t count = std::min(head.count, left_);
  std::uint32_t done = 0;
  if (head.fresh) numbers[done++] = 0;
  if (head.exact) {
    for (; done < count; ++done) {
      model_.follow(NumberModel::sum(model_.last, model_.forecast()));
      numbers[done] = model_.last;
    }
  } else {
    piece.odd = take_numbers(in, model_, numbers.data() + done, count - done) << done;
  }
  if (in.overrun()) return Status::corrupt;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!is_odd(piece.odd, i)) numbers[i] = number_at(base_, step_, numbers[i]);
  }
  left_ -= count;
  piece.meaning = meaning_;
  piece.count = count;
  return Status::ok;
}

}  // namespace hf::wire

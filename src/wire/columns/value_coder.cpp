#include "wire/columns/value_coder.h"

#include <algorithm>
#include <array>
#include <bit>

#include "wire/columns/lens_choice.h"

namespace hf::wire {

std::uint32_t ValueEncoder::append(SymbolWriter& out, std::span<const double> run, bool last) {
  std::uint32_t taken = 0;
  while (taken < run.size()) {
    const std::span<const double> rest = run.subspan(taken);
    const bool is_rest = rest.size() <= kChunkNumbers;
    const std::uint32_t now =
        append_chunk(out, is_rest ? rest : rest.first(kChunkNumbers), last && is_rest);
    if (now == 0) break;
    taken += now;
  }
  return taken;
}

// Looks through the lens of the chunk before while it serves. Looking for another costs a thousand
// instructions a value, so what was looked for in vain is left alone for a while.
std::uint64_t ValueEncoder::look(std::span<const double> run, std::span<std::int64_t> numbers) {
  constexpr std::uint8_t kPatience = 3;
  constexpr int kMoreOdd = 4;
  if (count() > 0) {
    const std::uint64_t odd = lens_.look(run, numbers);
    if (odd == 0 && lens_ != Lens{}) return odd;
    if (patience_ > 0 && std::popcount(odd) <= bearable_) {
      --patience_;
      return odd;
    }
  }
  const View view = look_best(run, count() == 0 ? nullptr : &lens_, hinted_, numbers);
  patience_ = view.lens == lens_ ? kPatience : 0;
  bearable_ = static_cast<std::uint8_t>(std::popcount(view.odd) + kMoreOdd);
  lens_ = view.lens;
  return view.odd;
}

// May take less than the chunk with room left: where the lens changes at its beginning, the first
// number must not be odd, so those ahead of the first that is not go alone.
std::uint32_t ValueEncoder::append_chunk(SymbolWriter& out, std::span<const double> run,
                                         bool last) {
  std::array<std::int64_t, kChunkNumbers> room;
  std::span<std::int64_t> numbers = std::span{room}.first(run.size());
  const std::uint64_t odd = look(run, numbers);
  Chunk chunk{.meaning = lens_.meaning(), .numbers = numbers, .odd = odd};
  const bool fresh = count() == 0 || chunk.meaning != numbers_.meaning();
  if (fresh && (chunk.odd & 1) != 0) {
    const auto ahead = static_cast<std::size_t>(std::countr_one(chunk.odd));
    numbers = numbers.first(std::min(ahead, numbers.size()));
    lens_ = Lens{};
    chunk.meaning = lens_.meaning();
    chunk.odd = lens_.look(run.first(numbers.size()), numbers);
    chunk.numbers = numbers;
  }
  return numbers_.append(out, chunk, last && numbers.size() == run.size());
}

Status ValueDecoder::next(SymbolReader& in, std::span<double> values, std::uint32_t& count) {
  std::array<std::int64_t, kChunkNumbers> numbers;
  NumberColumnReader::Piece piece;
  HF_TRY(numbers_.next(in, piece, numbers));
  Lens lens;
  if (!is_ok(Lens::of(piece.meaning, lens))) return Status::corrupt;
  lens.restore(std::span{numbers}.first(piece.count), piece.odd, values);
  count = piece.count;
  return Status::ok;
}

}  // namespace hf::wire

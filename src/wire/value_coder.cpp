#include "wire/value_coder.h"

#include <algorithm>
#include <array>
#include <bit>

#include "wire/lens_choice.h"

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

// May take less than the chunk with room left: where the lens changes at its beginning, the first
// number must not be odd, so those ahead of the first that is not go alone.
std::uint32_t ValueEncoder::append_chunk(SymbolWriter& out, std::span<const double> run,
                                         bool last) {
  std::array<std::int64_t, kChunkNumbers> room;
  std::span<std::int64_t> numbers = std::span{room}.first(run.size());
  const View view = look_best(run, count() == 0 ? nullptr : &lens_, hinted_, numbers);
  lens_ = view.lens;
  Chunk chunk{.meaning = lens_.meaning(), .numbers = numbers, .odd = view.odd};
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

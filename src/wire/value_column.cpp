#include "wire/value_column.h"

#include <algorithm>
#include <array>
#include <bit>

#include "vocabulary/assertion.h"
#include "wire/lens_choice.h"

namespace hf::wire {
namespace {

constexpr std::int8_t kDecimalsMax = 15;

Lens lens_of(const ValueHints& hints) {
  if (hints.scale != 0 && hints.scale - hints.scale == 0) {
    return Lens::register_of(hints.scale, hints.offset);
  }
  if (hints.decimals < 0 || hints.decimals > kDecimalsMax) return {};
  return Lens::of(Lens::Kind::quotient, static_cast<unsigned>(hints.decimals));
}

}  // namespace

ValueWriter::ValueWriter(std::span<std::byte> out, const ValueHints& hints)
    : out_(out), hinted_(lens_of(hints)) {}

std::uint32_t ValueWriter::append(std::span<const double> run, bool last) {
  std::uint32_t taken = 0;
  while (taken < run.size()) {
    const auto rest = run.subspan(taken);
    const std::span<const double> chunk = rest.first(std::min<std::size_t>(rest.size(), kChunkNumbers));
    const std::uint32_t now = append_chunk(chunk, last && taken + chunk.size() == run.size());
    if (now == 0) break;
    taken += now;
  }
  out_.write_ends();
  return taken;
}

// May take less than a whole chunk with room left: where the lens changes at its beginning, the
// first number must not be odd, so what comes before it goes alone.
std::uint32_t ValueWriter::append_chunk(std::span<const double> run, bool last) {
  std::array<std::int64_t, kChunkNumbers> numbers;
  const View view = look_best(run, numbers_.count() == 0 ? nullptr : &lens_, hinted_,
                              std::span{numbers}.first(run.size()));
  std::size_t size = run.size();
  lens_ = view.lens;
  Chunk chunk{.meaning = lens_.meaning(), .numbers = {}, .odd = view.odd};
  const bool fresh = numbers_.count() == 0 || chunk.meaning != numbers_.meaning();
  if (fresh && (chunk.odd & 1) != 0) {
    size = std::min(static_cast<std::size_t>(std::countr_one(chunk.odd)), size);
    lens_ = Lens{};
    chunk.meaning = lens_.meaning();
    chunk.odd = lens_.look(run.first(size), std::span{numbers}.first(size));
  }
  chunk.numbers = std::span{numbers}.first(size);
  return numbers_.append(out_, chunk, last && size == run.size());
}

std::uint32_t ValueReader::next_chunk(std::span<double> into) {
  std::array<std::int64_t, kChunkNumbers> numbers;
  NumberColumnReader::Piece piece;
  status_ = numbers_.next(in_, piece, numbers);
  Lens lens;
  if (is_ok(status_) && !is_ok(Lens::of(piece.meaning, lens))) status_ = Status::corrupt;
  if (!is_ok(status_)) return 0;
  lens.restore(std::span{numbers}.first(piece.count), piece.odd, into);
  return piece.count;
}

std::uint32_t ValueReader::read(std::span<double> out) {
  std::size_t done = 0;
  while (done < out.size() && is_ok(status_)) {
    if (held_from_ == held_to_ && out.size() - done >= kChunkNumbers) {
      const std::uint32_t count = next_chunk(out.subspan(done));
      if (count == 0) break;
      done += count;
      continue;
    }
    if (held_from_ == held_to_) {
      held_from_ = 0;
      held_to_ = next_chunk(held_);
      if (held_to_ == 0) break;
    }
    const std::size_t count = std::min<std::size_t>(held_to_ - held_from_, out.size() - done);
    std::copy_n(held_ + held_from_, count, out.begin() + static_cast<std::ptrdiff_t>(done));
    held_from_ += static_cast<std::uint32_t>(count);
    done += count;
  }
  return static_cast<std::uint32_t>(done);
}

std::uint32_t ValueReader::skip(std::uint32_t count) {
  std::array<double, kChunkNumbers> passed;
  std::uint32_t done = 0;
  while (done < count) {
    const std::uint32_t now =
        read(std::span{passed}.first(std::min(count - done, kChunkNumbers)));
    if (now == 0) break;
    done += now;
  }
  return done;
}

Result<std::uint32_t> encode_values(std::span<const double> values, const ValueHints& hints,
                                    std::span<std::byte> out) {
  ValueWriter writer{out, hints};
  if (writer.append(values, true) < values.size()) return Status::full;
  return writer.pack();
}

}  // namespace hf::wire

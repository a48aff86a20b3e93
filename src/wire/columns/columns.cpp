#include "wire/columns/columns.h"

#include <algorithm>
#include <array>

#include "wire/columns/head_slices.h"
#include "wire/columns/quality_column.h"
#include "wire/columns/time_column.h"
#include "wire/columns/value_coder.h"

namespace hf::wire {
namespace {

constexpr std::uint32_t kAllGoodShare = kShareTotal * 31 / 32;
constexpr std::uint32_t kFlagBytes = 2;

template <typename Encoder, typename Item>
Status add(SymbolWriter& out, Encoder encoder, std::span<const Item> items) {
  const SymbolWriter::Mark mark = out.mark();
  if (encoder.append(out, items, true) == items.size()) return Status::ok;
  out.rewind(mark);
  return Status::full;
}

template <typename Decoder, typename Item>
Status read(SymbolReader& in, std::span<Item> items) {
  Decoder decoder{static_cast<std::uint32_t>(items.size())};
  while (!items.empty()) {
    std::uint32_t count = 0;
    if (items.size() >= kChunkNumbers) {
      HF_TRY(decoder.next(in, items, count));
    } else {
      std::array<Item, kChunkNumbers> room;
      HF_TRY(decoder.next(in, room, count));
      std::copy_n(room.data(), count, items.data());
    }
    items = items.subspan(count);
  }
  return Status::ok;
}

}  // namespace

Status ColumnsWriter::add_values(std::span<const double> values, const ValueHints& hints) {
  return add(out_, ValueEncoder{lens_of(hints)}, values);
}

Status ColumnsWriter::add_times(std::span<const Uptime> times) {
  return add(out_, TimeEncoder{}, times);
}

// That all are good is so usual that saying it must cost next to nothing.
Status ColumnsWriter::add_qualities(std::span<const Quality> qualities) {
  if (!out_.fits(kFlagBytes)) return Status::full;
  const bool all_good = std::all_of(qualities.begin(), qualities.end(),
                                    [](Quality quality) { return quality == Quality::good; });
  const SymbolWriter::Mark mark = out_.mark();
  put_flag(out_, all_good, kAllGoodShare);
  if (all_good) return Status::ok;
  const Status status = add(out_, QualityEncoder{}, qualities);
  if (!is_ok(status)) out_.rewind(mark);
  return status;
}

Status ColumnsReader::read_values(std::span<double> values) {
  return read<ValueDecoder>(in_, values);
}

Status ColumnsReader::read_times(std::span<Uptime> times) { return read<TimeDecoder>(in_, times); }

Status ColumnsReader::read_qualities(std::span<Quality> qualities) {
  if (!take_flag(in_, kAllGoodShare)) return read<QualityDecoder>(in_, qualities);
  std::fill(qualities.begin(), qualities.end(), Quality::good);
  return in_.overrun() ? Status::corrupt : Status::ok;
}

}  // namespace hf::wire

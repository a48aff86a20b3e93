#include "wire/frames/frame_body.h"

#include <bit>

namespace hf::wire {
namespace {

constexpr unsigned kWidthBits = 5;
constexpr std::uint32_t kCountMax = (1U << 31) - 1;

}  // namespace

void BodyWriter::put_count(std::uint32_t count) {
  HF_ASSERT(count <= kCountMax);
  const auto width = static_cast<unsigned>(std::bit_width(count));
  if (has_room()) out_.put_raw(std::uint64_t{width} << width | count, kWidthBits + width);
}

Result<std::uint32_t> BodyWriter::finish() {
  if (full_) return Status::full;
  out_.write_ends();
  return out_.pack();
}

std::uint32_t BodyReader::take_count(std::uint32_t most) {
  if (corrupt_) return 0;
  const auto width = static_cast<unsigned>(in_.take_raw(kWidthBits));
  const auto count = static_cast<std::uint32_t>(in_.take_raw(width));
  corrupt_ = count > most || in_.overrun();
  return corrupt_ ? 0 : count;
}

void BodyReader::take_values(std::span<double> values) {
  ValueDecoder column{static_cast<std::uint32_t>(values.size())};
  while (!values.empty() && !corrupt_) {
    std::array<double, kChunkNumbers> chunk;
    std::uint32_t count = 0;
    corrupt_ = !is_ok(column.next(in_, chunk, count)) || count == 0;
    if (corrupt_) return;
    std::copy_n(chunk.begin(), count, values.begin());
    values = values.subspan(count);
  }
}

}  // namespace hf::wire

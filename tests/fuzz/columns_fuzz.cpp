// Bytes that nobody wrote, and values that nobody measured: libFuzzer looks for a fault, a reading
// beyond the bytes, endless work, or a value that does not come back.
//
// The first byte says what the rest is: bytes to be read as a column of one kind or another, or
// values to be written and read back.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "vocabulary/assertion.h"
#include "wire/columns/columns.h"
#include "wire/columns/quality_column.h"
#include "wire/columns/time_column.h"
#include "wire/columns/value_column.h"

namespace {

using namespace hf;
using namespace hf::wire;

constexpr std::size_t kItems = 300;

template <typename Reader, typename Item>
void read_block(std::span<const std::byte> bytes, std::uint32_t count) {
  Reader reader{bytes, count};
  std::array<Item, 100> items;
  std::uint32_t done = reader.skip(count / 3);
  while (const std::uint32_t now = reader.read(items)) done += now;
  HF_ASSERT(done == count || reader.status() == Status::corrupt);
}

void read_columns(std::span<const std::byte> bytes, std::uint32_t count) {
  ColumnsReader reader{bytes};
  std::array<double, kItems> values;
  std::array<Uptime, kItems> times;
  std::array<Quality, kItems> qualities;
  const std::size_t size = std::min<std::size_t>(count, kItems);
  if (!is_ok(reader.read_times(std::span{times}.first(size)))) return;
  for (int i = 0; i < 3; ++i) {
    if (!is_ok(reader.read_qualities(std::span{qualities}.first(size)))) return;
    if (!is_ok(reader.read_values(std::span{values}.first(size)))) return;
  }
}

void write_block(std::span<const std::byte> bytes, std::uint32_t block_bytes) {
  std::array<double, kItems> values;
  const std::size_t count = std::min(bytes.size() / sizeof(double), kItems);
  if (count > 0) std::memcpy(values.data(), bytes.data(), count * sizeof(double));
  std::array<std::byte, 512> block;
  const auto part = std::span{block}.first(block_bytes);
  ValueWriter writer{part, ValueHints{.decimals = static_cast<std::int8_t>(count % 9 - 1)}};
  writer.append(std::span{values}.first(count));
  std::array<double, kItems> back;
  ValueReader reader{part, writer.count()};
  HF_ASSERT(reader.read(back) == writer.count());
  HF_ASSERT(std::memcmp(back.data(), values.data(), writer.count() * sizeof(double)) == 0);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::uint32_t count = data[1] * 8U;
  const auto rest = std::as_bytes(std::span{data, size}.subspan(2));
  switch (data[0] % 5) {
    case 0: read_block<ValueReader, double>(rest, count); break;
    case 1: read_block<TimeReader, Uptime>(rest, count); break;
    case 2: read_block<QualityReader, Quality>(rest, count); break;
    case 3: read_columns(rest, count); break;
    default: write_block(rest, std::min(512U, count / 4 + 8)); break;
  }
  return 0;
}

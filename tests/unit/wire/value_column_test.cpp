#include "wire/value_column.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <vector>

#include "tests/support/sensor_series.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

namespace {

std::vector<double> read_back(std::span<const std::byte> bytes, std::uint32_t count) {
  std::vector<double> values(count);
  ValueReader reader{bytes, count};
  values.resize(reader.read(values));
  CHECK_TRUE(is_ok(reader.status()));
  return values;
}

std::vector<std::byte> encoded(std::span<const double> values, const ValueHints& hints = {}) {
  std::vector<std::byte> bytes(values.size() * 12 + 64);
  const auto size = encode_values(values, hints, bytes);
  CHECK_TRUE(size.ok());
  bytes.resize(size.value_or(0));
  return bytes;
}

}  // namespace

TEST_GROUP(ValueColumn){};

TEST(ValueColumn, gives_back_every_bit_of_every_kind_of_series_at_every_length) {
  for (std::uint8_t kind = 0; kind < kSeriesCount; ++kind) {
    for (const std::size_t count : {1UL, 2UL, 3UL, 16UL, 63UL, 64UL, 65UL, 128UL, 600UL, 1001UL}) {
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto values = sensor_series(static_cast<Series>(kind), count, seed);
        const auto bytes = encoded(values);
        CHECK_TRUE(same_bits(values, read_back(bytes, static_cast<std::uint32_t>(count))));
      }
    }
  }
}

TEST(ValueColumn, filled_in_place_takes_what_fits_and_can_be_read_after_every_append) {
  for (std::uint8_t kind = 0; kind < kSeriesCount; ++kind) {
    for (const std::size_t block : {64UL, 200UL, 1024UL}) {
      Random random{kind * 100UL + block};
      const auto values = sensor_series(static_cast<Series>(kind), 3000, block);
      std::vector<std::byte> bytes(block, std::byte{0xA5});
      ValueWriter writer{bytes};
      for (std::size_t done = 0; done < values.size();) {
        const std::size_t run = std::min<std::size_t>(random.below(150) + 1, values.size() - done);
        const std::uint32_t taken = writer.append(std::span{values}.subspan(done, run));
        done += taken;
        LONGS_EQUAL(done, writer.count());
        CHECK_TRUE(same_bits(std::span{values}.first(done), read_back(bytes, writer.count())));
        if (taken < run) break;
      }
    }
  }
}

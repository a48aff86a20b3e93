#include "wire/columns/value_column.h"

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
        const std::size_t run =
            std::min<std::size_t>(size_below(random, 150) + 1, values.size() - done);
        const std::uint32_t taken = writer.append(std::span{values}.subspan(done, run));
        done += taken;
        LONGS_EQUAL(done, writer.count());
        CHECK_TRUE(same_bits(std::span{values}.first(done), read_back(bytes, writer.count())));
        if (taken < run) break;
      }
    }
  }
}

TEST(ValueColumn, reads_in_any_portions_and_skips) {
  const auto values = sensor_series(Series::mixed, 1000, 8);
  const auto bytes = encoded(values);
  Random random{2};
  for (int trial = 0; trial < 200; ++trial) {
    ValueReader reader{bytes, 1000};
    std::size_t at = 0;
    while (at < values.size()) {
      const auto count = static_cast<std::uint32_t>(random.below(200) + 1);
      const std::size_t expected = std::min<std::size_t>(count, values.size() - at);
      if (random.chance(1, 3)) {
        LONGS_EQUAL(expected, reader.skip(count));
      } else {
        std::vector<double> out(count);
        LONGS_EQUAL(expected, reader.read(out));
        CHECK_TRUE(
            same_bits(std::span{out}.first(expected), std::span{values}.subspan(at, expected)));
      }
      at += expected;
    }
    LONGS_EQUAL(0, reader.skip(1));
    CHECK_TRUE(is_ok(reader.status()));
  }
}

TEST(ValueColumn, believes_no_hint_that_changes_a_bit) {
  const ValueHints hints[] = {{.decimals = 0},   {.decimals = 15},
                              {.decimals = 127}, {.scale = 0.1, .offset = 3},
                              {.scale = 1e-300}, {.scale = 1e300, .offset = 1}};
  for (const ValueHints& hint : hints) {
    for (std::uint8_t kind = 0; kind < kSeriesCount; ++kind) {
      const auto values = sensor_series(static_cast<Series>(kind), 200, 6);
      CHECK_TRUE(same_bits(values, read_back(encoded(values, hint), 200)));
    }
  }
}

TEST(ValueColumn, of_a_register_costs_what_the_register_moves) {
  Random random{3};
  std::vector<double> values(600);
  std::int64_t number = 2000;
  for (double& value : values) {
    number += random.between(-1, 1);
    const volatile double product = static_cast<double>(number) * 0.12345678901;  // not fused
    value = product + 7.7;
  }
  const ValueHints hint{.scale = 0.12345678901, .offset = 7.7};
  CHECK(encoded(values, hint).size() < 600 * 2 / 8 + 40);
}

TEST(ValueColumn, of_a_computed_value_costs_little_though_it_is_no_decimal) {
  CHECK(encoded(sensor_series(Series::percent, 600, 9)).size() < 600 * 3 / 2);
  CHECK(encoded(sensor_series(Series::means, 600, 9)).size() < 600 * 3 / 2);
}

TEST(ValueColumn, with_one_odd_value_in_thirty_stays_small) {
  Random random{1};
  auto values = sensor_series(Series::decimals, 600, 11);
  const std::size_t plain = encoded(values).size();
  for (std::size_t i = 7; i < values.size(); i += 30) values[i] = strange_value(random);
  CHECK(encoded(values).size() < plain + 20 * 11);
}

TEST(ValueColumn, of_random_bits_costs_little_more_than_the_bits) {
  CHECK(encoded(sensor_series(Series::any_bits, 600, 1)).size() < 600 * 8 + 100);
}

TEST(ValueColumn, of_a_constant_costs_what_the_constant_costs) {
  CHECK(encoded(std::vector<double>(3600, 21.5)).size() <= 8);
  CHECK(encoded(std::vector<double>(3600, 0.0)).size() <= 4);
}

TEST(ValueColumn, that_does_not_fit_is_refused_whole) {
  std::vector<std::byte> bytes(50);
  CHECK_TRUE(encode_values(sensor_series(Series::any_bits, 10, 1), {}, bytes).status() ==
             Status::full);
}

TEST(ValueColumn, in_a_full_block_wastes_four_bytes_at_most) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    std::vector<std::byte> block(1024);
    ValueWriter writer{block};
    const auto values = sensor_series(Series::noise, 9000, seed);
    writer.append(values);
    CHECK(writer.count() < 9000);
    CHECK(writer.pack() >= 1020);
  }
}

TEST(ValueColumn, once_full_takes_nothing_more) {
  std::vector<std::byte> block(100);
  ValueWriter writer{block};
  writer.append(sensor_series(Series::any_bits, 64, 1));
  const std::uint32_t count = writer.count();
  CHECK(count < 64);
  LONGS_EQUAL(0, writer.append(std::vector<double>(64, 0.0)));
  LONGS_EQUAL(count, writer.count());
}

// What did not fit might fit as the beginning of another chunk; but a reader cannot know that the
// chunk before it was cut short.
TEST(ValueColumn, cut_within_a_chunk_is_not_gone_on_with) {
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    Random random{seed};
    std::vector<std::byte> block(30 + size_below(random, 40));
    ValueWriter writer{block};
    const auto values = sensor_series(Series::turns, 300, seed);
    std::size_t done = 0;
    for (std::uint32_t taken = 1; taken > 0; done += taken) {
      const std::size_t run = std::min(values.size() - done, size_below(random, 64) + 1);
      taken = writer.append(std::span{values}.subspan(done, run));
    }
    CHECK_TRUE(same_bits(std::span{values}.first(done), read_back(block, writer.count())));
  }
}

// Bytes that nobody wrote: any answer will do, so long as there is one, soon and without a fault.
// The sanitized build is the judge.
TEST(ValueColumn, meets_mutated_bytes_with_a_status) {
  Random random{77};
  std::uint32_t refused = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    const auto kind = static_cast<Series>(random.below(kSeriesCount));
    const std::size_t size = size_below(random, 200) + 1;
    auto bytes = encoded(sensor_series(kind, size, random.below(50)));
    for (std::uint64_t i = random.below(6); i > 0 && !bytes.empty(); --i) {
      bytes[size_below(random, bytes.size())] = static_cast<std::byte>(random.next());
    }
    if (random.chance(1, 4)) bytes.resize(size_below(random, bytes.size() + 1));
    const auto count = static_cast<std::uint32_t>(random.chance(1, 2) ? size : random.below(5000));
    std::vector<double> values(count);
    ValueReader reader{bytes, count};
    const std::uint32_t done = reader.read(values);
    CHECK(done == count || reader.status() == Status::corrupt);
    refused += is_ok(reader.status()) ? 0 : 1;
  }
  CHECK(refused > 500);
}

TEST(ValueColumn, meets_random_bytes_with_a_status) {
  Random random{78};
  for (int trial = 0; trial < 4000; ++trial) {
    std::vector<std::byte> bytes(size_below(random, 120));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());
    std::vector<double> values(1000);
    ValueReader reader{bytes, 1000};
    const std::uint32_t done = reader.read(values);
    CHECK(done == 1000 || reader.status() == Status::corrupt);
  }
}

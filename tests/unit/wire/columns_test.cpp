#include "wire/columns/columns.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <vector>

#include "tests/support/sensor_series.h"
#include "vocabulary/random.h"
#include "wire/columns/quality_column.h"
#include "wire/columns/time_column.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

namespace {

std::vector<Uptime> times(std::size_t count, std::int64_t period_ms, std::int64_t jitter_ms,
                          std::uint64_t seed = 1) {
  Random random{seed};
  std::vector<Uptime> result(count);
  for (std::size_t i = 0; i < count; ++i) {
    result[i].ms = 123'456'789 + static_cast<std::int64_t>(i) * period_ms +
                   (jitter_ms > 0 ? random.between(-jitter_ms, jitter_ms) : 0);
  }
  return result;
}

std::uint32_t bytes_of_times(std::span<const Uptime> written) {
  std::vector<std::byte> bytes(written.size() * 12 + 64);
  ColumnsWriter writer{bytes};
  CHECK_TRUE(is_ok(writer.add_times(written)));
  const std::uint32_t size = writer.pack();
  std::vector<Uptime> read(written.size());
  ColumnsReader reader{std::span{bytes}.first(size)};
  CHECK_TRUE(is_ok(reader.read_times(read)));
  CHECK_TRUE(std::ranges::equal(written, read));
  return size;
}

std::uint32_t bytes_of_qualities(std::span<const Quality> written) {
  std::vector<std::byte> bytes(written.size() * 4 + 64);
  ColumnsWriter writer{bytes};
  CHECK_TRUE(is_ok(writer.add_qualities(written)));
  const std::uint32_t size = writer.pack();
  std::vector<Quality> read(written.size(), Quality::stuck);
  ColumnsReader reader{std::span{bytes}.first(size)};
  CHECK_TRUE(is_ok(reader.read_qualities(read)));
  CHECK_TRUE(std::ranges::equal(written, read));
  return size;
}

Quality quality_number(unsigned number) {
  return static_cast<Quality>(static_cast<std::uint8_t>(number % kQualityCount));
}

}  // namespace

TEST_GROUP(Columns){};

TEST(Columns, come_back_in_their_order_out_of_one_string_of_bytes) {
  std::vector<std::byte> bytes(200'000);
  ColumnsWriter writer{bytes};
  for (std::uint8_t kind = 0; kind < kSeriesCount; ++kind) {
    for (const std::size_t count : {1UL, 60UL, 64UL, 600UL}) {
      CHECK_TRUE(is_ok(writer.add_values(sensor_series(static_cast<Series>(kind), count, 3))));
      CHECK_TRUE(is_ok(writer.add_times(times(count, 1000, kind))));
      CHECK_TRUE(is_ok(writer.add_qualities(std::vector(count, quality_number(kind)))));
    }
  }
  ColumnsReader reader{std::span{bytes}.first(writer.pack())};
  for (std::uint8_t kind = 0; kind < kSeriesCount; ++kind) {
    for (const std::size_t count : {1UL, 60UL, 64UL, 600UL}) {
      std::vector<double> values(count);
      CHECK_TRUE(is_ok(reader.read_values(values)));
      CHECK_TRUE(same_bits(values, sensor_series(static_cast<Series>(kind), count, 3)));
      std::vector<Uptime> at(count);
      CHECK_TRUE(is_ok(reader.read_times(at)));
      CHECK_TRUE(std::ranges::equal(at, times(count, 1000, kind)));
      std::vector<Quality> qualities(count);
      CHECK_TRUE(is_ok(reader.read_qualities(qualities)));
      CHECK_TRUE(qualities.back() == quality_number(kind));
    }
  }
}

// Whatever a refused column has already carried into the bytes before it is taken back.
TEST(Columns, that_do_not_fit_leave_no_trace) {
  Random random{5};
  for (int trial = 0; trial < 3000; ++trial) {
    std::vector<std::byte> bytes(80 + size_below(random, 100));
    ColumnsWriter writer{bytes};
    const auto first = sensor_series(Series::decimals, 20, random.below(1000));
    const auto small = sensor_series(Series::counter, 4, random.below(1000));
    CHECK_TRUE(is_ok(writer.add_values(first)));
    CHECK_TRUE(writer.add_values(sensor_series(Series::averages, 60, random.below(1000))) ==
               Status::full);
    CHECK_TRUE(is_ok(writer.add_values(small)));
    const std::uint32_t size = writer.pack();

    std::vector<std::byte> undisturbed(200);
    ColumnsWriter other{undisturbed};
    CHECK_TRUE(is_ok(other.add_values(first)));
    CHECK_TRUE(is_ok(other.add_values(small)));
    LONGS_EQUAL(size, other.pack());
    CHECK_TRUE(std::equal(bytes.begin(), bytes.begin() + size, undisturbed.begin()));
  }
}

TEST(Columns, of_no_items_cost_nothing) {
  std::vector<std::byte> bytes(16);
  ColumnsWriter writer{bytes};
  CHECK_TRUE(is_ok(writer.add_values({})));
  CHECK_TRUE(is_ok(writer.add_times({})));
  LONGS_EQUAL(0, writer.pack());
}

TEST_GROUP(Times){};

TEST(Times, of_a_steady_period_cost_a_few_bytes_whatever_their_count) {
  CHECK(bytes_of_times(times(60, 1000, 0)) <= 10);
  CHECK(bytes_of_times(times(600, 1000, 0)) <= 12);
  CHECK(bytes_of_times(times(86'400, 1000, 0)) <= 40);
}

TEST(Times, with_jitter_cost_no_more_than_the_jitter) {
  CHECK(bytes_of_times(times(600, 1000, 5)) <= 600 * 5 / 8);
}

TEST(Times, may_stand_still_go_back_and_leap) {
  Random random{9};
  std::vector<Uptime> wild(1000);
  for (Uptime& time : wild) time.ms = static_cast<std::int64_t>(random.next());
  bytes_of_times(wild);
  for (Uptime& time : wild) time.ms = random.chance(1, 2) ? INT64_MAX : INT64_MIN;
  bytes_of_times(wild);
  // Misses of half of all numbers there are: their sum wraps to nothing, and is not taken for it.
  for (std::size_t i = 0; i < wild.size(); ++i) wild[i].ms = i % 2 == 0 ? 0 : INT64_MIN;
  bytes_of_times(wild);
  auto gaps = times(1000, 1000, 0);
  for (std::size_t i = 500; i < gaps.size(); ++i) gaps[i].ms += 3'600'000;
  CHECK(bytes_of_times(gaps) <= 60);
  CHECK(bytes_of_times(std::vector(1000, Uptime{77})) <= 10);
}

TEST(Times, of_a_block_can_be_read_after_every_append) {
  const auto written = times(2000, 1000, 3);
  std::vector<std::byte> block(512);
  TimeWriter writer{block};
  std::uint32_t done = 0;
  while (done < written.size()) {
    const std::uint32_t taken = writer.append(std::span{written}.subspan(done, 50));
    done += taken;
    std::vector<Uptime> read(done);
    TimeReader reader{block, writer.count()};
    LONGS_EQUAL(done, reader.read(read));
    CHECK_TRUE(std::ranges::equal(read, std::span{written}.first(done)));
    if (taken < 50) break;
  }
  CHECK(done > 700);
}

TEST_GROUP(Qualities){};

TEST(Qualities, that_are_all_good_cost_a_byte_at_most) {
  CHECK(bytes_of_qualities(std::vector(600, Quality::good)) <= 1);
}

TEST(Qualities, that_never_change_cost_three_bytes_at_most) {
  CHECK(bytes_of_qualities(std::vector(600, Quality::no_contact)) <= 3);
}

TEST(Qualities, of_every_word_come_back) {
  Random random{4};
  std::vector<Quality> mixed(5000);
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    mixed[i] = random.chance(1, 30) ? quality_number(static_cast<unsigned>(random.below(100)))
                                    : mixed[i / 2];
  }
  bytes_of_qualities(mixed);
}

TEST(Qualities, that_are_no_words_of_ours_are_corrupt) {
  std::vector<std::byte> bytes(64);
  ColumnsWriter writer{bytes};
  CHECK_TRUE(is_ok(writer.add_qualities(std::vector(3, Quality{kQualityCount}))));
  ColumnsReader reader{std::span{bytes}.first(writer.pack())};
  std::vector<Quality> read(3);
  CHECK_TRUE(reader.read_qualities(read) == Status::corrupt);
}

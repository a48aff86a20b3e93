// Range, statistics, downsampling: what is read out of the window.

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <cmath>

#include "stores/telemetry/downsampling.h"
#include "stores/telemetry/statistics.h"
#include "tests/unit/stores/telemetry/window_under_test.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::stores::telemetry;

namespace {

constexpr double kSpike = 99;

// A slow wave in tenths, one reading a second.
double wave(std::int64_t second) {
  return std::round(200 + 50 * std::sin(static_cast<double>(second) / 500)) / 10;
}

template <typename Downsampler>
std::vector<Reading> downsample(const Telemetry& telemetry, Uptime from, Uptime to,
                                std::size_t points_max) {
  std::vector<Reading> points(points_max);
  Downsampler downsampler(telemetry, sensor(0), from, to, points);
  while (downsampler.work(100) == Status::busy) {
  }
  const std::span<const Reading> result = downsampler.result();
  return {result.begin(), result.end()};
}

bool has_value(const std::vector<Reading>& points, double value) {
  return std::any_of(points.begin(), points.end(),
                     [&](const Reading& point) { return point.value == value; });
}

}  // namespace

TEST_GROUP(Selectors) {
  WindowUnderTest window{1, 64};

  void pour(std::int64_t seconds_long, std::int64_t spike_at = -1) {
    for (std::int64_t second = 0; second < seconds_long; ++second) {
      CHECK(is_ok(window.add(0, second * 1000, second == spike_at ? kSpike : wave(second))));
    }
  }
};

TEST(Selectors, a_range_has_both_its_ends) {
  pour(300);
  const std::vector<Reading> readings = window.range(0, 100'000, 200'000);
  LONGS_EQUAL(101, readings.size());
  LONGLONGS_EQUAL(100'000, readings.front().at.ms);
  LONGLONGS_EQUAL(200'000, readings.back().at.ms);
}

TEST(Selectors, a_range_between_two_readings_is_empty) {
  pour(300);
  LONGS_EQUAL(0, window.range(0, 100'001, 100'999).size());
  LONGS_EQUAL(0, window.range(0, 300'000, 400'000).size());
  LONGS_EQUAL(0, window.range(0, -2000, -1000).size());
}

TEST(Selectors, a_cursor_goes_on_where_it_was_while_readings_come) {
  pour(5000);
  RangeCursor cursor(*window.telemetry, sensor(0), {1'000'000}, {9'000'000});
  std::vector<Reading> page(130), all;
  std::int64_t second = 5000;
  std::uint32_t count = cursor.read(page);
  while (count > 0) {
    all.insert(all.end(), page.begin(), page.begin() + count);
    for (std::uint32_t i = 0; i < 50 && second < 6000; ++i, ++second) {
      CHECK(is_ok(window.add(0, second * 1000, wave(second))));
    }
    count = cursor.read(page);
  }
  CHECK(same(window.range(0, 1'000'000, 9'000'000), all));
  LONGS_EQUAL(5000, all.size());
}

TEST(Selectors, the_last_hour_is_the_last_hour) {
  pour(4000);
  RangeCursor cursor = RangeCursor::last_hour(*window.telemetry, sensor(0), {3'999'000});
  std::vector<Reading> page(4000);
  UNSIGNED_LONGS_EQUAL(3601, cursor.read(page));
  LONGLONGS_EQUAL(399'000, page.front().at.ms);
}

TEST(Selectors, statistics_are_those_of_the_readings_in_the_range) {
  pour(4000, 2500);
  CHECK(is_ok(window.add(0, 4'000'000, std::nan(""), Quality::not_a_number)));
  const Statistics all = statistics(*window.telemetry, sensor(0), {0}, {5'000'000});
  UNSIGNED_LONGS_EQUAL(4001, all.readings);
  UNSIGNED_LONGS_EQUAL(4000, all.numbers);
  UNSIGNED_LONGS_EQUAL(1, all.not_good);
  DOUBLES_EQUAL(kSpike, all.most, 0);
  DOUBLES_EQUAL(15, all.least, 0);
  const Statistics few = statistics(*window.telemetry, sensor(0), {10'000}, {12'000});
  DOUBLES_EQUAL((wave(10) + wave(11) + wave(12)) / 3, few.mean, 1e-12);
  LONGLONGS_EQUAL(10'000, few.first_at.ms);
  LONGLONGS_EQUAL(12'000, few.last_at.ms);
}

TEST(Selectors, extremes_out_of_headers_are_those_of_all_readings) {
  CHECK_FALSE(extremes(*window.telemetry, sensor(0)).any);
  pour(20'000, 7777);
  Extremes found = extremes(*window.telemetry, sensor(0));
  DOUBLES_EQUAL(kSpike, found.most, 0);
  DOUBLES_EQUAL(15, found.least, 0);
  CHECK(is_ok(window.add(0, 20'000'000, -1.0 / 3)));  // no decimal, and staged
  CHECK(is_ok(window.add(0, 20'001'000, std::nan(""))));
  found = extremes(*window.telemetry, sensor(0));
  DOUBLES_EQUAL(-1.0 / 3, found.least, 0);
}

TEST(Selectors, extremes_of_blocks_that_no_decimals_describe_are_found_by_decoding) {
  Random random(6);
  double least = 1, most = 0;
  for (std::int64_t second = 0; second < 1000; ++second) {
    const double value = random.fraction();
    least = std::min(least, value);
    most = std::max(most, value);
    CHECK(is_ok(window.add(0, second * 1000, value)));
  }
  const Extremes found = extremes(*window.telemetry, sensor(0));
  DOUBLES_EQUAL(least, found.least, 0);
  DOUBLES_EQUAL(most, found.most, 0);
}

TEST(Selectors, least_and_most_of_each_bucket_lose_no_spike) {
  pour(20'000, 7777);
  for (const std::size_t points_max : {2U, 3U, 50U, 500U}) {
    const auto points =
        downsample<MinMaxDownsampler>(*window.telemetry, {0}, {19'999'000}, points_max);
    CHECK(points.size() <= points_max);
    CHECK(has_value(points, kSpike));
    CHECK(std::is_sorted(points.begin(), points.end(),
                         [](const Reading& a, const Reading& b) { return a.at < b.at; }));
  }
}

TEST(Selectors, few_readings_are_shown_as_they_are) {
  pour(10);
  const auto points = downsample<MinMaxDownsampler>(*window.telemetry, {0}, {9000}, 100);
  CHECK(same(window.all(0), points));
}

TEST(Selectors, largest_triangles_keep_both_ends_and_the_spike_in_at_most_so_many_points) {
  pour(20'000, 7777);
  for (const std::size_t points_max : {3U, 50U, 500U}) {
    const auto points =
        downsample<LttbDownsampler>(*window.telemetry, {0}, {19'999'000}, points_max);
    CHECK(points.size() <= points_max);
    CHECK(points.size() + 1 >= points_max);
    LONGLONGS_EQUAL(0, points.front().at.ms);
    LONGLONGS_EQUAL(19'999'000, points.back().at.ms);
    CHECK(points_max < 50 || has_value(points, kSpike));
  }
}

TEST(Selectors, downsampling_nothing_gives_nothing) {
  CHECK(downsample<MinMaxDownsampler>(*window.telemetry, {0}, {1000}, 10).empty());
  CHECK(downsample<LttbDownsampler>(*window.telemetry, {0}, {1000}, 10).empty());
  pour(1);
  LONGS_EQUAL(1, downsample<LttbDownsampler>(*window.telemetry, {0}, {1000}, 10).size());
}

TEST(Selectors, a_hole_of_readings_that_are_no_numbers_stays_visible) {
  for (std::int64_t second = 0; second < 1000; ++second) {
    const bool hole = second >= 400 && second < 600;
    CHECK(is_ok(window.add(0, second * 1000, hole ? std::nan("") : 5,
                           hole ? Quality::not_a_number : Quality::good)));
  }
  const auto points = downsample<MinMaxDownsampler>(*window.telemetry, {0}, {999'000}, 20);
  CHECK(std::any_of(points.begin(), points.end(),
                    [](const Reading& point) { return std::isnan(point.value); }));
}

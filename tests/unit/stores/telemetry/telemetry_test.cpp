// The invariants T1 … T7 of stores/telemetry/telemetry.h, and what the header promises beside them.

#include "stores/telemetry/telemetry.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <limits>

#include "tests/unit/stores/telemetry/window_under_test.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::stores::telemetry;

namespace {

// Hard to compress, so that blocks fill soon: about 8 bytes each.
double noise(Random& random) { return random.fraction() * 1e6; }

void fill_with_noise(WindowUnderTest& window, std::uint32_t index, std::int64_t from_ms,
                     std::uint32_t readings, std::int64_t step_ms = 1000) {
  Random random(from_ms == 0 ? 1 : static_cast<std::uint64_t>(from_ms));
  for (std::uint32_t i = 0; i < readings; ++i) {
    CHECK(is_ok(window.add(index, from_ms + i * step_ms, noise(random))));
  }
}

}  // namespace

TEST_GROUP(Telemetry){};

TEST(Telemetry, T1_reads_back_every_bit_of_a_value_its_time_and_its_quality) {
  WindowUnderTest window(1, 64);
  const double values[] = {0.0,
                           -0.0,
                           21.5,
                           -1e300,
                           std::numeric_limits<double>::denorm_min(),
                           std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity(),
                           std::bit_cast<double>(0x7FF8'0000'DEAD'BEEFULL),
                           std::bit_cast<double>(0x7FF0'0000'0000'0001ULL),  // signalling
                           0.1 + 0.2};
  std::vector<Reading> given;
  std::int64_t at_ms = 5;
  for (std::uint32_t round = 0; round < 100; ++round) {
    for (const double value : values) {
      const auto quality = static_cast<Quality>(given.size() % kQualityCount);
      given.push_back({{at_ms}, value, sensor(0), quality});
      CHECK(is_ok(window.add(0, at_ms, value, quality)));
      at_ms += 1 + static_cast<std::int64_t>(given.size() % 7) * 333;
    }
  }
  CHECK(same(given, window.all(0)));
}

TEST(Telemetry, T1_keeps_a_quality_that_lasts_for_one_reading_among_thousands) {
  WindowUnderTest window(1, 8);
  constexpr std::int64_t kDoubted = 1234;
  for (std::int64_t second = 0; second < 5000; ++second) {
    CHECK(is_ok(window.add(0, second * 1000, 20.5,
                           second == kDoubted ? Quality::uncertain : Quality::good)));
  }
  const std::vector<Reading> all = window.all(0);
  LONGS_EQUAL(1, std::count_if(all.begin(), all.end(),
                               [](const Reading& r) { return r.quality != Quality::good; }));
  CHECK(all[kDoubted].quality == Quality::uncertain);
}

TEST(Telemetry, T2_numbers_the_readings_of_a_sensor_in_the_order_of_their_times) {
  WindowUnderTest window(2, 16);
  for (const std::int64_t at : {10, 20, 40, 30, 40, 35})
    (void)window.telemetry->add(
        {.at = {at}, .value = 1, .sensor = sensor(1), .quality = Quality::good}, {50});
  const std::vector<Reading> all = window.all(1);
  LONGS_EQUAL(6, all.size());
  CHECK(std::is_sorted(all.begin(), all.end(),
                       [](const Reading& a, const Reading& b) { return a.at < b.at; }));
  LONGS_EQUAL(6, window.telemetry->series(sensor(1)).end());
}

TEST(Telemetry, T3_what_was_taken_is_held_or_counted_as_dropped) {
  WindowUnderTest window(2, 40, 1024, hours(1));
  fill_with_noise(window, 0, 0, 3000);
  window.telemetry->prune({3'000'000 + hours(1).ms / 2});
  fill_with_noise(window, 1, 5'000'000, 6000);
  const Counts& counts = window.telemetry->counts();
  CHECK(counts.expired > 0);
  CHECK(counts.evicted > 0);
  UNSIGNED_LONGLONGS_EQUAL(9000, counts.taken);
  UNSIGNED_LONGLONGS_EQUAL(9000 - counts.expired - counts.evicted, window.telemetry->held());
}

TEST(Telemetry, T3_what_is_refused_is_counted_by_its_reason) {
  WindowUnderTest window(1, 8);
  CHECK(is_ok(window.add(0, 1000, 1)));
  CHECK(window.add(7, 1000, 1) == Status::invalid);
  const Reading tomorrow{.at = {2001}, .value = 1, .sensor = sensor(0), .quality = Quality::good};
  CHECK(window.telemetry->add(tomorrow, {2000}) == Status::invalid);
  const ScanValue values[] = {{1.0, sensor(0), Quality::good}, {1.0, sensor(9), Quality::good}};
  UNSIGNED_LONGS_EQUAL(0, window.telemetry->add_scan(0, {3000}, values, {2999}));
  UNSIGNED_LONGS_EQUAL(1, window.telemetry->add_scan(0, {3000}, values, {3000}));
  UNSIGNED_LONGLONGS_EQUAL(2, window.telemetry->counts().taken);
  UNSIGNED_LONGLONGS_EQUAL(2, window.telemetry->counts().refused_unknown);
  UNSIGNED_LONGLONGS_EQUAL(3, window.telemetry->counts().refused_future);
}

TEST(Telemetry, T4_keeps_a_block_whose_newest_reading_is_exactly_as_old_as_the_window) {
  WindowUnderTest window(1, 32);
  fill_with_noise(window, 0, 0, 1000);
  const Ground& ground = window.telemetry->ground();
  const BlockHeader& oldest = ground.pool.header(window.telemetry->series(sensor(0)).head());
  const std::int64_t newest_of_oldest_ms = oldest.last_at_low;
  const Uptime edge = Uptime{newest_of_oldest_ms} + hours(24);
  UNSIGNED_LONGLONGS_EQUAL(0, window.telemetry->prune(edge));
  UNSIGNED_LONGLONGS_EQUAL(oldest.count, window.telemetry->prune(edge + milliseconds(1)));
}

TEST(Telemetry, T4_drops_the_blocks_of_the_hours_that_passed_and_no_others) {
  WindowUnderTest window(1, 256, 1024, hours(2));
  fill_with_noise(window, 0, 0, 4 * 3600);
  window.telemetry->prune(Uptime{} + hours(4));
  const std::vector<Reading> all = window.all(0);
  CHECK(all.front().at > Uptime{} + hours(2) - minutes(4));  // one block, at most 150 readings
  CHECK(all.front().at <= Uptime{} + hours(2));
  LONGS_EQUAL((4 * 3600 - 1) * 1000, all.back().at.ms);
}

TEST(Telemetry, T4_forgets_even_the_staged_readings_of_a_sensor_that_fell_silent_but_not_the_last) {
  WindowUnderTest window(1, 8);
  CHECK(is_ok(window.add(0, 0, 4.5)));
  UNSIGNED_LONGLONGS_EQUAL(0, window.telemetry->prune(Uptime{} + hours(24)));
  UNSIGNED_LONGLONGS_EQUAL(1, window.telemetry->prune(Uptime{1} + hours(24)));
  UNSIGNED_LONGLONGS_EQUAL(0, window.telemetry->held());
  Latest latest;
  CHECK(is_ok(window.telemetry->latest(sensor(0), Uptime{} + hours(25), latest)));
  DOUBLES_EQUAL(4.5, latest.value, 0);
  CHECK(latest.stale);
}

TEST(Telemetry, T5_a_flooding_sensor_shortens_nobody_who_keeps_to_his_share) {
  constexpr std::uint32_t kSensors = 4, kBlocks = 64;
  WindowUnderTest window(kSensors, kBlocks);
  for (std::uint32_t i = 0; i < 3; ++i) fill_with_noise(window, i, 0, 1500);  // 12 blocks of 16
  std::vector<Reading> before[3];
  for (std::uint32_t i = 0; i < 3; ++i) before[i] = window.all(i);
  fill_with_noise(window, 3, 0, 50'000, 1);
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(same(before[i], window.all(i)));
  CHECK(window.telemetry->counts().evicted > 40'000);
  CHECK(window.telemetry->series(sensor(3)).block_count() >= kBlocks / kSensors);
}

TEST(Telemetry, T5_when_all_flood_alike_all_keep_about_the_same) {
  constexpr std::uint32_t kSensors = 4;
  WindowUnderTest window(kSensors, 64);
  Random random(3);
  for (std::int64_t at = 1; at <= 20'000; ++at) {
    ScanValue values[kSensors];
    for (std::uint32_t i = 0; i < kSensors; ++i) values[i] = {noise(random), sensor(i), {}};
    UNSIGNED_LONGS_EQUAL(kSensors, window.telemetry->add_scan(0, {at}, values, {at}));
  }
  for (std::uint32_t i = 0; i < kSensors; ++i) {
    const std::uint32_t blocks = window.telemetry->series(sensor(i)).block_count();
    CHECK(blocks >= 14 && blocks <= 16);
  }
}

TEST(Telemetry, T6_tells_a_reader_who_falls_behind_how_many_readings_it_missed) {
  WindowUnderTest window(1, 4);
  fill_with_noise(window, 0, 0, 100);
  SeriesReader reader = window.telemetry->reader(sensor(0), 0);
  std::vector<Reading> page(10);
  UNSIGNED_LONGS_EQUAL(10, reader.read(page));
  fill_with_noise(window, 0, 100'000, 2000);
  const Sequence first = window.telemetry->series(sensor(0)).first();
  CHECK(first > 10);
  UNSIGNED_LONGS_EQUAL(10, reader.read(page));
  UNSIGNED_LONGLONGS_EQUAL(static_cast<std::uint64_t>(first) - 10, reader.missed());
  LONGLONGS_EQUAL(first + 10, reader.next());
}

TEST(Telemetry, T7_takes_whatever_comes_in_the_memory_it_was_given) {
  constexpr std::uint32_t kSensors = 3;
  WindowUnderTest window(kSensors, 4 * kSensors);
  Random random(5);
  for (std::int64_t at = 0; at < 40'000; ++at) {
    const auto index = static_cast<std::uint32_t>(random.below(kSensors));
    const auto quality = static_cast<Quality>(random.below(kQualityCount));
    const double value = std::bit_cast<double>(random.next());
    CHECK(is_ok(window.add(index, at * 70'000, value, quality)));
  }
  UNSIGNED_LONGLONGS_EQUAL(40'000, window.telemetry->counts().taken);
}

TEST(Telemetry, T7_makes_do_with_less_of_its_memory_and_never_touches_the_rest) {
  WindowUnderTest window(2, 40);
  CHECK(is_ok(window.add(0, 1, 0.5)));
  const std::size_t bytes = Telemetry::bytes_for(window.capacities, 20);
  UNSIGNED_LONGS_EQUAL(bytes, window.telemetry->lower_to(bytes));
  UNSIGNED_LONGS_EQUAL(20, window.telemetry->report().blocks);
  Random random(9);
  for (std::int64_t at_ms = 2; at_ms < 40'000; ++at_ms) {
    CHECK(is_ok(window.add(at_ms % 2 == 0 ? 0 : 1, at_ms, noise(random))));
  }
  CHECK(window.telemetry->counts().evicted > 0);
  const std::span<const std::uint64_t> all = window.memory;
  CHECK(std::ranges::all_of(all.last(18 * 1024 / 8), [](std::uint64_t word) { return word == 0; }));
}

TEST(Telemetry, keeps_all_its_memory_where_blocks_are_in_use_all_over_it) {
  WindowUnderTest window(2, 40);
  Random random(9);
  for (std::int64_t at_ms = 1; at_ms < 40'000; ++at_ms) {
    CHECK(is_ok(window.add(0, at_ms, noise(random))));
  }
  window.telemetry->lower_to(Telemetry::bytes_for(window.capacities, 20));
  UNSIGNED_LONGS_EQUAL(40, window.telemetry->report().blocks);
}

TEST(Telemetry, gives_the_latest_value_with_its_age_and_says_when_it_is_stale) {
  WindowUnderTest window(2, 8);
  window.telemetry->configure(sensor(1), {.stale_after = seconds(60), .hints = {}});
  Latest latest;
  CHECK(window.telemetry->latest(sensor(0), {0}, latest) == Status::not_found);
  CHECK(window.telemetry->latest(sensor(2), {0}, latest) == Status::invalid);
  CHECK(is_ok(window.add(0, 1000, 7.25, Quality::uncertain)));
  CHECK(is_ok(window.add(1, 1000, 8)));
  CHECK(is_ok(window.telemetry->latest(sensor(0), {6000}, latest)));
  CHECK_FALSE(latest.stale);
  LONGLONGS_EQUAL(5000, latest.age.ms);
  DOUBLES_EQUAL(7.25, latest.value, 0);
  CHECK(latest.quality == Quality::uncertain);
  CHECK(is_ok(window.telemetry->latest(sensor(0), {6001}, latest)));
  CHECK(latest.stale);
  CHECK(is_ok(window.telemetry->latest(sensor(1), {61'000}, latest)));
  CHECK_FALSE(latest.stale);
}

TEST(Telemetry, keeps_a_late_reading_in_order_while_its_place_is_still_staged) {
  WindowUnderTest window(1, 8);
  for (const std::int64_t at : {1000, 2000, 3000}) CHECK(is_ok(window.add(0, at, 1)));
  CHECK(is_ok(window.add(0, 1500, 2)));
  const std::vector<Reading> all = window.all(0);
  LONGS_EQUAL(4, all.size());
  LONGLONGS_EQUAL(1500, all[1].at.ms);
  DOUBLES_EQUAL(2, all[1].value, 0);
  UNSIGNED_LONGLONGS_EQUAL(1, window.telemetry->counts().taken_late);
}

TEST(Telemetry, refuses_a_late_reading_whose_place_is_in_a_block_already) {
  WindowUnderTest window(1, 8);
  for (std::int64_t second = 1; second <= 200; ++second) {
    CHECK(is_ok(window.add(0, second * 1000, 1)));
  }
  CHECK(window.add(0, 1500, 2) == Status::refused);
  UNSIGNED_LONGLONGS_EQUAL(1, window.telemetry->counts().refused_late);
  LONGS_EQUAL(200, window.all(0).size());
}

TEST(Telemetry, lets_the_latest_value_be_the_newest_even_after_a_late_one) {
  WindowUnderTest window(1, 8);
  CHECK(is_ok(window.add(0, 3000, 1)));
  CHECK(is_ok(window.add(0, 2000, 2)));
  Latest latest;
  CHECK(is_ok(window.telemetry->latest(sensor(0), {3000}, latest)));
  DOUBLES_EQUAL(1, latest.value, 0);
}

TEST(Telemetry, takes_a_burst_of_one_sensor_within_one_scan) {
  WindowUnderTest window(2, 8);
  std::vector<ScanValue> values(200, {3.5, sensor(1), Quality::good});
  values.push_back({1.0, sensor(0), Quality::good});
  UNSIGNED_LONGS_EQUAL(201, window.telemetry->add_scan(0, {1000}, values, {1000}));
  LONGS_EQUAL(200, window.all(1).size());
  LONGLONGS_EQUAL(1000, window.all(1).back().at.ms);
}

TEST(Telemetry,
     says_how_many_hours_it_holds_at_the_present_rate_and_warns_when_a_day_does_not_fit) {
  WindowUnderTest roomy(1, 2000), tight(1, 100);
  for (WindowUnderTest* window : {&roomy, &tight}) {
    CHECK_FALSE(window->telemetry->report().below_window);  // nothing is known yet
    fill_with_noise(*window, 0, 0, 3600);
  }
  // What an hour of this noise takes is what the roomy one has in use.
  const WindowReport enough = roomy.telemetry->report();
  const double blocks_per_hour = enough.blocks - enough.blocks_free;
  CHECK_FALSE(enough.below_window);
  DOUBLES_EQUAL(2000 / blocks_per_hour, enough.hours, 5);
  const WindowReport short_of_it = tight.telemetry->report();
  CHECK(short_of_it.below_window);
  DOUBLES_EQUAL(100 / blocks_per_hour, short_of_it.hours, 0.5);
  DOUBLES_EQUAL(24 * blocks_per_hour, short_of_it.blocks_recommended, 24);
}

TEST(Telemetry, holds_the_window_with_as_many_blocks_as_it_recommends) {
  constexpr std::uint32_t kSensors = 8;
  WindowUnderTest trial(kSensors, 2000, 1024, hours(2));
  const auto pour = [](WindowUnderTest& window) {
    Random random(9);
    for (std::int64_t second = 1; second <= 4 * 3600; ++second) {
      ScanValue values[kSensors];
      for (std::uint32_t i = 0; i < kSensors; ++i) {
        values[i] = {static_cast<double>(random.below(1U << (2 * i))), sensor(i), Quality::good};
      }
      window.telemetry->add_scan(0, {second * 1000}, values, {second * 1000});
      if (second % 60 == 0) window.telemetry->prune({second * 1000});
    }
  };
  pour(trial);
  WindowUnderTest exact(kSensors, trial.telemetry->report().blocks_recommended, 1024, hours(2));
  pour(exact);
  const std::uint64_t two_hours = kSensors * 7200;
  CHECK(exact.telemetry->held() >= two_hours);
  UNSIGNED_LONGLONGS_EQUAL(0, exact.telemetry->counts().evicted);
}

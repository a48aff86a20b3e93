// Telemetry::put_back(): the window is rebuilt after a restart, newest first.

#include <CppUTest/TestHarness.h>

#include "tests/unit/stores/telemetry/window_under_test.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::stores::telemetry;

namespace {

std::vector<Reading> earlier_boot(std::uint32_t readings) {
  Random random(8);
  std::vector<Reading> all;
  for (std::uint32_t i = 0; i < readings; ++i) {
    const std::int64_t before_boot_ms = -std::int64_t{readings - i} * 1000;
    all.push_back({{before_boot_ms},
                   static_cast<double>(random.below(500)) / 10,
                   sensor(0),
                   random.chance(1, 100) ? Quality::uncertain : Quality::good});
  }
  return all;
}

}  // namespace

TEST_GROUP(Rehydration){};

TEST(Rehydration, puts_what_was_before_the_restart_in_front_of_what_came_after_it) {
  WindowUnderTest window(1, 64);
  const std::vector<Reading> earlier = earlier_boot(6000);
  std::vector<Reading> expected = earlier;
  constexpr std::size_t kFrame = 600;
  std::int64_t now_ms = 0;
  for (std::size_t end = earlier.size(); end > 0; end -= kFrame) {
    const std::span frame = std::span{earlier}.subspan(end - kFrame, kFrame);
    CHECK(is_ok(window.telemetry->put_back(sensor(0), frame, {now_ms})));
    for (std::uint32_t i = 0; i < 100; ++i, now_ms += 1000) {
      CHECK(is_ok(window.add(0, now_ms, 5)));
      expected.push_back({{now_ms}, 5, sensor(0), Quality::good});
    }
  }
  CHECK(same(expected, window.all(0)));
  UNSIGNED_LONGLONGS_EQUAL(6000, window.telemetry->counts().put_back);
}

TEST(Rehydration, takes_hardly_more_blocks_than_if_the_readings_had_come_in_order) {
  constexpr std::uint32_t kReadings = 36'000;
  const std::vector<Reading> earlier = earlier_boot(kReadings);
  WindowUnderTest in_order(1, 200);
  for (const Reading& reading : earlier) {
    CHECK(is_ok(in_order.telemetry->add(reading, {0})));
  }
  const std::uint32_t blocks = in_order.telemetry->series(sensor(0)).block_count();
  for (const std::size_t frame_readings : {100U, 600U, 1200U, 3600U}) {
    WindowUnderTest put_back(1, 200);
    for (std::size_t end = kReadings; end > 0; end -= frame_readings) {
      const std::span frame = std::span{earlier}.subspan(end - frame_readings, frame_readings);
      CHECK(is_ok(put_back.telemetry->put_back(sensor(0), frame, {0})));
    }
    CHECK(same(earlier, put_back.all(0)));
    CHECK(put_back.telemetry->series(sensor(0)).block_count() <= blocks + blocks / 10);
  }
}

// Its blocks would hold thousands of readings, and be written anew for each frame that comes.
TEST(Rehydration, fills_blocks_of_a_sensor_that_hardly_changes_only_when_they_are_scarce) {
  constexpr std::int64_t kDay = 86'400;
  std::vector<Reading> earlier;
  for (std::int64_t at = -kDay; at < 0; ++at) {
    earlier.push_back({{at * 1000}, 230, sensor(0), Quality::good});
  }
  for (const std::uint32_t blocks : {1000U, 60U}) {
    WindowUnderTest window(1, blocks);
    for (std::size_t end = earlier.size(); end > 0; end -= 600) {
      const std::span frame = std::span{earlier}.subspan(end - 600, 600);
      CHECK(is_ok(window.telemetry->put_back(sensor(0), frame, {0})));
    }
    CHECK(same(earlier, window.all(0)));
    const std::uint32_t taken = window.telemetry->series(sensor(0)).block_count();
    const std::uint32_t share = limits::kBoard.telemetry_bytes /
                                limits::kBoard.telemetry_block_bytes / limits::kBoard.sensors_max;
    CHECK(blocks == 60 ? taken < blocks : taken > 45 && taken < share);
  }
}

TEST(Rehydration, makes_the_last_value_before_the_restart_the_latest_until_there_is_a_new_one) {
  WindowUnderTest window(1, 8);
  const std::vector<Reading> earlier = earlier_boot(10);
  CHECK(is_ok(window.telemetry->put_back(sensor(0), earlier, {0})));
  Latest latest;
  CHECK(is_ok(window.telemetry->latest(sensor(0), {2000}, latest)));
  DOUBLES_EQUAL(earlier.back().value, latest.value, 0);
  LONGLONGS_EQUAL(3000, latest.age.ms);
  CHECK(is_ok(window.add(0, 2500, 77)));
  CHECK(is_ok(window.telemetry->latest(sensor(0), {2500}, latest)));
  DOUBLES_EQUAL(77, latest.value, 0);
}

TEST(Rehydration, leaves_out_what_is_older_than_the_window) {
  WindowUnderTest window(1, 128, 1024, hours(1));
  const std::vector<Reading> earlier = earlier_boot(7200);
  CHECK(is_ok(window.telemetry->put_back(sensor(0), earlier, {0})));
  UNSIGNED_LONGLONGS_EQUAL(3600, window.telemetry->held());
}

TEST(Rehydration, says_full_rather_than_drop_anything) {
  WindowUnderTest window(1, 6);
  Random random(4);
  for (std::int64_t at = 0; at < 300; ++at) CHECK(is_ok(window.add(0, at, random.fraction())));
  const std::vector<Reading> before = window.all(0);
  const std::vector<Reading> earlier = earlier_boot(600);
  CHECK(window.telemetry->put_back(sensor(0), earlier, {300}) == Status::full);
  CHECK(same(before, window.all(0)));
}

TEST(Rehydration, refuses_what_is_not_in_order_or_not_older_than_what_is_held) {
  WindowUnderTest window(1, 16);
  CHECK(is_ok(window.add(0, 0, 1)));
  std::vector<Reading> earlier = earlier_boot(10);
  std::swap(earlier[3], earlier[4]);
  CHECK(window.telemetry->put_back(sensor(0), earlier, {0}) == Status::invalid);
  const Reading newer{{1}, 1, sensor(0), Quality::good};
  CHECK(window.telemetry->put_back(sensor(0), {&newer, 1}, {1}) == Status::invalid);
  CHECK(window.telemetry->put_back(sensor(5), earlier, {0}) == Status::invalid);
}

TEST(Rehydration, gives_way_to_new_readings_when_the_pool_is_full) {
  WindowUnderTest window(1, 16);
  const std::vector<Reading> earlier = earlier_boot(20'000);
  for (std::size_t end = earlier.size(); end > 0; end -= 500) {
    const std::span frame = std::span{earlier}.subspan(end - 500, 500);
    if (window.telemetry->put_back(sensor(0), frame, {0}) == Status::full) break;
  }
  Random random(4);
  for (std::int64_t at = 0; at < 3000; ++at) CHECK(is_ok(window.add(0, at, random.fraction())));
  CHECK(window.all(0).back().at == Uptime{2999});
}

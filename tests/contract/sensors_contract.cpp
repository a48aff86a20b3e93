// hal/sensors.h, clause by clause.
#include <CppUTest/TestHarness.h>

#include <array>
#include <map>

#include "tests/contract/board_under_test.h"

using namespace hf;

TEST_GROUP(SensorsContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  hal::Sensors& sensors() { return world->board().sensors; }

  bool measure(std::uint16_t sensor, double value) {
    const Uptime now = world->board().clock.uptime();
    return world->measure({.at = now, .value = value, .sensor = {sensor}});
  }
  std::vector<Reading> take_all() {
    std::vector<Reading> all;
    std::array<Reading, 64> some;
    for (;;) {
      const std::uint32_t count = sensors().take(some);
      all.insert(all.end(), some.begin(), some.begin() + count);
      if (count < some.size()) return all;
    }
  }
};

TEST(SensorsContract, clause_1_nothing_measured_is_nothing_taken) {
  std::array<Reading, 4> readings;
  UNSIGNED_LONGS_EQUAL(0, sensors().take(readings));
  UNSIGNED_LONGS_EQUAL(0, sensors().take({}));
  UNSIGNED_LONGLONGS_EQUAL(0, sensors().missed());
}

TEST(SensorsContract, clause_1_samples_of_a_sensor_come_oldest_first) {
  for (int i = 0; i < 100; ++i) {
    HF_NEEDS(measure(static_cast<std::uint16_t>(i % 3), i));
    world->pass(milliseconds(1));
  }
  const auto readings = take_all();
  UNSIGNED_LONGS_EQUAL(100, readings.size());
  std::map<std::uint16_t, double> last;
  for (const Reading& reading : readings) {
    const auto before = last.find(reading.sensor.value);
    if (before != last.end()) CHECK(reading.value > before->second);
    last[reading.sensor.value] = reading.value;
  }
}

TEST(SensorsContract, clause_2_a_sample_is_returned_once) {
  for (int i = 0; i < 10; ++i) HF_NEEDS(measure(1, i));
  std::array<Reading, 7> readings;
  UNSIGNED_LONGS_EQUAL(7, sensors().take(readings));
  UNSIGNED_LONGS_EQUAL(3, sensors().take(readings));
  UNSIGNED_LONGS_EQUAL(0, sensors().take(readings));
}

TEST(SensorsContract, clause_3_what_nobody_took_is_counted_and_the_oldest_go_first) {
  constexpr int kMeasured = 100'000;
  for (int i = 0; i < kMeasured; ++i) HF_NEEDS(measure(1, i));
  const auto readings = take_all();
  CHECK(sensors().missed() > 0);
  UNSIGNED_LONGLONGS_EQUAL(kMeasured, sensors().missed() + readings.size());
  CHECK(readings.back().value == kMeasured - 1);
  CHECK(readings.front().value == static_cast<double>(sensors().missed()));
}

TEST(SensorsContract, clause_4_a_sample_keeps_its_moment) {
  HF_NEEDS(measure(1, 21.5));
  const Uptime measured_at = world->board().clock.uptime();
  world->pass(milliseconds(50));
  const auto readings = take_all();
  UNSIGNED_LONGS_EQUAL(1, readings.size());
  CHECK(readings[0].at <= measured_at);
  CHECK(measured_at - readings[0].at < milliseconds(40));
  CHECK(readings[0].value == 21.5);
  CHECK(readings[0].quality == Quality::good);
}

TEST(SensorsContract, clause_5_a_sensor_that_is_not_to_be_read_is_silent_and_all_others_go_on) {
  sensors().pace({1}, seconds(1));
  sensors().pace({2}, seconds(1));
  sensors().pace({1}, {});
  for (int i = 0; i < 5; ++i) {
    HF_NEEDS(measure(1, i));
    HF_NEEDS(measure(2, i));
    world->pass(milliseconds(1));
  }
  const auto without = take_all();
  UNSIGNED_LONGS_EQUAL(5, without.size());
  for (const Reading& reading : without) CHECK(reading.sensor == SensorIndex{2});
  UNSIGNED_LONGLONGS_EQUAL(0, sensors().missed());
  sensors().pace({1}, minutes(1));
  HF_NEEDS(measure(1, 7));
  UNSIGNED_LONGS_EQUAL(1, take_all().size());
}

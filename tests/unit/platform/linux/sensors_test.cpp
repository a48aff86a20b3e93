#include "platform/linux/sensors.h"

#include <CppUTest/TestHarness.h>

#include <cmath>
#include <vector>

#include "platform/linux/replayed_sensors.h"
#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

namespace {

constexpr std::uint32_t kMax = ReadingRing::kReadingsMax;

Reading numbered(std::uint32_t number) {
  return {.at = Uptime{number}, .value = double(number), .sensor = {}, .quality = Quality::good};
}

}  // namespace

TEST_GROUP(ReadingRingOfSensors) {
  ReadingRing ring;
  std::vector<Reading> taken{kMax + 10};
};

TEST(ReadingRingOfSensors, gives_back_in_order_what_was_put) {
  for (std::uint32_t i = 0; i < 5; ++i) ring.put(numbered(i));
  LONGS_EQUAL(2, ring.take(std::span{taken}.first(2)));
  LONGS_EQUAL(3, ring.take(std::span{taken}.subspan(2)));
  for (std::uint32_t i = 0; i < 5; ++i) CHECK(taken[i].at == Uptime{i});
  LONGS_EQUAL(0, ring.take(taken));
  LONGS_EQUAL(0, ring.missed());
}

TEST(ReadingRingOfSensors, when_nobody_takes_the_oldest_go_and_are_counted) {
  for (std::uint32_t i = 0; i < kMax + 7; ++i) ring.put(numbered(i));
  LONGS_EQUAL(7, ring.missed());
  LONGS_EQUAL(kMax, ring.take(taken));
  for (std::uint32_t i = 0; i < kMax; ++i) CHECK(taken[i].at == Uptime{i + 7});
}

TEST_GROUP(ReplayedSensorsOfAFile) {
  test::TemporaryFolder folder;
  ReadingRing ring;
  std::vector<Reading> taken{kMax};

  std::string file(const std::string& rows) {
    folder.write("pump.csv", "timestamp_ms,sensor_id,value\n" + rows);
    return folder / "pump.csv";
  }
  std::uint32_t put_until(ReplayedSensors & sensors, Uptime now) {
    sensors.put_due(now, ring);
    return ring.take(taken);
  }
};

TEST(ReplayedSensorsOfAFile, play_at_the_pace_they_were_taken) {
  ReplayedSensors sensors{1};
  CHECK(is_ok(sensors.open(file("5000,a,1\n5000,b,2\n6000,a,3\n").c_str(), Uptime{70'000})));
  LONGS_EQUAL(0, put_until(sensors, Uptime{69'999}));
  LONGS_EQUAL(2, put_until(sensors, Uptime{70'000}));
  CHECK(taken[0].at == Uptime{70'000});
  LONGS_EQUAL(0, taken[0].sensor.value);
  LONGS_EQUAL(1, taken[1].sensor.value);
  LONGS_EQUAL(0, put_until(sensors, Uptime{70'999}));
  CHECK_FALSE(sensors.finished());
  LONGS_EQUAL(1, put_until(sensors, Uptime{75'000}));
  CHECK(taken[0].at == Uptime{71'000});  // when it was due, not when somebody came for it
  DOUBLES_EQUAL(3, taken[0].value, 0);
  CHECK(sensors.finished());
  LONGS_EQUAL(0, put_until(sensors, Uptime{99'000}));
}

TEST(ReplayedSensorsOfAFile, play_faster_when_asked) {
  ReplayedSensors sensors{10};
  CHECK(is_ok(sensors.open(file("0,a,1\n1000,a,2\n2000,a,3\n").c_str(), Uptime{0})));
  LONGS_EQUAL(2, put_until(sensors, Uptime{100}));
  CHECK(taken[1].at == Uptime{100});
}

TEST(ReplayedSensorsOfAFile, number_sensors_in_the_order_they_appear) {
  ReplayedSensors sensors{1};
  CHECK(is_ok(sensors.open(file("0,z,1\n0,a,1\n1000,z,1\n1000,m,1\n").c_str(), Uptime{0})));
  LONGS_EQUAL(3, sensors.sensor_count());
  CHECK(sensors.name_of({0}).text() == "z");
  CHECK(sensors.name_of({1}).text() == "a");
  CHECK(sensors.name_of({2}).text() == "m");
}

TEST(ReplayedSensorsOfAFile, a_value_that_is_no_number_says_so) {
  ReplayedSensors sensors{1};
  CHECK(is_ok(sensors.open(file("0,a,nan\n0,a,1\n").c_str(), Uptime{0})));
  LONGS_EQUAL(2, put_until(sensors, Uptime{0}));
  CHECK(std::isnan(taken[0].value));
  CHECK(taken[0].quality == Quality::not_a_number);
  CHECK(taken[1].quality == Quality::good);
}

TEST(ReplayedSensorsOfAFile, a_fault_in_the_last_line_is_told_at_once) {
  ReplayedSensors sensors{1};
  CHECK(sensors.open(file("0,a,1\n1000,a,1\n2000,a,one\n").c_str(), Uptime{0}) == Status::corrupt);
  STRCMP_CONTAINS("pump.csv:4: expected a number in column value, found \"one\"",
                  std::string{sensors.problem()}.c_str());
  CHECK(sensors.finished());
  LONGS_EQUAL(0, put_until(sensors, Uptime{9'000}));
}

TEST(ReplayedSensorsOfAFile, a_file_without_readings_is_told) {
  ReplayedSensors sensors{1};
  CHECK(sensors.open(file("").c_str(), Uptime{0}) == Status::corrupt);
  STRCMP_CONTAINS("expected at least one reading", std::string{sensors.problem()}.c_str());
}

TEST(ReplayedSensorsOfAFile, more_sensors_than_the_board_has_room_for_are_told) {
  std::string rows;
  for (std::uint32_t i = 0; i <= limits::kBoard.sensors_max; ++i) {
    rows += "0,sensor-" + std::to_string(i) + ",1\n";
  }
  ReplayedSensors sensors{1};
  CHECK(sensors.open(file(rows).c_str(), Uptime{0}) == Status::full);
  const std::string last = "sensor-" + std::to_string(limits::kBoard.sensors_max);
  STRCMP_CONTAINS(last.c_str(), std::string{sensors.problem()}.c_str());
}

TEST(ReplayedSensorsOfAFile, a_file_that_changes_underneath_ends_the_replay_and_is_told) {
  std::string rows;  // more than is read ahead
  for (int i = 0; i < 3000; ++i) rows += std::to_string(i * 1000) + ",a,1\n";
  ReplayedSensors sensors{1};
  CHECK(is_ok(sensors.open(file(rows).c_str(), Uptime{0})));
  folder.write("pump.csv", std::string(rows.size() + 29, '\n'));
  sensors.put_due(Uptime{} + hours(2), ring);
  CHECK(sensors.finished());
  STRCMP_CONTAINS("expected three columns", std::string{sensors.problem()}.c_str());
}

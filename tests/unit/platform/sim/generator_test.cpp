#include "platform/sim/generator.h"

#include <CppUTest/TestHarness.h>

#include <cmath>
#include <set>

using namespace hf;
using sim::Generator;
using sim::SignalKind;

namespace {

std::vector<Reading> an_hour(Generator generator) {
  std::vector<Reading> readings;
  generator.readings_until(Uptime{1000}, readings);
  generator.readings_until(Uptime{3'600'000}, readings);
  return readings;
}

std::vector<Reading> an_hour_of(SignalKind kind) {
  return an_hour(Generator{7, 4, seconds(1), kind});
}

bool is_whole(double value, double per_unit) {
  return std::abs(value * per_unit - std::round(value * per_unit)) < 1e-6;
}

}  // namespace

TEST_GROUP(TheGenerator){};

TEST(TheGenerator, gives_every_sensor_once_a_period_in_order_of_time) {
  const auto readings = an_hour(Generator{1, 50, seconds(10), SignalKind::decimal});
  UNSIGNED_LONGS_EQUAL(50 * 360, readings.size());
  for (std::size_t i = 0; i < readings.size(); ++i) {
    LONGLONGS_EQUAL(1000 + 10'000 * static_cast<std::int64_t>(i / 50), readings[i].at.ms);
    UNSIGNED_LONGS_EQUAL(i % 50, readings[i].sensor.value);
  }
}

TEST(TheGenerator, equal_seeds_give_equal_readings) {
  const auto one = an_hour(Generator{3, 20});
  const auto two = an_hour(Generator{3, 20});
  const auto other = an_hour(Generator{4, 20});
  const auto sum = [](const std::vector<Reading>& readings) {
    double total = 0;
    for (const Reading& reading : readings) {
      if (!std::isnan(reading.value)) total += reading.value;
    }
    return total;
  };
  UNSIGNED_LONGS_EQUAL(one.size(), two.size());
  CHECK(sum(one) == sum(two));
  CHECK(sum(one) != sum(other));
}

TEST(TheGenerator, decimals_have_two_of_them_at_most_and_do_move) {
  std::set<double> values;
  for (const Reading& reading : an_hour_of(SignalKind::decimal)) {
    CHECK(is_whole(reading.value, 100));
    values.insert(reading.value);
  }
  CHECK(values.size() > 10);
}

TEST(TheGenerator, a_converter_has_no_more_values_than_bits_allow) {
  for (std::uint16_t sensor = 0; sensor < 4; ++sensor) {
    std::set<double> values;
    for (const Reading& reading : an_hour_of(SignalKind::converter)) {
      if (reading.sensor.value == sensor) values.insert(reading.value);
    }
    CHECK(values.size() > 3);
    CHECK(values.size() <= 4096);
  }
}

TEST(TheGenerator, a_single_is_a_float_widened) {
  for (const Reading& reading : an_hour_of(SignalKind::single)) {
    CHECK(reading.value == static_cast<double>(static_cast<float>(reading.value)));
  }
}

TEST(TheGenerator, a_counter_never_goes_back) {
  double before[4] = {};
  for (const Reading& reading : an_hour_of(SignalKind::counter)) {
    CHECK(reading.value >= before[reading.sensor.value]);
    before[reading.sensor.value] = reading.value;
  }
}

TEST(TheGenerator, a_switch_is_on_or_off) {
  for (const Reading& reading : an_hour_of(SignalKind::on_off)) {
    CHECK(reading.value == 0 || reading.value == 1);
  }
}

TEST(TheGenerator, a_burst_is_many_readings_at_once_after_silence) {
  const auto readings = an_hour(Generator{7, 1, seconds(1), SignalKind::bursting});
  std::set<std::int64_t> moments;
  for (const Reading& reading : readings) moments.insert(reading.at.ms);
  CHECK(moments.size() < 200);
  CHECK(readings.size() >= 20 * moments.size());
}

TEST(TheGenerator, a_flaky_sensor_marks_what_is_no_value) {
  int good = 0;
  int nan = 0;
  int silent = 0;
  for (const Reading& reading : an_hour_of(SignalKind::flaky)) {
    if (reading.quality == Quality::good) ++good;
    if (reading.quality == Quality::not_a_number) ++nan;
    if (reading.quality == Quality::no_contact) ++silent;
    CHECK_EQUAL(reading.quality == Quality::not_a_number, std::isnan(reading.value));
  }
  CHECK(good > nan + silent);
  CHECK(nan > 0);
  CHECK(silent > 0);
}

TEST(TheGenerator, a_typical_machine_has_every_kind) {
  const Generator generator{1, 400};
  std::set<SignalKind> kinds;
  for (std::uint16_t i = 0; i < generator.sensors(); ++i) kinds.insert(generator.kind({i}));
  UNSIGNED_LONGS_EQUAL(sim::kSignalKindCount, kinds.size());
}

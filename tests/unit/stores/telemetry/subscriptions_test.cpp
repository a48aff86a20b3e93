#include "stores/telemetry/subscriptions.h"

#include <CppUTest/TestHarness.h>

#include "tests/unit/stores/telemetry/window_under_test.h"

using namespace hf;
using namespace hf::stores::telemetry;

namespace {

SensorName name(std::string_view equipment, std::string_view sensor_name) {
  SensorName name;
  CHECK(is_ok(EquipmentId::parse(equipment, name.equipment)));
  CHECK(is_ok(SensorId::parse(sensor_name, name.sensor)));
  return name;
}

SensorSet set_of(std::initializer_list<std::uint32_t> sensors) {
  SensorSet set;
  for (const std::uint32_t index : sensors) set.add(sensor(index));
  return set;
}

}  // namespace

TEST_GROUP(SubscriptionsToSensors) {
  Subscriptions subscriptions;
  Subscriptions::Due due;
};

TEST(SubscriptionsToSensors, a_pattern_selects_a_sensor_an_equipment_or_all) {
  const SensorName names[] = {name("pump", "flow"), name("pump", "heat"), name("press", "heat")};
  SensorSet sensors;
  CHECK(is_ok(select("pump/heat", names, sensors)));
  CHECK(sensors == set_of({1}));
  CHECK(is_ok(select("pump/*", names, sensors)));
  CHECK(sensors == set_of({0, 1}));
  CHECK(is_ok(select("*", names, sensors)));
  CHECK(sensors == set_of({0, 1, 2}));
  CHECK(select("fan/*", names, sensors) == Status::not_found);
  for (const char* wrong : {"", "pump", "/", "pump/", "*/heat", "pump/heat/x", "pump/#", "**"}) {
    CHECK(select(wrong, names, sensors) == Status::invalid);
  }
}

TEST(SubscriptionsToSensors, a_subscriber_is_told_of_its_sensors_only) {
  const SubscriptionId one = subscriptions.subscribe(set_of({1, 2})).value();
  subscriptions.note(set_of({3}));
  CHECK_FALSE(subscriptions.next_due({1000}, due));
  subscriptions.note(set_of({2, 3}));
  CHECK(subscriptions.next_due({1000}, due));
  CHECK(due.subscription == one);
  CHECK(due.sensors == set_of({2}));
  CHECK_FALSE(subscriptions.next_due({1000}, due));
}

TEST(SubscriptionsToSensors, what_happens_within_100_ms_is_told_together) {
  CHECK(subscriptions.subscribe(set_of({1, 2, 3})).ok());
  subscriptions.note(set_of({1}));
  CHECK(subscriptions.next_due({1000}, due));
  subscriptions.note(set_of({2}));
  subscriptions.note(set_of({3}));
  CHECK_FALSE(subscriptions.next_due({1099}, due));
  CHECK(subscriptions.next_due({1100}, due));
  CHECK(due.sensors == set_of({2, 3}));
}

TEST(SubscriptionsToSensors, nobody_is_told_more_than_ten_times_a_second) {
  CHECK(subscriptions.subscribe(set_of({1})).ok());
  std::uint32_t told = 0;
  for (std::int64_t ms = 0; ms < 10'000; ++ms) {
    subscriptions.note(set_of({1}));
    if (subscriptions.next_due({ms}, due)) ++told;
  }
  UNSIGNED_LONGS_EQUAL(100, told);
}

TEST(SubscriptionsToSensors, all_who_are_due_have_their_turn) {
  std::uint32_t told[3] = {};
  SubscriptionId ids[3];
  for (SubscriptionId& id : ids) id = subscriptions.subscribe(set_of({1})).value();
  for (std::int64_t turn = 0; turn < 9; ++turn) {  // one each turn, all always due
    subscriptions.note(set_of({1}));
    CHECK(subscriptions.next_due({turn * 1000}, due));
    for (std::uint32_t i = 0; i < 3; ++i) told[i] += due.subscription == ids[i] ? 1 : 0;
  }
  for (const std::uint32_t times : told) UNSIGNED_LONGS_EQUAL(3, times);
}

TEST(SubscriptionsToSensors, there_are_only_so_many_and_one_that_ends_makes_room) {
  SubscriptionId first;
  for (std::uint32_t i = 0; i < limits::kBoard.telemetry_subscriptions_max; ++i) {
    const SubscriptionId id = subscriptions.subscribe(set_of({1})).value();
    if (i == 0) first = id;
  }
  CHECK(subscriptions.subscribe(set_of({1})).status() == Status::full);
  CHECK(is_ok(subscriptions.unsubscribe(first)));
  CHECK(subscriptions.unsubscribe(first) == Status::not_found);
  CHECK(subscriptions.subscribe(set_of({1})).ok());
  UNSIGNED_LONGS_EQUAL(limits::kBoard.telemetry_subscriptions_max, subscriptions.count());
}

TEST(SubscriptionsToSensors, the_window_says_which_sensors_were_read) {
  WindowUnderTest window(4, 16);
  CHECK(is_ok(window.add(2, 1000, 1)));
  const ScanValue values[] = {{1.0, sensor(0), Quality::good}, {1.0, sensor(3), Quality::good}};
  window.telemetry->add_scan(0, {2000}, values, {2000});
  CHECK(window.telemetry->take_touched() == set_of({0, 2, 3}));
  CHECK(window.telemetry->take_touched().empty());
}

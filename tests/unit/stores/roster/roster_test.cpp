#include "stores/roster/roster.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <cmath>

using namespace hf;
using namespace hf::stores;

namespace {

SensorFacts facts_of(std::string_view equipment, std::string_view sensor) {
  SensorFacts facts;
  CHECK(is_ok(EquipmentId::parse(equipment, facts.equipment)));
  CHECK(is_ok(SensorId::parse(sensor, facts.sensor)));
  return facts;
}

}  // namespace

TEST_GROUP(SensorRoster) {
  std::array<SensorEntry, 3> memory{};
  Roster roster{memory};
};

TEST(SensorRoster, R1_two_sensors_of_one_equipment_never_have_the_same_name) {
  CHECK(roster.add(facts_of("pump", "flow")).ok());
  CHECK(roster.add(facts_of("pump", "flow")).status() == Status::busy);
  CHECK(roster.add(facts_of("fan", "flow")).ok());
}

TEST(SensorRoster, R2_an_index_stays_the_sensors_while_others_come) {
  const SensorIndex flow = roster.add(facts_of("pump", "flow")).value();
  CHECK(roster.add(facts_of("pump", "heat")).ok());
  CHECK(roster.find(facts_of("pump", "flow").equipment, facts_of("pump", "flow").sensor).value() ==
        flow);
  CHECK(roster.at(flow).sensor.text() == "flow");
}

TEST(SensorRoster, R3_the_fingerprint_differs_when_a_name_an_order_or_a_border_differs) {
  const auto fingerprint = [](std::initializer_list<SensorFacts> sensors) {
    std::array<SensorEntry, 3> room{};
    Roster other{room};
    for (const SensorFacts& facts : sensors) CHECK(other.add(facts).ok());
    return other.fingerprint();
  };
  const auto a = facts_of("pump", "flow");
  const auto b = facts_of("pump", "heat");
  CHECK(fingerprint({a, b}) == fingerprint({a, b}));
  CHECK(fingerprint({a, b}) != fingerprint({b, a}));
  CHECK(fingerprint({a}) != fingerprint({a, b}));
  CHECK(fingerprint({facts_of("ab", "c")}) != fingerprint({facts_of("a", "bc")}));
}

TEST(SensorRoster, knows_whether_it_begins_as_an_earlier_one_did) {
  CHECK(roster.add(facts_of("pump", "a")).ok());
  const std::uint32_t earlier = roster.fingerprint();
  CHECK(roster.add(facts_of("pump", "b")).ok());
  CHECK(roster.begins_with(earlier));
  CHECK(roster.begins_with(roster.fingerprint()));
  std::array<SensorEntry, 3> room{};
  Roster other{room};
  CHECK(other.add(facts_of("pump", "b")).ok());
  CHECK_FALSE(roster.begins_with(other.fingerprint()));
  CHECK_FALSE(roster.begins_with(0));
}

TEST(SensorRoster, refuses_a_sensor_too_many_and_keeps_the_others) {
  for (const char* name : {"a", "b", "c"}) CHECK(roster.add(facts_of("pump", name)).ok());
  CHECK(roster.add(facts_of("pump", "d")).status() == Status::full);
  LONGS_EQUAL(3, roster.count());
  CHECK_FALSE(roster.knows(SensorIndex{3}));
}

TEST(SensorRoster, refuses_facts_that_cannot_be_meant) {
  CHECK(roster.add(SensorFacts{}).status() == Status::invalid);
  SensorFacts upside_down = facts_of("pump", "flow");
  upside_down.low_limit = 1;
  CHECK(roster.add(upside_down).status() == Status::invalid);
  upside_down.high_limit = std::nan("");
  CHECK(roster.add(upside_down).status() == Status::invalid);
}

TEST(SensorRoster, what_is_assumed_changes_for_sensors_of_which_nothing_else_was_said) {
  SensorFacts said = facts_of("pump", "heat");
  said.stale_after = seconds(99);
  said.rate_max_per_second = 1000;
  const SensorIndex heat = roster.add(said).value();
  const SensorIndex flow = roster.add(facts_of("pump", "flow")).value();
  roster.assume({.dead_band = 0.5,
                 .max_silence = seconds(60),
                 .stale_after = seconds(20),
                 .stuck_after = hours(1),
                 .rate_max_per_second = 50});
  CHECK(roster.at(flow).stale_after == seconds(20) && roster.at(flow).dead_band == 0.5);
  CHECK(roster.at(flow).rate_max_per_second == 50 && roster.at(flow).stuck_after == hours(1));
  CHECK(roster.at(heat).stale_after == seconds(99) && roster.at(heat).dead_band == 0.5);
  CHECK(roster.at(heat).rate_max_per_second == 1000);
  roster.assume({});  // and back
  CHECK(roster.at(flow).stale_after == kStaleAfterDefault && roster.at(flow).dead_band == 0);
  CHECK(roster.at(heat).stale_after == seconds(99) && roster.at(heat).max_silence.ms == 0);
}

TEST(SensorRoster, a_sensor_that_is_read_seldom_is_stale_late_unless_somebody_says_so) {
  const SensorIndex flow = roster.add(facts_of("pump", "flow")).value();
  roster.assume({});
  CHECK(roster.at(flow).stale_after == seconds(5));
  SensorWords words;
  CHECK(is_ok(words.say("period_ms", documents::Value::integer(60'000))));
  CHECK(is_ok(roster.describe(flow, words)));
  CHECK(roster.at(flow).stale_after == minutes(3));
  CHECK(is_ok(words.say("stale_after_ms", documents::Value::integer(70'000))));
  CHECK(is_ok(roster.describe(flow, words)));
  CHECK(roster.at(flow).stale_after == seconds(70));
  CHECK(is_ok(roster.describe(flow, {})));
  CHECK(roster.at(flow).stale_after == seconds(5));
}

TEST(SensorRoster, what_the_source_of_readings_gave_is_no_word_by_name_and_stays_all_the_same) {
  SensorFacts facts = facts_of("pump", "flow");
  facts.rate_max_per_second = 1000;
  const SensorIndex flow = roster.add(facts).value();
  roster.assume({.rate_max_per_second = 20});
  LONGS_EQUAL(1000, roster.at(flow).rate_max_per_second);
  LONGS_EQUAL(0, roster.said_by_name(flow));
  SensorWords words;
  CHECK(words.say("colour", documents::Value::text("red")) == Status::not_found);
}

TEST(SensorRoster, a_sensor_hangs_on_the_node_of_its_equipment_unless_one_is_named) {
  SensorWords words;
  CHECK(is_ok(words.say("node", documents::Value::text("plc-3"))));
  CHECK(roster.at(roster.add(facts_of("pump", "flow")).value()).node_id() == "pump");
  CHECK(roster.at(roster.add(facts_of("pump", "heat"), words).value()).node_id() == "plc-3");
}

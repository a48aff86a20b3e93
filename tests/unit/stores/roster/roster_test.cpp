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
  std::array<SensorFacts, 3> memory{};
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
    std::array<SensorFacts, 3> room{};
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
  std::array<SensorFacts, 3> room{};
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

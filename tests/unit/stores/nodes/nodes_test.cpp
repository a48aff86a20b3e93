#include "stores/nodes/nodes.h"

#include <CppUTest/TestHarness.h>

#include <array>

using namespace hf;
using namespace hf::stores;

namespace {

NodeId node_id(std::string_view name) {
  NodeId id;
  CHECK(is_ok(NodeId::parse(name, id)));
  return id;
}

GatewayId gateway_id() {
  GatewayId id;
  CHECK(is_ok(GatewayId::parse("gateway-1", id)));
  return id;
}

}  // namespace

// Sensors 0 and 1 hang on plc-1, 2 on plc-2.
TEST_GROUP(Nodes) {
  std::array<Node, 3> memory{};
  std::array<NodeIndex, 4> of_sensors{};
  Nodes nodes{memory, of_sensors, gateway_id()};
  Uptime now{seconds(100).ms};

  void setup() override {
    CHECK(is_ok(nodes.hang({0}, node_id("plc-1"))));
    CHECK(is_ok(nodes.hang({1}, node_id("plc-1"))));
    CHECK(is_ok(nodes.hang({2}, node_id("plc-2"))));
    nodes.step(now);
  }
  void note(std::uint16_t sensor, Quality quality = Quality::good) {
    nodes.note({sensor}, quality, now, now);
  }
  void pass(Duration time) {
    now = now + time;
    nodes.step(now);
  }
  // Every sensor that is asked answers once a second, but those on a broken plc-1 do not.
  void live(int seconds_long, bool is_broken) {
    for (int second = 0; second < seconds_long; ++second) {
      for (const std::uint16_t sensor : {0, 1}) {
        if (nodes.is_asked({sensor})) note(sensor, is_broken ? Quality::no_contact : Quality::good);
      }
      if (nodes.is_asked({2})) note(2);
      pass(seconds(1));
    }
  }
  const Node& plc() const { return nodes.at(1); }
};

TEST(Nodes, ND1_a_device_that_fails_five_scans_is_not_asked_for_half_a_minute_then_by_one_sensor) {
  live(5, true);
  CHECK(plc().breaker.state() == BreakerState::open);
  CHECK(!nodes.is_asked({0}) && !nodes.is_asked({1}));
  const std::uint64_t asked = plc().errors;
  LONGS_EQUAL(9, asked);  // the fifth scan was not read to its end
  pass(seconds(30));
  CHECK(plc().breaker.state() == BreakerState::half_open);
  CHECK(nodes.is_asked({0}) != nodes.is_asked({1}));
  live(1, true);
  CHECK(plc().breaker.state() == BreakerState::open);
  LONGS_EQUAL(asked + 1, plc().errors);
}

TEST(Nodes, ND1_an_hour_of_failing_costs_a_question_each_half_minute_and_not_each_second) {
  live(3600, true);
  CHECK(plc().errors < 10 + 3600 / 30 + 1);
  LONGS_EQUAL(1, plc().outages);
  CHECK(plc().health == NodeHealth::failed);
}

TEST(Nodes, ND1_one_good_answer_closes_the_breaker_and_all_its_sensors_are_asked_again) {
  live(40, true);
  pass(seconds(30));
  live(1, false);
  CHECK(plc().breaker.state() == BreakerState::closed);
  CHECK(nodes.is_asked({0}) && nodes.is_asked({1}));
}

TEST(Nodes, ND1_a_probe_that_is_not_answered_has_failed) {
  live(5, true);
  pass(seconds(30));
  CHECK(plc().breaker.state() == BreakerState::half_open);
  pass(seconds(11));
  CHECK(plc().breaker.state() == BreakerState::open);
}

TEST(Nodes, ND1_each_probe_asks_another_sensor_for_the_first_may_be_the_broken_one) {
  std::array<int, 2> probed{};
  live(5, true);
  for (int probe = 0; probe < 4; ++probe) {
    pass(seconds(30));
    for (const std::uint16_t sensor : {0, 1}) probed[sensor] += nodes.is_asked({sensor}) ? 1 : 0;
    live(1, true);
  }
  CHECK(probed[0] == 2 && probed[1] == 2);
}

TEST(Nodes, ND1_what_was_asked_before_the_pause_says_nothing_about_its_end) {
  live(5, true);
  const Uptime before = now - seconds(1);
  pass(seconds(30));
  nodes.note({0}, Quality::no_contact, before, now);
  CHECK(plc().breaker.state() == BreakerState::half_open);
}

TEST(Nodes, ND2_the_sensors_of_another_node_are_asked_all_the_while) {
  live(600, true);
  LONGS_EQUAL(600, nodes.at(2).readings);
  LONGS_EQUAL(0, nodes.at(2).errors);
  CHECK(nodes.at(2).health == NodeHealth::ok);
}

TEST(Nodes, ND3_one_sensor_of_many_that_fails_opens_nothing) {
  for (int second = 0; second < 100; ++second) {
    note(0, Quality::no_contact);
    note(1);
    pass(seconds(1));
    note(1);
    note(0, Quality::device_fault);
    pass(seconds(1));
  }
  CHECK(plc().breaker.state() == BreakerState::closed);
  CHECK(plc().health == NodeHealth::degraded);  // half of what it gives is none
}

TEST(Nodes, ND4_when_the_gateway_is_drained_nobody_is_asked_and_nobody_has_failed) {
  nodes.use(kGatewayNode, NodeUse::drained, now);
  pass(hours(1));
  for (const std::uint16_t sensor : {0, 1, 2}) CHECK(!nodes.is_asked({sensor}));
  CHECK(plc().health == NodeHealth::ok);
  nodes.use(kGatewayNode, NodeUse::used, now);
  pass(seconds(1));
  CHECK(nodes.is_asked({0}));
  CHECK(plc().health == NodeHealth::ok);  // it was not asked till now
}

TEST(Nodes, a_node_that_comes_and_goes_has_failed_once) {
  for (int turn = 0; turn < 10; ++turn) {
    live(5, true);
    pass(seconds(30));
    live(20, false);
  }
  LONGS_EQUAL(1, plc().outages);
  live(61, false);
  CHECK(plc().health == NodeHealth::ok);
  live(5, true);
  LONGS_EQUAL(2, plc().outages);
}

TEST(Nodes, silence_is_a_failure_after_half_a_minute_or_three_of_its_periods) {
  live(10, false);
  pass(seconds(31));
  CHECK(plc().health == NodeHealth::failed);
  nodes.expect(1, minutes(10));
  pass(seconds(1));
  CHECK(plc().health == NodeHealth::ok);
  pass(minutes(30));
  CHECK(plc().health == NodeHealth::failed);
}

TEST(Nodes, counts_what_each_gave_in_all_and_in_the_last_minute) {
  live(180, false);
  LONGS_EQUAL(360, plc().readings);
  CHECK(plc().readings_per_minute >= 118 && plc().readings_per_minute <= 122);
  CHECK(now - plc().heard_at <= seconds(1));
}

TEST(Nodes, a_node_too_many_is_refused_and_a_name_is_found_again) {
  CHECK(nodes.hang({3}, node_id("plc-3")) == Status::full);
  CHECK(nodes.find("plc-2").value() == 2);
  CHECK(nodes.find("gateway-1").value() == kGatewayNode);
  CHECK(nodes.find("plc-9").status() == Status::not_found);
}

// A whole gateway on a simulated board with two field devices: one of them fails, is drained, comes
// back; and what whoever asks may do.
#include <CppUTest/TestHarness.h>

#include <array>
#include <memory>
#include <new>
#include <optional>
#include <string>

#include "gateway/gateway.h"
#include "platform/sim/board.h"
#include "tests/support/numbered_sensor.h"
#include "tests/support/status_equal.h"

using namespace hf;
using gateway::Gateway;

namespace {

constexpr std::uint16_t kSensors = 8;  // even ones hang on plc-1, odd ones on plc-2

gateway::GatewayMemory field_memory;  // as large as the board's: not for a stack

}  // namespace

TEST_GROUP(Field) {
  sim::Board board{11};
  GatewayId id;
  std::optional<Gateway> gateway;
  Uptime scan_at;

  void setup() override {
    new (&field_memory) gateway::GatewayMemory{};
    STATUS_EQUAL(Status::ok, GatewayId::parse("press-7", id));
    gateway.emplace(board.board(), field_memory, id);
    for (std::uint16_t i = 0; i < kSensors; ++i) {
      stores::SensorFacts facts = test::numbered_sensor(i);
      STATUS_EQUAL(Status::ok, NodeId::parse(i % 2 == 0 ? "plc-1" : "plc-2", facts.node));
      CHECK(gateway->know(facts).ok());
    }
    CHECK(is_ok(gateway->start().status));
    board.clock.sync();
  }
  // Every device is polled each second.
  void pass(Duration time) {
    const Duration end = board.agenda.now() + time;
    while (board.agenda.now() < end) {
      board.pass(milliseconds(100));
      if (board.clock.uptime() >= scan_at) {
        scan_at = board.clock.uptime() + seconds(1);
        for (std::uint16_t i = 0; i < kSensors; ++i) {
          board.sensors.measure({.at = board.clock.uptime(), .value = 1.0 * i, .sensor = {i}});
        }
      }
      gateway->step(board.clock.uptime());
    }
  }
  void break_plc_1(bool is_broken) {
    for (std::uint16_t i = 0; i < kSensors; i += 2) board.sensors.set_broken({i}, is_broken);
  }
  std::uint64_t asked(std::uint16_t first) const {
    std::uint64_t asked = 0;
    for (std::uint16_t i = first; i < kSensors; i += 2) asked += board.sensors.asked({i});
    return asked;
  }
  std::string ask(std::string_view line, Gateway::Way way = Gateway::Way::owner) {
    auto room = std::make_unique<std::array<char, wire::kControlAnswerBytesMax>>();
    return std::string(gateway->answer(line, *room, way));
  }
  bool says(std::string_view line, std::string_view text, Gateway::Way way = Gateway::Way::owner) {
    const std::string answer = ask(line, way);
    const bool is_said = answer.find(text) != std::string::npos;
    if (!is_said) UT_PRINT(answer.c_str());
    return is_said;
  }
};

TEST(Field, a_device_that_fails_is_hardly_asked_and_the_other_loses_no_reading) {
  pass(seconds(10));
  break_plc_1(true);
  const std::uint64_t failing_from = asked(0);
  const std::uint64_t other_from = asked(1);
  pass(minutes(10));
  CHECK(asked(0) - failing_from < 60);  // five scans of four, then one question each half minute
  UNSIGNED_LONGLONGS_EQUAL(600 * 4, asked(1) - other_from);
  CHECK(says(R"(nodes.get {"id":"plc-1"})", R"("breaker":"open")"));
  CHECK(says(R"(nodes.get {"id":"plc-1"})", R"("health":"failed")"));
  CHECK(says(R"(nodes.get {"id":"plc-2"})", R"("health":"ok")"));
  break_plc_1(false);
  pass(minutes(3));
  CHECK(says(R"(nodes.get {"id":"plc-1"})", R"("health":"ok")"));
  CHECK(says(R"(nodes.get {"id":"plc-1"})", R"("breaker":"closed")"));
}

TEST(Field, a_drained_device_is_asked_no_more_and_all_it_gave_is_filed_when_it_says_so) {
  pass(seconds(10));
  CHECK(says(R"(nodes.drain {"id":"plc-1"})", R"("ok":true)"));
  pass(seconds(40));
  CHECK(says(R"(nodes.get {"id":"plc-1"})", R"("state":"drained")"));
  const std::uint64_t from = asked(0);
  const std::uint64_t other_from = asked(1);
  pass(minutes(1));
  UNSIGNED_LONGLONGS_EQUAL(from, asked(0));
  CHECK(asked(1) > other_from);
  CHECK(says(R"(nodes.enable {"id":"plc-1"})", R"("ok":true)"));
  pass(seconds(10));
  CHECK(asked(0) > from);
}

TEST(Field, a_period_that_is_said_of_a_sensor_reaches_its_driver) {
  pass(seconds(2));
  CHECK(says(R"(sensors.set {"id":"press-1.s3","set":{"period_ms":60000}})", R"("ok":true)"));
  pass(seconds(2));
  CHECK(board.sensors.period_of({3}) == minutes(1));
  CHECK(board.sensors.period_of({4}) == seconds(1));
  CHECK(says(R"(settings.set {"set":{"sensors.period":"10 s"}})", R"("ok":true)"));
  pass(seconds(2));
  CHECK(board.sensors.period_of({3}) == minutes(1));
  CHECK(board.sensors.period_of({4}) == seconds(10));
}

TEST(Field, every_verb_is_refused_to_whoever_may_do_nothing_with_the_reason) {
  CHECK(says(R"(settings.set {"set":{"command.rights":"none"}})", R"("ok":true)"));
  for (const surfaces::Verb& verb : surfaces::verbs()) {
    CHECK(says(verb.name, R"("status":"refused")", Gateway::Way::upstream));
    CHECK(says(verb.name, "by command.rights", Gateway::Way::upstream));
  }
}

TEST(Field, upstream_may_do_what_the_site_says_and_cannot_give_itself_more) {
  using enum Gateway::Way;
  CHECK(says(R"(settings.set {"set":{"command.rights":"operate"}})", R"("ok":true)"));
  CHECK(says("status", R"("ok":true)", upstream));
  CHECK(says(R"(nodes.drain {"id":"plc-1"})", R"("ok":true)", upstream));
  CHECK(says(R"(rules.set {"id":"a","set":{"limit":1}})", "needs the right 'configure'", upstream));
  CHECK(says(R"(settings.set {"set":{"command.rights":"configure"}})", R"("ok":true)"));
  CHECK(says(R"(rules.set {"id":"a","set":{"limit":1}})", R"("ok":true)", upstream));
  CHECK(says(R"(settings.set {"set":{"command.rights":"administer"}})", R"("status":"refused")",
             upstream));
  CHECK(says(R"(settings.set {"clear":["command.rights"]})", R"("status":"refused")", upstream));
  CHECK(says(R"(settings.set {"set":{"control.group_rights":"none"}})", R"("status":"refused")",
             group));
  CHECK(says(R"(settings.set {"set":{"sensors.dead_band":0.5}})", R"("ok":true)", upstream));
}

TEST(Field, going_back_to_a_version_with_other_rights_takes_the_right_to_give_them) {
  using enum Gateway::Way;
  CHECK(says(R"(settings.set {"set":{"command.rights":"administer"}})", R"("version":1)"));
  CHECK(says(R"(settings.set {"set":{"command.rights":"configure"}})", R"("version":2)"));
  CHECK(says(R"(settings.revert {"version":1})", R"("status":"refused")", upstream));
  CHECK(says(R"(settings.revert {"version":1})", R"("ok":true)"));
}

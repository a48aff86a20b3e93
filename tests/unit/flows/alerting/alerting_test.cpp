#include "flows/alerting/alerting.h"

#include <CppUTest/TestHarness.h>

#include "state/fields.h"
#include "stores/alerts/episodes.h"
#include "tests/support/replica_on_sim.h"
#include "tests/support/status_equal.h"
#include "tests/unit/stores/telemetry/window_under_test.h"

using namespace hf;
using namespace hf::test;
using documents::Value;

namespace {

constexpr std::uint32_t kSensors = 12;

struct AlertingRoom {
  std::array<flows::Rule, 8> rules;
  std::array<flows::Watch, 40> watches;
  std::array<stores::telemetry::Sequence, kSensors> places{};
  std::array<Reading, 16> page;
};

struct AlertingBench : Utest {
  ReplicaOnSim site;
  std::array<stores::SensorEntry, kSensors> facts;
  stores::Roster roster{facts};
  std::optional<stores::telemetry::WindowUnderTest> window;
  std::unique_ptr<AlertingRoom> room;
  std::optional<flows::Alerting> alerting;

  void setup() override {
    for (std::uint32_t index = 0; index < kSensors; ++index) {
      stores::SensorFacts one;
      STATUS_EQUAL(Status::ok, EquipmentId::parse(index < 10 ? "pump" : "fan", one.equipment));
      STATUS_EQUAL(Status::ok, SensorId::parse("heat-" + std::to_string(index), one.sensor));
      CHECK(roster.add(one).ok());
    }
    STATUS_EQUAL(Status::ok, site.start());
    begin();
  }
  // The flow and the window of a new process.
  void begin() {
    window.emplace(kSensors, 100);
    room = std::make_unique<AlertingRoom>();
    alerting.emplace(*site.replica, *window->telemetry, roster,
                     flows::AlertingMemory{.rules = room->rules,
                                           .watches = room->watches,
                                           .places = room->places,
                                           .page = room->page});
  }
  void reboot() {
    alerting.reset();
    STATUS_EQUAL(Status::ok, site.cut_and_start());
    begin();
    step();
  }

  void rule(std::string_view name, std::string_view field, const Value& value) {
    STATUS_EQUAL(Status::ok, site.set(field, value, "anna", {state::kRules, name}));
  }
  void rule_above(std::string_view name, std::string_view pattern, double limit) {
    rule(name, "condition", Value::text("above"));
    rule(name, "pattern", Value::text(pattern));
    rule(name, "limit", Value::real(limit));
    step();
  }
  void say(std::uint32_t sensor, double value) {
    STATUS_EQUAL(Status::ok, window->add(sensor, site.on.now.ms, value));
  }
  void step(Duration time = seconds(1)) {
    site.pass(time);
    alerting->step(site.on.now, site.utc);
  }
  void say_and_step(std::uint32_t sensor, double value) {
    site.pass(seconds(1));
    say(sensor, value);
    alerting->step(site.on.now, site.utc);
  }

  bool find(std::string_view key, documents::DocumentView& document) const {
    return site.replica->find({state::kAlerts, key}, document);
  }
  stores::Alert alert(std::string_view key) const {
    documents::DocumentView document;
    CHECK(find(key, document));
    return stores::read_alert(document);
  }
  std::string state_of(std::string_view key) const {
    documents::DocumentView document;
    if (!find(key, document)) return "none";
    return std::string(stores::to_text(stores::read_alert(document).state));
  }
  void person_says(std::string_view key, std::string_view field, std::int64_t episode) {
    STATUS_EQUAL(Status::ok,
                 site.set(field, Value::integer(episode), "anna", {state::kAlerts, key}));
  }
};

}  // namespace

TEST_GROUP_BASE(Alerting, AlertingBench){};

TEST(Alerting, an_alert_is_raised_acknowledged_ended_and_raised_anew) {
  rule_above("hot", "pump/heat-1", 80);
  rule("hot", "severity", Value::text("critical"));
  step();
  say_and_step(1, 79);
  STRCMP_EQUAL("none", state_of("pump.heat-1.hot").c_str());
  say_and_step(1, 95.5);
  STRCMP_EQUAL("raised", state_of("pump.heat-1.hot").c_str());
  const stores::Alert raised = alert("pump.heat-1.hot");
  CHECK(raised.severity == stores::Severity::critical);
  DOUBLES_EQUAL(95.5, raised.value, 0);
  CHECK(raised.since_ms == site.utc.at.ms);
  person_says("pump.heat-1.hot", "acknowledged", 1);
  step();
  STRCMP_EQUAL("acknowledged", state_of("pump.heat-1.hot").c_str());
  say_and_step(1, 70);
  STRCMP_EQUAL("resolved", state_of("pump.heat-1.hot").c_str());
  say_and_step(1, 90);
  STRCMP_EQUAL("raised", state_of("pump.heat-1.hot").c_str());
  LONGS_EQUAL(2, alert("pump.heat-1.hot").episode);
}

TEST(Alerting, L1_a_word_on_yesterdays_episode_that_comes_late_leaves_todays_raised) {
  rule_above("hot", "pump/heat-1", 80);
  say_and_step(1, 90);
  say_and_step(1, 70);
  say_and_step(1, 90);
  person_says("pump.heat-1.hot", "acknowledged", 1);
  step();
  STRCMP_EQUAL("raised", state_of("pump.heat-1.hot").c_str());
}

TEST(Alerting, G1_every_reading_is_looked_at_also_a_spike_between_two_steps) {
  rule_above("hot", "pump/heat-1", 80);
  rule("hot", "latch", Value::boolean(true));
  step();
  for (int reading = 0; reading < 100; ++reading) {
    site.pass(milliseconds(10));
    say(1, reading == 50 ? 99 : 20);
  }
  // A latch does not catch what had gone before anybody looked; but the watch has heard of it.
  alerting->step(site.on.now, site.utc);
  UNSIGNED_LONGLONGS_EQUAL(100, alerting->counts().readings);
  rule("hot", "latch", Value::boolean(false));
  rule("hot", "condition", Value::text("stuck"));
  rule("hot", "window_ms", Value::integer(600));
  step();
  for (int reading = 0; reading < 200; ++reading) {
    site.pass(milliseconds(10));
    say(1, reading == 190 ? 99 : 20);
  }
  alerting->step(site.on.now, site.utc);
  STRCMP_EQUAL("none", state_of("pump.heat-1.hot").c_str());  // it moved 90 ms ago
}

TEST(Alerting, G2_what_is_latched_stays_raised_through_a_reboot_until_a_person_resolves_it) {
  rule("hot", "latch", Value::boolean(true));
  rule_above("hot", "pump/heat-1", 80);
  say_and_step(1, 90);
  reboot();
  say_and_step(1, 20);
  step(minutes(5));
  STRCMP_EQUAL("raised", state_of("pump.heat-1.hot").c_str());
  person_says("pump.heat-1.hot", "resolved", 1);
  step();
  STRCMP_EQUAL("resolved", state_of("pump.heat-1.hot").c_str());
  CHECK_FALSE(alert("pump.heat-1.hot").is_active);
  say_and_step(1, 90);
  LONGS_EQUAL(2, alert("pump.heat-1.hot").episode);
}

TEST(Alerting, G2_what_is_raised_is_not_ended_by_a_reboot_and_its_hysteresis_goes_on_to_count) {
  rule("hot", "hysteresis", Value::real(10));
  rule_above("hot", "pump/heat-1", 80);
  say_and_step(1, 90);
  reboot();
  step(minutes(1));
  STRCMP_EQUAL("raised", state_of("pump.heat-1.hot").c_str());
  say_and_step(1, 75);
  STRCMP_EQUAL("raised", state_of("pump.heat-1.hot").c_str());
  LONGS_EQUAL(1, alert("pump.heat-1.hot").episode);
  say_and_step(1, 65);
  STRCMP_EQUAL("resolved", state_of("pump.heat-1.hot").c_str());
}

TEST(Alerting, G3_an_episode_is_told_once_whatever_the_medium_does) {
  rule_above("hot", "pump/heat-1", 80);
  site.on.flash.set_state(hal::MediumState::read_only);
  for (int second = 0; second < 10; ++second) say_and_step(1, 90);
  LONGS_EQUAL(1, alert("pump.heat-1.hot").episode);
  site.on.flash.set_state(hal::MediumState::writable);
  site.pass(minutes(10));
  site.on.shelf->serve(site.on.now);
  site.replica->serve(site.on.now);
  reboot();
  say_and_step(1, 90);
  LONGS_EQUAL(1, alert("pump.heat-1.hot").episode);
}

TEST(Alerting, G4_a_hundred_alarms_at_once_are_written_a_few_in_a_step_and_all_of_them) {
  rule_above("hot", "pump/*", 80);
  site.pass(seconds(1));
  for (std::uint32_t sensor = 0; sensor < 10; ++sensor) say(sensor, 90);
  alerting->step(site.on.now, site.utc);
  UNSIGNED_LONGLONGS_EQUAL(flows::kWritesPerStep, alerting->counts().raised);
  alerting->step(site.on.now, site.utc);
  UNSIGNED_LONGLONGS_EQUAL(10, alerting->counts().raised);
}

TEST(Alerting, G5_rules_that_are_none_and_watches_that_do_not_fit_are_counted) {
  rule("bad", "condition", Value::text("sideways"));
  rule("worse", "condition", Value::text("above"));
  rule("worse", "pattern", Value::text("pump"));
  for (int number = 0; number < 5; ++number) {
    rule_above("hot-" + std::to_string(number), "*", 80);
  }
  UNSIGNED_LONGS_EQUAL(2, alerting->counts().rules_refused);
  UNSIGNED_LONGS_EQUAL(40, alerting->counts().watches);
  UNSIGNED_LONGS_EQUAL(5 * kSensors - 40, alerting->counts().watches_refused);
}

TEST(Alerting, G6_a_delay_that_runs_goes_on_while_another_rule_is_edited_made_and_deleted) {
  rule("hot", "delay_ms", Value::integer(10'000));
  rule_above("hot", "pump/*", 80);
  rule_above("odd", "pump/heat-1", 1000);
  say_and_step(1, 90);
  for (int second = 0; second < 8; ++second) {
    rule("odd", "limit", Value::real(1000 + second));
    rule_above("a-" + std::to_string(second % 2), "fan/*", 500);  // before `hot` in the table
    say_and_step(1, 90);
  }
  STATUS_EQUAL(Status::ok, site.replica->bury({state::kRules, "a-0"},
                                              {documents::Side::local, "anna"}, site.utc));
  say_and_step(1, 90);
  STRCMP_EQUAL("raised", state_of("pump.heat-1.hot").c_str());
}

TEST(Alerting, G6_what_was_learned_stays_learned_and_a_rule_that_means_something_else_begins_anew) {
  rule("odd", "condition", Value::text("deviation"));
  rule("odd", "pattern", Value::text("pump/heat-1"));
  rule("odd", "limit", Value::real(4));
  rule("odd", "window_ms", Value::integer(60'000));
  step();
  for (int second = 0; second < 60; ++second) say_and_step(1, 20 + second % 2);
  rule("odd", "severity", Value::text("critical"));  // how bad it is changes nothing of that
  say_and_step(1, 20);
  say_and_step(1, 90);
  STRCMP_EQUAL("raised", state_of("pump.heat-1.odd").c_str());
  say_and_step(1, 20);
  STRCMP_EQUAL("resolved", state_of("pump.heat-1.odd").c_str());
  rule("odd", "window_ms", Value::integer(30'000));
  step();
  say_and_step(1, 90);
  STRCMP_EQUAL("resolved", state_of("pump.heat-1.odd").c_str());  // it learns again
}

TEST(Alerting, a_rule_that_comes_beside_another_one_makes_nobody_miss_a_reading) {
  rule_above("hot", "pump/heat-1", 80);
  say_and_step(1, 20);
  site.pass(seconds(1));
  say(1, 90);
  rule("warm", "condition", Value::text("above"));
  rule("warm", "limit", Value::real(50));
  rule("warm", "pattern", Value::text("pump/heat-1"));
  site.pass(seconds(1));
  say(1, 91);
  alerting->step(site.on.now, site.utc);
  UNSIGNED_LONGLONGS_EQUAL(3, alerting->counts().readings);
}

TEST(Alerting, what_a_rule_does_not_say_is_assumed_and_follows_the_settings_at_once) {
  rule_above("hot", "pump/heat-1", 80);
  rule_above("firm", "pump/heat-2", 80);
  rule("firm", "delay_ms", Value::integer(0));
  rule("firm", "latch", Value::boolean(false));
  rule("firm", "hysteresis", Value::real(0));
  flows::AlertDefaults defaults;
  defaults.delay = seconds(5);
  defaults.hysteresis = 10;
  defaults.latch = true;
  defaults.flapping_raises = 2;
  alerting->assume(defaults);
  step();
  for (const std::uint32_t sensor : {1U, 2U}) {
    say_and_step(sensor, 90);
  }
  STRCMP_EQUAL("none", state_of("pump.heat-1.hot").c_str());
  STRCMP_EQUAL("raised", state_of("pump.heat-2.firm").c_str());
  step(seconds(5));
  STRCMP_EQUAL("raised", state_of("pump.heat-1.hot").c_str());
  for (const std::uint32_t sensor : {1U, 2U}) say_and_step(sensor, 60);
  step();
  STRCMP_EQUAL("raised", state_of("pump.heat-1.hot").c_str());  // latched
  STRCMP_EQUAL("resolved", state_of("pump.heat-2.firm").c_str());
  say_and_step(2, 90);
  CHECK(alert("pump.heat-2.firm").is_flapping);
}

TEST(Alerting, an_alert_of_a_rule_that_is_deleted_or_of_equipment_out_of_use_is_ended) {
  rule_above("hot", "*", 80);
  say_and_step(1, 90);
  say_and_step(11, 90);
  STRCMP_EQUAL("raised", state_of("fan.heat-11.hot").c_str());
  STATUS_EQUAL(Status::ok, site.set("active", Value::boolean(false), "anna", {"equipment", "fan"}));
  step();
  STRCMP_EQUAL("resolved", state_of("fan.heat-11.hot").c_str());
  STRCMP_EQUAL("raised", state_of("pump.heat-1.hot").c_str());
  STATUS_EQUAL(Status::ok, site.replica->bury({state::kRules, "hot"},
                                              {documents::Side::local, "anna"}, site.utc));
  step();
  STRCMP_EQUAL("resolved", state_of("pump.heat-1.hot").c_str());
}

TEST(Alerting, stale_and_flapping_are_seen_without_readings) {
  rule("gone", "condition", Value::text("stale"));
  rule("gone", "pattern", Value::text("pump/heat-2"));
  rule("gone", "window_ms", Value::integer(10'000));
  step();
  say_and_step(2, 1);
  step(seconds(9));
  STRCMP_EQUAL("none", state_of("pump.heat-2.gone").c_str());
  step(seconds(2));
  STRCMP_EQUAL("raised", state_of("pump.heat-2.gone").c_str());
  rule_above("hot", "pump/heat-1", 80);
  for (int times = 0; times < 20; ++times) {
    say_and_step(1, 90);
    say_and_step(1, 70);
  }
  CHECK(alert("pump.heat-1.hot").is_flapping);
  LONGS_EQUAL(flows::AlertDefaults{}.flapping_raises, alert("pump.heat-1.hot").episode);
}

TEST(Alerting, a_key_too_long_is_cut_and_stays_its_own) {
  const std::string equipment(32, 'e');
  const std::string sensor(32, 's');
  const state::ItemKey one = stores::alert_key(equipment, sensor, "rule-1");
  const state::ItemKey two = stores::alert_key(equipment, sensor, "rule-2");
  CHECK(one.size() == limits::kDocumentKeyBytesMax);
  CHECK_FALSE(one == two);
  STRCMP_EQUAL("a.b.c", stores::alert_key("a", "b", "c").c_str());
}

TEST(Alerting, alerts_of_the_gateway_itself_are_not_ended_with_rules_that_go) {
  STATUS_EQUAL(Status::ok, stores::begin_episode(*site.replica, "window_short",
                                                 {.rule = "window_short"}, site.utc));
  rule_above("hot", "pump/heat-1", 80);
  say_and_step(1, 90);
  rule("hot", "enabled", Value::boolean(false));
  step();
  step();
  STRCMP_EQUAL("resolved", state_of("pump.heat-1.hot").c_str());
  STRCMP_EQUAL("raised", state_of("window_short").c_str());
  reboot();
  STRCMP_EQUAL("raised", state_of("window_short").c_str());
}

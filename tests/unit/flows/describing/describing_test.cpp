#include "flows/describing/describing.h"

#include <CppUTest/TestHarness.h>

#include <set>
#include <string>

#include "state/fields.h"
#include "state/schema.h"
#include "tests/support/replica_on_sim.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::test;
using documents::Part;
using documents::Value;

namespace {

const documents::DocumentId kHeat{.collection = state::kSensors, .key = "pump.heat"};

}  // namespace

TEST_GROUP(Describing) {
  ReplicaOnSim site;
  std::array<stores::SensorEntry, 20> entries;
  stores::Roster roster{entries};
  std::optional<flows::Describing> describing;

  void setup() override {
    stores::SensorWords by_file;
    STATUS_EQUAL(Status::ok, by_file.say("unit", Value::text("bar")));
    STATUS_EQUAL(Status::ok, by_file.say("dead_band", Value::real(0)));  // as it is anyway
    add("heat", by_file);
    add("speed");
    STATUS_EQUAL(Status::ok, site.start());
    describing.emplace(*site.replica, roster);
    step();
  }
  void add(std::string_view name, const stores::SensorWords& by_name = {}) {
    stores::SensorFacts facts;
    STATUS_EQUAL(Status::ok, EquipmentId::parse("pump", facts.equipment));
    STATUS_EQUAL(Status::ok, SensorId::parse(name, facts.sensor));
    CHECK(roster.add(facts, by_name).ok());
  }
  void step() {
    site.pass(seconds(1));
    describing->step(site.on.now, site.utc);
  }
  void say(std::string_view word, const Value& value) {
    STATUS_EQUAL(Status::ok, site.set(word, value, "anna", kHeat));
    step();
  }
  const stores::SensorFacts& heat() const { return roster.at({0}); }
  Value reported(std::string_view word) const {
    documents::DocumentView document;
    if (!site.replica->find(kHeat, document)) return {};
    return state::Fields(document).value(Part::reported, word);
  }
};

TEST(Describing, DE1_what_a_document_says_is_in_force_and_cleared_the_file_shows_again) {
  describing->take_change();
  say("unit", Value::text("psi"));
  say("period_ms", Value::integer(60'000));
  say("high_limit", Value::integer(300));  // people write 300, not 300.0
  STRCMP_EQUAL("psi", heat().unit.c_str());
  CHECK(heat().period == minutes(1));
  DOUBLES_EQUAL(300, heat().high_limit, 0);
  CHECK(describing->take_change());
  CHECK_FALSE(describing->take_change());
  say("unit", {});
  STRCMP_EQUAL("bar", heat().unit.c_str());
}

TEST(Describing, DE1_a_word_wins_over_what_is_assumed_of_all_also_when_that_changes) {
  say("dead_band", Value::real(0.5));
  stores::SensorDefaults defaults;
  defaults.dead_band = 2;
  defaults.stale_after = seconds(60);
  roster.assume(defaults);
  DOUBLES_EQUAL(0.5, heat().dead_band, 0);
  DOUBLES_EQUAL(2, roster.at({1}).dead_band, 0);
  CHECK(heat().stale_after == seconds(60));
  say("dead_band", {});
  DOUBLES_EQUAL(0, heat().dead_band, 0);  // as the file says, though that is what was assumed
}

TEST(Describing, DE1_survives_a_reboot_with_the_document) {
  say("scale", Value::real(0.1));
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  roster = stores::Roster{entries};
  add("heat");
  describing.emplace(*site.replica, roster);
  step();
  DOUBLES_EQUAL(0.1, heat().scale, 0);
}

TEST(Describing, DE2_what_is_said_is_reported_as_it_is_in_force_and_of_a_plain_sensor_nothing) {
  CHECK(reported("unit") == Value::text("bar"));
  CHECK(reported("dead_band") == Value::real(0));
  CHECK(reported("period_ms").is_nothing());
  say("period_ms", Value::integer(5000));
  CHECK(reported("period_ms") == Value::integer(5000));
  say("period_ms", {});
  CHECK(reported("period_ms").is_nothing());
  documents::DocumentView document;
  CHECK_FALSE(site.replica->find({state::kSensors, "pump.speed"}, document));
}

TEST(Describing, DE2_what_does_not_change_is_not_written) {
  const std::uint64_t edits = site.replica->counts().edits;
  describing->look_again();
  for (int turn = 0; turn < 10; ++turn) step();
  UNSIGNED_LONGLONGS_EQUAL(edits, site.replica->counts().edits);
}

TEST(Describing, DE3_limits_the_wrong_way_round_change_nothing_and_are_counted) {
  say("high_limit", Value::real(10));
  say("low_limit", Value::real(20));
  DOUBLES_EQUAL(0, heat().low_limit, 0);
  DOUBLES_EQUAL(10, heat().high_limit, 0);
  UNSIGNED_LONGLONGS_EQUAL(1, describing->refused());
  say("high_limit", Value::real(30));
  DOUBLES_EQUAL(20, heat().low_limit, 0);
}

TEST(Describing, DE4_a_roster_of_many_names_is_reported_a_few_in_a_step) {
  stores::SensorWords words;
  STATUS_EQUAL(Status::ok, words.say("unit", Value::text("bar")));
  for (int number = 0; number < 15; ++number) add("more-" + std::to_string(number), words);
  const std::uint64_t edits = site.replica->counts().edits;
  describing->look_again();
  step();
  UNSIGNED_LONGLONGS_EQUAL(edits + flows::kReportsPerStep, site.replica->counts().edits);
  step();
  UNSIGNED_LONGLONGS_EQUAL(edits + 15, site.replica->counts().edits);
}

TEST(Describing, every_field_of_a_sensor_that_people_may_write_is_a_word_but_its_name) {
  std::set<std::string> words;
  for (const stores::SensorWord& word : stores::sensor_words()) words.emplace(word.name);
  for (const state::FieldRule& rule : state::schema_of_documents()) {
    if (rule.collection != state::kSensors || rule.name == "name") continue;
    CHECK_TEXT(words.contains(std::string(rule.name)), std::string(rule.name).c_str());
  }
  for (const std::string& word : words) {
    CHECK(state::rule_of(state::kSensors, {Part::reported, word}) != nullptr);
  }
}

TEST(Describing, a_key_of_the_longest_names_is_cut_and_stays_its_own) {
  stores::SensorFacts one;
  STATUS_EQUAL(Status::ok, EquipmentId::parse(std::string(32, 'e'), one.equipment));
  STATUS_EQUAL(Status::ok, SensorId::parse(std::string(31, 's') + "1", one.sensor));
  stores::SensorFacts two = one;
  STATUS_EQUAL(Status::ok, SensorId::parse(std::string(31, 's') + "2", two.sensor));
  CHECK_FALSE(stores::key_of(one) == stores::key_of(two));
}

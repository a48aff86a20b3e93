#include "stores/settings/reading.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <string>

using namespace hf;
using namespace hf::stores;
using settings::at;

TEST_GROUP(SettingsReading) {
  std::array<std::byte, 16'384> memory{};
  SettingSet set;
  SettingsProblems problems;

  Status take(std::string_view text) {
    wire::JsonReader json(memory);
    CHECK(is_ok(json.read(text)));
    return read_settings(json.root(), SettingsLayer::file, set, problems);
  }
  void check_problem(std::size_t index, const char* path, const char* text) {
    CHECK(index < problems.list().size());
    STRCMP_EQUAL(path, problems.list()[index].path.c_str());
    STRCMP_EQUAL(text, problems.list()[index].text.c_str());
  }
};

TEST(SettingsReading, groups_and_whole_paths_mean_the_same) {
  CHECK(is_ok(take(R"({"$schema":"x","durability":{"window":"20 s"},"history.persist":false})")));
  CHECK(set.duration(at("durability.window")) == seconds(20));
  CHECK(!set.boolean(at("history.persist")));
  CHECK(set.layer(at("history.persist")) == SettingsLayer::file);
  CHECK(!set.says(at("history.keep")) && set.duration(at("history.keep")) == hours(24));
}

TEST(SettingsReading, all_problems_are_told_at_once_each_with_its_path_and_what_would_be_right) {
  problems.set_source("10-flash.json");
  CHECK(take(R"({"durability":{"windw":"20 s","window":20,"batch_period":"2 d"},
                 "history":true,"coffee":{"strength":9},"queue.refusals_max":3,
                 "queue":{"refusals_max":4},"models":{"bytes":"1 GB"}})") == Status::invalid);
  LONGS_EQUAL(7, problems.count());
  check_problem(0, "durability.windw", "there is no such setting: did you mean durability.window?");
  check_problem(1, "durability.window",
                "'20' needs a unit (ms, s, min, h or d): it may be from 1 s to 5 min");
  check_problem(2, "durability.batch_period", "'2 d' is out of range: it may be from 30 s to 1 h");
  check_problem(3, "history", "it is a group of settings: write an object, { … }");
  check_problem(4, "coffee.strength",
                "there is no such setting: `holdfast settings` lists them all");
  check_problem(5, "queue.refusals_max", "it stands twice in one text: leave one");
  check_problem(6, "models.bytes", "'1 GB' is out of range: it may be from 0 B to 384 KiB");
  STRCMP_EQUAL("10-flash.json", problems.list()[6].source.c_str());
}

TEST(SettingsReading, more_problems_than_there_are_places_are_counted) {
  std::string text = "{\"a0\":1";
  for (int i = 1; i < 40; ++i) text += ",\"a" + std::to_string(i) + "\":1";
  CHECK(take(text + "}") == Status::invalid);
  LONGS_EQUAL(40, problems.count());
  LONGS_EQUAL(40 - kProblemsMax, problems.left_out());
}

TEST(SettingsReading, a_hostile_name_is_cut_and_not_believed) {
  const std::string name(5000, 'x');
  CHECK(take("{\"" + name + "\":{\"" + name + "\":1}}") == Status::invalid);
  CHECK(take("{\"durability\":{\"" + name + "\":1}}") == Status::invalid);
  CHECK(take("[]") == Status::invalid);
}

TEST(SettingsReading, a_variable_of_the_environment_has_the_path_in_capitals) {
  CHECK(is_ok(read_variable("HOLDFAST_DURABILITY_BATCH_PERIOD", "60 s", set, problems)));
  CHECK(set.duration(at("durability.batch_period")) == seconds(60));
  CHECK(set.layer(at("durability.batch_period")) == SettingsLayer::environment);
  CHECK(read_variable("HOLDFAST_BUILD_DIR", "x", set, problems) == Status::not_found);
  CHECK(read_variable("PATH", "x", set, problems) == Status::not_found);
  CHECK(problems.empty());
  CHECK(read_variable("HOLDFAST_HISTORY_KEEP", "x", set, problems) == Status::invalid);
}

TEST(SettingsReading, a_later_layer_wins_and_what_it_does_not_say_shows_through) {
  SettingSet upper;
  CHECK(is_ok(read_setting("durability.window", "20 s", SettingsLayer::file, set, problems)));
  CHECK(is_ok(read_setting("history.keep", "2 d", SettingsLayer::file, set, problems)));
  CHECK(is_ok(read_setting("history.keep", "3 d", SettingsLayer::remote, upper, problems)));
  set.put_over(upper);
  CHECK(set.duration(at("durability.window")) == seconds(20));
  CHECK(set.duration(at("history.keep")) == days(3));
  CHECK(set.layer(at("history.keep")) == SettingsLayer::remote);
}

TEST(SettingsReading, rules_between_settings_are_held_on_what_would_be_in_force) {
  CHECK(is_ok(check_rules(set, problems)));
  CHECK(is_ok(take(R"({"durability":{"window":"60 s","batch_period":"30 s"},
                       "settings":{"probation":"30 s"}})")));
  CHECK(check_rules(set, problems) == Status::invalid);
  LONGS_EQUAL(2, problems.count());
  check_problem(0, "durability.window",
                "1 min is more than durability.batch_period, which is 30 s: a batch holds at "
                "least one window");
}

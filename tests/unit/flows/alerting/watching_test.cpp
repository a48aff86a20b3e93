#include "flows/alerting/watching.h"

#include <CppUTest/TestHarness.h>

#include <cmath>
#include <limits>
#include <vector>

#include "vocabulary/random.h"

using namespace hf;
using namespace hf::flows;

namespace {

// A rule, what it watches, and what came of it: "raised at 5", "ended at 9".
struct Bench {
  Rule rule;
  Watch watch;
  std::vector<std::string> told;
  std::int64_t second = 0;

  void settle(Uptime now) {
    const News news = look(rule, watch, now);
    if (news == News::raised) {
      told.push_back("raised at " + std::to_string(now.ms / 1000));
      set_raised(rule, watch, now);
    } else if (news == News::ended) {
      told.push_back("ended at " + std::to_string(now.ms / 1000));
      set_ended(watch);
    }
  }
  void say(double value, Quality quality = Quality::good) {
    ++second;
    const Uptime now{second * 1000};
    hear(rule, watch, {.at = now, .value = value, .sensor = {}, .quality = quality});
    settle(now);
  }
  void silence(std::int64_t seconds_long) {
    for (; seconds_long > 0; --seconds_long) settle({++second * 1000});
  }
  std::string all() const {
    std::string text;
    for (const std::string& one : told) text += (text.empty() ? "" : ", ") + one;
    return text;
  }
};

}  // namespace

TEST_GROUP(Watching) { Bench bench; };

TEST(Watching, above_is_raised_beyond_the_limit_and_W2_ends_only_below_the_hysteresis) {
  bench.rule.limit = 80;
  bench.rule.hysteresis = 5;
  for (const double value : {79.0, 80.0, 81.0, 79.0, 76.0, 75.0, 74.0, 79.0, 81.0}) {
    bench.say(value);
  }
  STRCMP_EQUAL("raised at 3, ended at 6, raised at 9", bench.all().c_str());
}

TEST(Watching, below_and_range_mirror_it) {
  bench.rule = {.condition = Condition::below, .limit = 10, .hysteresis = 2};
  for (const double value : {11.0, 9.0, 11.0, 12.0, 11.0}) bench.say(value);
  STRCMP_EQUAL("raised at 2, ended at 4", bench.all().c_str());
  bench = {};
  bench.rule = {.condition = Condition::range, .limit = 10, .limit_high = 20, .hysteresis = 1};
  for (const double value : {15.0, 9.0, 10.5, 11.0, 20.5, 19.5, 19.0}) bench.say(value);
  STRCMP_EQUAL("raised at 2, ended at 4, raised at 5, ended at 7", bench.all().c_str());
}

TEST(Watching, W1_a_condition_with_a_break_begins_its_delay_anew) {
  bench.rule.limit = 80;
  bench.rule.delay = seconds(3);
  for (const double value : {81.0, 81.0, 81.0, 79.0, 81.0, 81.0, 81.0}) bench.say(value);
  STRCMP_EQUAL("", bench.all().c_str());
  bench.say(81);
  STRCMP_EQUAL("raised at 8", bench.all().c_str());
}

TEST(Watching, W1_a_delay_passes_without_a_further_reading) {
  bench.rule.limit = 80;
  bench.rule.delay = seconds(3);
  bench.say(81);
  bench.silence(5);
  STRCMP_EQUAL("raised at 4", bench.all().c_str());
}

TEST(Watching, W3_what_is_latched_ends_by_a_persons_word_and_not_while_the_condition_holds) {
  bench.rule.limit = 80;
  bench.rule.is_latched = true;
  bench.say(81);
  bench.say(20);
  bench.silence(100);
  STRCMP_EQUAL("raised at 1", bench.all().c_str());
  bench.watch.is_released = true;
  bench.say(20);
  STRCMP_EQUAL("raised at 1, ended at 103", bench.all().c_str());
  bench.say(81);
  bench.watch.is_released = true;
  bench.silence(5);
  bench.say(20);
  STRCMP_EQUAL("raised at 1, ended at 103, raised at 104, ended at 110", bench.all().c_str());
}

TEST(Watching, W4_what_flaps_stays_raised_until_it_was_calm_for_long) {
  bench.rule.limit = 80;
  for (int times = 0; times < 20; ++times) {
    bench.say(81);
    bench.say(79);
  }
  LONGS_EQUAL(2 * AlertDefaults{}.flapping_raises - 1, bench.told.size());
  CHECK(bench.watch.is_flapping);
  bench.silence(AlertDefaults{}.flapping_within.ms / 1000 + 1);
  LONGS_EQUAL(2 * AlertDefaults{}.flapping_raises, bench.told.size());
  CHECK_FALSE(bench.watch.is_flapping);
  bench.say(81);
  LONGS_EQUAL(2 * AlertDefaults{}.flapping_raises + 1, bench.told.size());
}

TEST(Watching, W5_a_reading_that_is_none_is_not_heard) {
  bench.rule.limit = 80;
  bench.say(500, Quality::no_contact);
  bench.say(500, Quality::device_fault);
  bench.say(std::numeric_limits<double>::quiet_NaN());
  bench.say(std::numeric_limits<double>::infinity());
  STRCMP_EQUAL("", bench.all().c_str());
  bench.say(500, Quality::uncertain);
  STRCMP_EQUAL("raised at 5", bench.all().c_str());
}

TEST(Watching, rate_is_measured_over_its_window) {
  bench.rule = {.condition = Condition::rate, .limit = 2, .window = seconds(5)};
  for (int step = 0; step < 20; ++step) bench.say(step);  // one a second
  STRCMP_EQUAL("", bench.all().c_str());
  for (int step = 0; step < 10; ++step) bench.say(20 + 3 * step);  // three a second
  LONGS_EQUAL(1, bench.told.size());
  for (int step = 0; step < 12; ++step) bench.say(50);
  LONGS_EQUAL(2, bench.told.size());
}

TEST(Watching, stale_is_raised_without_a_reading_and_ends_with_one) {
  bench.rule = {.condition = Condition::stale, .window = seconds(10)};
  bench.say(1);
  bench.silence(9);
  STRCMP_EQUAL("", bench.all().c_str());
  bench.silence(5);
  STRCMP_EQUAL("raised at 11", bench.all().c_str());
  bench.say(1);
  STRCMP_EQUAL("raised at 11, ended at 16", bench.all().c_str());
}

TEST(Watching, stuck_is_a_value_that_does_not_move_by_more_than_the_hysteresis) {
  bench.rule = {.condition = Condition::stuck, .hysteresis = 0.5, .window = seconds(10)};
  for (int step = 0; step < 10; ++step) bench.say(7 + 0.04 * step);
  STRCMP_EQUAL("", bench.all().c_str());
  bench.say(7.4);
  STRCMP_EQUAL("raised at 11", bench.all().c_str());
  bench.say(9);
  STRCMP_EQUAL("raised at 11, ended at 12", bench.all().c_str());
}

TEST(Watching, deviation_knows_what_is_usual_and_raises_what_is_not) {
  bench.rule = {.condition = Condition::deviation, .limit = 6, .window = minutes(5)};
  Random luck(5);
  for (int step = 0; step < 600; ++step) bench.say(100 + luck.fraction() * 2);
  STRCMP_EQUAL("", bench.all().c_str());
  bench.say(120);
  LONGS_EQUAL(1, bench.told.size());
  bench.say(101);
  LONGS_EQUAL(2, bench.told.size());
}

// Over random values: never raised twice in a row, never ended twice, and always by the rule.
TEST(Watching, raising_and_ending_take_turns_and_the_hysteresis_is_between_them) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random luck(seed);
    Rule rule;
    rule.limit = 50;
    rule.hysteresis = 10;
    rule.delay = seconds(static_cast<std::int64_t>(luck.below(4)));
    Watch watch;
    double value = 40;
    bool is_raised = false;
    std::int64_t above_since = -1;
    for (std::int64_t second = 1; second < 500; ++second) {
      value += luck.fraction() * 12 - 6;
      const Uptime now{second * 1000};
      hear(rule, watch, {.at = now, .value = value, .sensor = {}});
      if (value > 50 && above_since < 0) above_since = second;
      if (value <= 40 || (!is_raised && value <= 50 && watch.holds == false)) above_since = -1;
      const News news = look(rule, watch, now);
      if (news == News::raised) {
        CHECK_FALSE(is_raised);
        CHECK(value > 40);
        CHECK(second * 1000 - above_since * 1000 >= rule.delay.ms);
        set_raised(rule, watch, now);
        is_raised = true;
      } else if (news == News::ended) {
        CHECK(is_raised);
        CHECK(value <= 40 || watch.is_flapping);
        set_ended(watch);
        is_raised = false;
      }
    }
  }
}

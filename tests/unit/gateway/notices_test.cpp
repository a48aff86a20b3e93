// What a person must hear is in the log: when it begins, once an hour, and when it ends.
#include "gateway/notices.h"

#include <CppUTest/TestHarness.h>

#include "platform/sim/log.h"
#include "tests/support/queue_on_sim.h"
#include "tests/support/status_equal.h"
#include "tests/unit/stores/telemetry/window_under_test.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::gateway;

TEST_GROUP(Notices) {
  test::QueueOnSim on;
  telemetry::WindowUnderTest window{1, 8};
  sim::Log log{on.clock};
  Notices notices{log};

  void setup() override { STATUS_EQUAL(Status::ok, on.start()); }
  void look() { notices.look(*window.telemetry, *on.queue, on.now); }
  int lines_with(std::string_view word) {
    int count = 0;
    for (const std::string& line : log.lines()) count += line.find(word) != std::string::npos;
    return count;
  }
};

TEST(Notices, say_nothing_while_all_is_well) {
  look();
  LONGS_EQUAL(0, log.lines().size());
}

TEST(Notices, warn_that_the_window_is_shorter_than_a_day_once_an_hour) {
  Random random(1);
  std::int64_t at_ms = 0;
  const auto fill = [&](int readings) {
    for (int i = 0; i < readings; ++i)
      CHECK(is_ok(window.add(0, at_ms += 1000, random.fraction())));
  };
  fill(2000);
  for (int minute = 0; minute < 150; ++minute, on.pass(minutes(1))) look();
  LONGS_EQUAL(3, lines_with("warning window_short minutes="));
  LONGS_EQUAL(3, lines_with("minutes_wanted=1440"));
  at_ms += hours(30).ms;  // one reading an hour from here on: there is room for days of them
  for (int i = 0; i < 400; ++i, at_ms += hours(1).ms) CHECK(is_ok(window.add(0, at_ms, 5)));
  look();
  LONGS_EQUAL(1, lines_with("note window_long_enough"));
}

TEST(Notices, tell_when_the_queue_is_in_memory_only_and_when_it_is_not_any_more) {
  on.flash.set_state(hal::MediumState::read_only);
  STATUS_EQUAL(Status::unavailable, on.start());
  look();
  look();
  LONGS_EQUAL(1, lines_with("error queue_in_memory_only"));
  on.flash.set_state(hal::MediumState::writable);
  on.pass(stores::queue::kRetryMax);
  on.queue->serve(on.now);
  look();
  LONGS_EQUAL(1, lines_with("note queue_on_flash"));
}

TEST(Notices, tell_of_a_file_set_aside_by_name_and_reason) {
  on.end();
  on.flash.zero("queue.db");
  static_cast<void>(on.flash.remove("queue.db-wal"));
  STATUS_EQUAL(Status::ok, on.start());
  look();
  look();
  LONGS_EQUAL(1, lines_with("queue_file_set_aside file=queue-aside-1.db found=zeroed"));
}

// hal/watchdog.h, clause by clause.
#include <CppUTest/TestHarness.h>

#include "tests/contract/board_under_test.h"

using namespace hf;

TEST_GROUP(WatchdogContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  hal::Watchdog& watchdog() { return world->board().watchdog; }
};

TEST(WatchdogContract, a_board_without_one_says_so) {
  const Result<Duration> period = watchdog().start(seconds(30));
  if (period.ok()) {
    CHECK(period.value() <= seconds(30));
    static_cast<void>(watchdog().stop());
  } else {
    CHECK(period.status() == Status::unavailable);
    CHECK(watchdog().stop() == Status::stale);
  }
}

TEST(WatchdogContract, clause_1_the_board_resets_when_it_is_not_fed) {
  HF_NEEDS(world->fit_watchdog(true));
  const Result<Duration> period = watchdog().start(seconds(10));
  CHECK(period.ok());
  CHECK(period.value() <= seconds(10));
  bool was_reset = false;
  for (int turn = 0; turn < 20; ++turn) {
    HF_NEEDS(world->pass_at_once(period.value() - milliseconds(1)));
    watchdog().feed();
    HF_NEEDS(world->see_reset(was_reset));
    CHECK_FALSE(was_reset);
  }
  CHECK(world->pass_at_once(period.value() + seconds(1)));
  CHECK(world->see_reset(was_reset));
  CHECK(was_reset);
  CHECK(watchdog().last_reset() == hal::ResetCause::watchdog);
}

TEST(WatchdogContract, clause_1_it_guards_on_while_our_process_is_dead) {
  HF_NEEDS(world->fit_watchdog(true));
  CHECK(watchdog().start(seconds(10)).ok());
  world->restart_process();
  HF_NEEDS(world->pass_at_once(seconds(11)));
  bool was_reset = false;
  HF_NEEDS(world->see_reset(was_reset));
  CHECK(was_reset);
}

TEST(WatchdogContract, a_second_start_is_busy_and_the_next_process_may_take_over) {
  HF_NEEDS(world->fit_watchdog(true));
  CHECK(watchdog().start(seconds(10)).ok());
  CHECK(watchdog().start(seconds(10)).status() == Status::busy);
  world->restart_process();
  CHECK(watchdog().start(seconds(10)).ok());
  static_cast<void>(watchdog().stop());
}

TEST(WatchdogContract, clause_2_feeding_takes_less_than_a_millisecond) {
  HF_NEEDS(world->fit_watchdog(true));
  CHECK(watchdog().start(seconds(10)).ok());
  const Uptime before = world->board().clock.uptime();
  for (int i = 0; i < 1'000; ++i) watchdog().feed();
  CHECK(world->board().clock.uptime() - before < milliseconds(1'000));
  static_cast<void>(watchdog().stop());
}

TEST(WatchdogContract, clause_2_feeding_before_the_start_does_nothing) {
  watchdog().feed();
  CHECK(watchdog().stop() == Status::stale);
}

TEST(WatchdogContract, clause_3_after_an_orderly_stop_the_board_stays_on) {
  HF_NEEDS(world->fit_watchdog(true));
  CHECK(watchdog().start(seconds(10)).ok());
  CHECK(is_ok(watchdog().stop()));
  CHECK(watchdog().stop() == Status::stale);
  HF_NEEDS(world->pass_at_once(minutes(5)));
  bool was_reset = true;
  HF_NEEDS(world->see_reset(was_reset));
  CHECK_FALSE(was_reset);
}

TEST(WatchdogContract, clause_3_hardware_that_cannot_be_stopped_says_so_and_resets) {
  HF_NEEDS(world->fit_watchdog(false));
  CHECK(watchdog().start(seconds(10)).ok());
  CHECK(watchdog().stop() == Status::unsupported);
  HF_NEEDS(world->pass_at_once(seconds(11)));
  bool was_reset = false;
  HF_NEEDS(world->see_reset(was_reset));
  CHECK(was_reset);
}

TEST(WatchdogContract, clause_4_the_cause_of_the_last_reset_stays_the_same_for_a_boot) {
  const hal::ResetCause cause = watchdog().last_reset();
  CHECK(watchdog().last_reset() == cause);
  world->restart_process();
  CHECK(watchdog().last_reset() == cause);
  HF_NEEDS(world->cut_power());
  CHECK(watchdog().last_reset() == hal::ResetCause::power_on);
}

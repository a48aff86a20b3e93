// hal/clock.h, clause by clause.
#include <CppUTest/TestHarness.h>

#include "tests/contract/board_under_test.h"

using namespace hf;

TEST_GROUP(ClockContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  hal::Clock& clock() { return world->board().clock; }

  // Waits as long as clause 4 allows for a step to be noticed.
  bool step_is_noticed(hal::ClockStep & step) {
    for (int waited_ms = 0; waited_ms <= 1000; waited_ms += 10) {
      if (clock().take_step(step)) return true;
      world->pass(milliseconds(10));
    }
    return false;
  }
};

TEST(ClockContract, clause_1_uptime_counts_the_time_that_passes_and_never_goes_back) {
  Uptime before = clock().uptime();
  const Uptime first = before;
  for (int turn = 0; turn < 10; ++turn) {
    world->pass(milliseconds(2));
    const Uptime now = clock().uptime();
    CHECK(now >= before);
    before = now;
  }
  CHECK(before - first >= milliseconds(19));  // one may be cut off by whole milliseconds
}

TEST(ClockContract, clause_1_uptime_counts_through_suspend) {
  const Uptime before = clock().uptime();
  HF_NEEDS(world->suspend(seconds(3600)));
  CHECK(clock().uptime() - before >= seconds(3600));
}

TEST(ClockContract, clause_1_uptime_does_not_notice_when_utc_is_set) {
  const Uptime before = clock().uptime();
  HF_NEEDS(world->set_utc(clock().utc().at + days(14)));
  CHECK(clock().uptime() - before < seconds(10));
  CHECK(world->set_utc(clock().utc().at - days(28)));
  CHECK(clock().uptime() >= before);
}

TEST(ClockContract, clause_2_a_restart_of_the_process_changes_neither_uptime_nor_boot) {
  world->pass(milliseconds(5));
  const Uptime before = clock().uptime();
  const BootId boot = clock().boot_id();
  world->restart_process();
  CHECK(clock().uptime() >= before);
  CHECK(clock().boot_id() == boot);
}

TEST(ClockContract, clause_2_every_power_on_is_a_boot_of_its_own_and_uptime_begins_again) {
  BootId before = clock().boot_id();
  CHECK(before != BootId{});
  world->pass(milliseconds(5));
  for (int turn = 0; turn < 20; ++turn) {
    HF_NEEDS(world->cut_power());
    CHECK(clock().boot_id() != before);
    CHECK(clock().boot_id() != BootId{});
    CHECK(clock().uptime() - Uptime{} < seconds(1));
    before = clock().boot_id();
  }
}

TEST(ClockContract, clause_3_utc_goes_on_with_uptime_whatever_its_quality) {
  const UtcReading before = clock().utc();
  world->pass(milliseconds(20));
  const UtcReading after = clock().utc();
  CHECK(after.at - before.at >= milliseconds(19));
  CHECK(after.at - before.at < seconds(10));
}

TEST(ClockContract, clause_3_quality_tells_when_utc_can_be_believed) {
  HF_NEEDS(world->cut_power());
  CHECK(clock().utc().quality < TimeQuality::synced);
  HF_NEEDS(world->sync_clock());
  CHECK(clock().utc().quality == TimeQuality::synced);
  CHECK(clock().utc().error < seconds(1));
}

TEST(ClockContract, clause_4_a_step_is_reported_once_with_its_size) {
  hal::ClockStep step;
  CHECK_FALSE(clock().take_step(step));
  const Uptime before = clock().uptime();
  HF_NEEDS(world->set_utc(clock().utc().at + hours(1)));
  CHECK(step_is_noticed(step));
  CHECK(step.by > hours(1) - seconds(1));
  CHECK(step.by < hours(1) + seconds(1));
  CHECK(step.noticed_at >= before);
  CHECK(step.noticed_at <= clock().uptime());
  CHECK_FALSE(clock().take_step(step));
}

TEST(ClockContract, clause_4_a_step_back_is_negative) {
  HF_NEEDS(world->set_utc(clock().utc().at - days(14)));
  hal::ClockStep step;
  CHECK(step_is_noticed(step));
  CHECK(step.by < seconds(1) - days(14));
}

TEST(ClockContract, clause_4_a_difference_below_the_least_step_is_none) {
  HF_NEEDS(world->set_utc(clock().utc().at + milliseconds(100)));
  hal::ClockStep step{.noticed_at = Uptime{-7}, .by = seconds(77)};
  CHECK_FALSE(step_is_noticed(step));
  CHECK(step.noticed_at == Uptime{-7});
  CHECK(step.by == seconds(77));
}

TEST(ClockContract, clause_4_steps_that_nobody_took_are_summed) {
  HF_NEEDS(world->set_utc(clock().utc().at + hours(5)));
  world->pass(milliseconds(20));
  CHECK(world->set_utc(clock().utc().at - hours(2)));
  world->pass(milliseconds(20));
  hal::ClockStep step;
  CHECK(step_is_noticed(step));
  CHECK(step.by > hours(3) - seconds(1));
  CHECK(step.by < hours(3) + seconds(1));
}

TEST(ClockContract, clause_5_a_floor_is_kept_and_a_lower_one_changes_nothing) {
  const UtcTime floor = clock().utc().at + days(400);
  clock().raise_floor(floor);
  HF_NEEDS(clock().utc().quality < TimeQuality::synced);  // else the other half is proved
  CHECK(clock().utc().at >= floor);
  CHECK(clock().utc().quality == TimeQuality::floor);
  clock().raise_floor(floor - days(100));
  CHECK(clock().utc().at >= floor);
  const UtcTime before = clock().utc().at;
  world->pass(milliseconds(20));
  CHECK(clock().utc().at - before >= milliseconds(19));
}

TEST(ClockContract, clause_5_a_synced_source_knows_better_than_a_floor) {
  HF_NEEDS(world->sync_clock());
  const UtcTime truth = clock().utc().at;
  clock().raise_floor(truth + days(400));
  CHECK(clock().utc().at - truth < days(1));
  CHECK(clock().utc().quality == TimeQuality::synced);
}

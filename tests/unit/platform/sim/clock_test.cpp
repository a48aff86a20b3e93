// The world's hands on the simulated clock; what hal/clock.h promises is in tests/contract.
#include "platform/sim/clock.h"

#include <CppUTest/TestHarness.h>

using namespace hf;

TEST_GROUP(SimClock) { sim::Clock clock{1}; };

TEST(SimClock, stands_still_until_time_passes) {
  CHECK(clock.uptime() == Uptime{0});
  clock.pass(seconds(5));
  CHECK(clock.uptime() == Uptime{5000});
}

TEST(SimClock, without_a_battery_utc_begins_in_1970_and_is_unset) {
  clock.pass(minutes(1));
  CHECK(clock.utc().at == UtcTime{60'000});
  CHECK(clock.utc().quality == TimeQuality::unset);
}

TEST(SimClock, a_sync_is_one_step_to_the_true_time) {
  const Duration by = clock.true_utc() - clock.utc().at;
  clock.sync();
  CHECK(clock.utc().at == clock.true_utc());
  CHECK(clock.utc().quality == TimeQuality::synced);
  hal::ClockStep step;
  CHECK(clock.take_step(step));
  CHECK(step.by == by);
}

TEST(SimClock, drift_shows_only_while_no_source_disciplines_it) {
  clock.sync();
  clock.set_drift_ppm(50);
  clock.pass(days(10));
  CHECK(clock.utc().at == clock.true_utc());
  clock.lose_sync();
  clock.pass(days(10));
  CHECK(clock.utc().at - clock.true_utc() == milliseconds(43'200));
}

TEST(SimClock, true_time_goes_on_over_boots) {
  clock.pass(hours(1));
  const UtcTime before = clock.true_utc();
  clock.power_on(sim::Rtc::none);
  clock.pass(hours(1));
  CHECK(clock.true_utc() - before == hours(1));
  CHECK(clock.uptime() == Uptime{hours(1).ms});
}

TEST(SimClock, a_good_rtc_is_coarse_and_a_wrong_one_is_not_believed) {
  clock.power_on(sim::Rtc::good);
  CHECK(clock.utc().quality == TimeQuality::coarse);
  CHECK(clock.utc().at - clock.true_utc() <= clock.utc().error);
  CHECK(clock.true_utc() - clock.utc().at <= clock.utc().error);
  clock.power_on(sim::Rtc::wrong);
  CHECK(clock.utc().quality == TimeQuality::unset);
}

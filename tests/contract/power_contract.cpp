// hal/power.h, clause by clause.
#include <CppUTest/TestHarness.h>

#include "tests/contract/board_under_test.h"

using namespace hf;
using hal::PowerSource;

TEST_GROUP(PowerContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  hal::PowerState state() { return world->board().power.state(); }
};

TEST(PowerContract, clause_1_what_the_hardware_reports_is_seen_within_the_age_allowed) {
  HF_NEEDS(world->set_power({.source = PowerSource::battery,
                             .failing = false,
                             .charge_percent = 42,
                             .temperature_millicelsius = -12'500}));
  HF_NEEDS(world->pass_at_once(hal::kPowerAgeMax));
  CHECK(state().source == PowerSource::battery);
  LONGS_EQUAL(42, state().charge_percent);
  LONGS_EQUAL(-12'500, state().temperature_millicelsius);
}

TEST(PowerContract, clause_2_failing_is_said_while_the_wire_warns_and_not_after) {
  CHECK_FALSE(state().failing);
  HF_NEEDS(world->warn_of_power_loss(true));
  CHECK(state().failing);
  world->pass(milliseconds(5));
  CHECK(state().failing);
  CHECK(world->warn_of_power_loss(false));
  CHECK_FALSE(state().failing);
}

TEST(PowerContract, clause_3_what_nobody_reports_is_unknown) {
  HF_NEEDS(world->set_power({}));
  HF_NEEDS(world->pass_at_once(hal::kPowerAgeMax));
  CHECK(state().source == PowerSource::unknown);
  LONGS_EQUAL(hal::kChargeUnknown, state().charge_percent);
  LONGS_EQUAL(hal::kTemperatureUnknown, state().temperature_millicelsius);
}

TEST(PowerContract, clause_3_a_charge_is_a_percentage_or_unknown) {
  const hal::PowerState now = state();
  CHECK(now.charge_percent <= 100 || now.charge_percent == hal::kChargeUnknown);
}

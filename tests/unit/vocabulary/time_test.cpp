#include "vocabulary/time.h"

#include <CppUTest/TestHarness.h>

#include <type_traits>

using namespace hf;

// The two clocks do not convert into each other, not even by subtraction.
static_assert(!std::is_convertible_v<Uptime, UtcTime> && !std::is_convertible_v<UtcTime, Uptime>);
template <typename A, typename B>
concept Subtractable = requires(A a, B b) {
  a - b;
};
static_assert(!Subtractable<Uptime, UtcTime> && !Subtractable<UtcTime, Uptime>);

TEST_GROUP(Time){};

TEST(Time, a_time_before_1970_and_one_after_2038_keep_their_order) {
  CHECK(UtcTime{-1} < UtcTime{0});
  CHECK(UtcTime{0} + days(365LL * 80) > UtcTime{INT32_MAX * 1000LL});
}

TEST(Time, units_are_what_they_say) {
  LONGLONGS_EQUAL(86'400'000, days(1).ms);
  LONGLONGS_EQUAL(days(1).ms, hours(24).ms);
  LONGLONGS_EQUAL(hours(1).ms, minutes(60).ms);
}

TEST(Time, quality_is_ordered_worst_first) {
  CHECK(TimeQuality::unset < TimeQuality::floor);
  CHECK(TimeQuality::floor < TimeQuality::coarse);
  CHECK(TimeQuality::coarse < TimeQuality::synced);
}

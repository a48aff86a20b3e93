#include "platform/linux/clock.h"

#include <CppUTest/TestHarness.h>

using namespace hf;
using namespace hf::on_linux;

namespace {

constexpr UtcTime k1970{5'000};
constexpr UtcTime kBuild{1'700'000'000'000};
constexpr UtcTime kToday{1'760'000'000'000};
constexpr Discipline kNone{};
constexpr Discipline kClose{.synchronised = true, .error = milliseconds(12)};
constexpr Discipline kRough{.synchronised = true, .error = seconds(9)};

}  // namespace

TEST_GROUP(JudgingUtc){};

TEST(JudgingUtc, believes_what_is_disciplined_as_far_as_its_error) {
  const UtcReading close = judge_utc(kToday, kClose, kBuild, {}, false);
  CHECK(close.quality == TimeQuality::synced);
  CHECK(close.at == kToday);
  CHECK(close.error == milliseconds(12));
  CHECK(judge_utc(kToday, kRough, kBuild, {}, false).quality == TimeQuality::coarse);
}

TEST(JudgingUtc, calls_a_clock_that_somebody_set_coarse) {
  const UtcReading set = judge_utc(kToday, kNone, kBuild, {}, true);
  CHECK(set.quality == TimeQuality::coarse);
  CHECK(set.at == kToday);
  CHECK(set.error == kSetErrorMax);
}

TEST(JudgingUtc, knows_no_more_than_the_floor_of_a_clock_that_nobody_set) {
  const UtcReading restored = judge_utc(kToday, kNone, kBuild, {}, false);
  CHECK(restored.quality == TimeQuality::floor);
  CHECK(restored.at == kToday);
  CHECK(judge_utc(kToday, kNone, UtcTime{}, {}, false).quality == TimeQuality::unset);
}

TEST(JudgingUtc, answers_1970_with_the_floor_and_the_time_since) {
  const UtcReading reading = judge_utc(k1970, kNone, kBuild, minutes(7), false);
  CHECK(reading.quality == TimeQuality::floor);
  CHECK(reading.at == kBuild + minutes(7));
}

TEST(JudgingUtc, does_not_believe_a_source_that_is_below_the_floor) {
  CHECK(judge_utc(k1970, kClose, kBuild, {}, true).quality == TimeQuality::floor);
  CHECK(judge_utc(k1970, kClose, kBuild, {}, true).at == kBuild);
}

TEST_GROUP(StepGaugeOfUtc) {
  StepGauge gauge{seconds(1000)};
  hal::ClockStep step;
};

TEST(StepGaugeOfUtc, takes_slewing_for_no_step_however_far_it_goes) {
  for (std::int64_t i = 1; i <= 100; ++i) {
    gauge.note(seconds(1000) + milliseconds(90 * i), false, Uptime{i * 1000});
  }
  CHECK_FALSE(gauge.take(step));
}

TEST(StepGaugeOfUtc, reports_a_set_once_with_its_size_and_moment) {
  gauge.note(seconds(1000) + milliseconds(40), false, Uptime{1'000});
  gauge.note(seconds(4600) + milliseconds(40), true, Uptime{2'000});
  CHECK(gauge.take(step));
  CHECK(step.by == seconds(3600));
  CHECK(step.noticed_at == Uptime{2'000});
  CHECK_FALSE(gauge.take(step));
}

TEST(StepGaugeOfUtc, sums_what_nobody_took) {
  gauge.note(seconds(1000 + 500), true, Uptime{1'000});
  gauge.note(seconds(1000 + 300), true, Uptime{2'000});
  CHECK(gauge.take(step));
  CHECK(step.by == seconds(300));
}

TEST(StepGaugeOfUtc, small_sets_add_up_to_a_step) {
  gauge.note(seconds(1000) + milliseconds(300), true, Uptime{1'000});
  CHECK_FALSE(gauge.take(step));
  gauge.note(seconds(1000) + milliseconds(600), true, Uptime{2'000});
  CHECK(gauge.take(step));
  CHECK(step.by == milliseconds(600));
}

TEST(StepGaugeOfUtc, waking_from_suspend_is_no_step) {
  gauge.note(seconds(1000), true, Uptime{9'000'000});
  CHECK_FALSE(gauge.take(step));
}

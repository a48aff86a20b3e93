#include "documents/hybrid_clock.h"

#include <CppUTest/TestHarness.h>

#include "vocabulary/random.h"

using namespace hf;
using namespace hf::documents;

namespace {

constexpr Origin kUs{7};
constexpr std::int64_t kToday = 1'700'000'000'000;
constexpr std::int64_t kTenYearsMs = days(3653).ms;

UtcReading trusted(std::int64_t ms) {
  return {.at = {ms}, .error = milliseconds(20), .quality = TimeQuality::synced};
}
UtcReading untrusted(std::int64_t ms) {
  return {.at = {ms}, .error = {}, .quality = TimeQuality::unset};
}

// Issues as the owner of a clock does: persists what is asked for, then tries again.
Stamp issue_from(HybridClock& clock, const UtcReading& now, Stamp& persisted) {
  const Result<Stamp> first = clock.issue(now);
  if (first.ok()) return first.value();
  CHECK(first.status() == Status::busy);
  persisted = clock.reservation(now);
  clock.reserve(persisted);
  return clock.issue(now).value();
}

}  // namespace

TEST_GROUP(HybridClocks) {
  Stamp persisted = kNever;
  HybridClock clock{kUs, kNever};
};

TEST(HybridClocks, H1_every_stamp_is_greater_than_all_issued_and_observed_before) {
  const Stamp first = issue_from(clock, trusted(kToday), persisted);
  LONGS_EQUAL(kToday, first.ms);
  const Stamp at_once = issue_from(clock, trusted(kToday), persisted);
  CHECK(at_once > first);
  const Stamp after_a_step_back = issue_from(clock, trusted(kToday - 60'000), persisted);
  CHECK(after_a_step_back > at_once);
  const Stamp heard{kToday + 1000, 3, {9}};
  CHECK(is_ok(clock.observe(heard, trusted(kToday))));
  CHECK(issue_from(clock, trusted(kToday), persisted) > heard);
}

TEST(HybridClocks, H2_no_reboot_repeats_a_stamp_wherever_it_happens) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random{seed};
    HybridClock running{kUs, kNever};
    Stamp durable = kNever;
    Stamp last = kNever;
    std::int64_t now_ms = kToday;
    for (int step = 0; step < 200; ++step) {
      now_ms += random.between(-90'000, 100'000);
      const UtcReading now = random.chance(1, 3) ? untrusted(0) : trusted(now_ms);
      const Result<Stamp> stamp = running.issue(now);
      if (stamp.ok()) {
        CHECK_TEXT(stamp.value() > last, ("seed " + std::to_string(seed)).c_str());
        last = stamp.value();
      } else if (stamp.status() == Status::busy) {
        const Stamp until = running.reservation(now);
        if (random.chance(3, 4)) durable = until;  // or the power goes while it is written
        if (random.chance(3, 4) && durable == until) running.reserve(until);
      }
      if (random.chance(1, 5)) running = HybridClock{kUs, durable};
    }
  }
}

TEST(HybridClocks, H3_a_stamp_from_too_far_ahead_is_refused_and_moves_nothing) {
  const std::int64_t most = kToday + limits::kStampFutureMost.ms;
  CHECK(is_ok(clock.observe({most, 0, {9}}, trusted(kToday))));
  CHECK(clock.observe({most + 1, 0, {9}}, trusted(kToday)) == Status::refused);
  CHECK(clock.observe({kToday + kTenYearsMs, 0, {9}}, trusted(kToday)) == Status::refused);
  LONGS_EQUAL(most, issue_from(clock, trusted(kToday), persisted).ms);
}

TEST(HybridClocks, H4_without_a_trusted_clock_stamps_follow_the_highest_seen) {
  const Stamp seen{kToday, 5, {9}};
  const UtcReading ten_years_ahead = untrusted(kToday + kTenYearsMs);
  CHECK(is_ok(clock.observe(seen, ten_years_ahead)));
  const Stamp stamp = issue_from(clock, ten_years_ahead, persisted);
  CHECK(stamp > seen);
  LONGS_EQUAL(kToday, stamp.ms);
}

TEST(HybridClocks, H4_a_clock_is_trusted_by_its_quality_its_error_and_its_sense) {
  CHECK(is_trusted(trusted(kToday)));
  CHECK_FALSE(is_trusted(trusted(-1)));
  CHECK_FALSE(is_trusted(trusted(kStampMsMost + 1)));
  CHECK_FALSE(is_trusted({.at = {kToday}, .error = seconds(1), .quality = TimeQuality::floor}));
  CHECK_FALSE(is_trusted({.at = {kToday}, .error = minutes(6), .quality = TimeQuality::coarse}));
}

TEST(HybridClocks, H5_a_brown_out_loop_does_not_run_ahead_of_what_others_believe) {
  for (int boot = 0; boot < 1000; ++boot) {
    HybridClock booted{kUs, persisted};
    const Stamp stamp = issue_from(booted, trusted(kToday + boot), persisted);
    CHECK(stamp.ms <= kToday + boot + limits::kStampReservedAhead.ms);
  }
}

TEST(HybridClocks, say_when_they_are_ahead_of_a_clock_that_has_become_right) {
  const UtcReading wrong = trusted(kToday + kTenYearsMs);
  issue_from(clock, wrong, persisted);
  CHECK(clock.issue(trusted(kToday)).status() == Status::refused);
  HybridClock anew{Origin{8}, kNever};
  LONGS_EQUAL(kToday, issue_from(anew, trusted(kToday), persisted).ms);
}

TEST(HybridClocks, count_over_into_the_next_millisecond) {
  CHECK(is_ok(clock.observe({kToday, UINT32_MAX, {9}}, trusted(kToday))));
  const Stamp stamp = issue_from(clock, trusted(kToday), persisted);
  LONGS_EQUAL(kToday + 1, stamp.ms);
}

TEST(HybridClocks, are_full_at_the_end_of_time_rather_than_wrong) {
  CHECK(is_ok(clock.observe(kEnd, untrusted(0))));
  CHECK(clock.issue(untrusted(0)).status() == Status::full);
}

TEST(HybridClocks, persist_at_most_once_a_minute_however_many_edits) {
  int writes = 0;
  for (std::int64_t ms = 0; ms < hours(1).ms; ms += 100) {
    const Stamp before = persisted;
    issue_from(clock, trusted(kToday + ms), persisted);
    writes += persisted != before;
  }
  CHECK(writes <= 60);
}

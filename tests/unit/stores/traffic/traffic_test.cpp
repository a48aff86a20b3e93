#include "stores/traffic/traffic.h"

#include <CppUTest/TestHarness.h>

using namespace hf;
using namespace hf::stores;

namespace {

constexpr std::size_t kFrames = static_cast<std::size_t>(wire::TopicClass::frames);
constexpr std::size_t kAlert = static_cast<std::size_t>(wire::TopicClass::alert);
// 2024-02-28 00:00 UTC: a leap day follows.
constexpr UtcTime kFebruary28{1'709'078'400'000};

TrafficLine payload_up(std::uint64_t bytes) {
  TrafficLine line;
  line.messages_up = 1;
  line.payload_up = bytes;
  return line;
}

}  // namespace

TEST_GROUP(Traffic) { Traffic traffic; };

TEST(Traffic, TR1_each_byte_is_in_one_line_and_in_the_sum) {
  TrafficLine whole = payload_up(1000);
  whole.around_up = 100;
  whole.around_down = 60;
  traffic.note(kFrames, whole);
  traffic.note(kAlert, payload_up(20));
  traffic.note(kTrafficLines + 7, payload_up(3));  // nobody's: other
  UNSIGNED_LONGS_EQUAL(1000, traffic.line(kFrames).payload_up);
  UNSIGNED_LONGS_EQUAL(3, traffic.line(kTrafficOther).payload_up);
  UNSIGNED_LONGS_EQUAL(1183, traffic.sum().bytes());
  UNSIGNED_LONGS_EQUAL(1183, traffic.use().day_bytes);
  UNSIGNED_LONGS_EQUAL(1183, traffic.use().month_bytes);
}

TEST(Traffic, TR1_every_line_has_a_name_of_its_own) {
  for (std::size_t a = 0; a < kTrafficLines; ++a) {
    CHECK(!traffic_line_name(a).empty());
    for (std::size_t b = 0; b < a; ++b) CHECK(traffic_line_name(a) != traffic_line_name(b));
  }
}

TEST(Traffic, TR2_days_and_months_begin_anew_when_they_come) {
  traffic.note(kFrames, payload_up(10));
  traffic.note_time(kFebruary28, true);  // the first that is known: it was that day all along
  UNSIGNED_LONGS_EQUAL(10, traffic.use().day_bytes);
  traffic.note_time(kFebruary28 + hours(23), true);
  UNSIGNED_LONGS_EQUAL(10, traffic.use().day_bytes);
  traffic.note_time(kFebruary28 + hours(24), true);  // the 29th
  UNSIGNED_LONGS_EQUAL(0, traffic.use().day_bytes);
  UNSIGNED_LONGS_EQUAL(10, traffic.use().month_bytes);
  traffic.note_time(kFebruary28 + hours(48), true);  // the 1st of March
  UNSIGNED_LONGS_EQUAL(0, traffic.use().month_bytes);
}

TEST(Traffic, TR2_a_clock_that_goes_back_begins_nothing) {
  traffic.note_time(kFebruary28, true);
  traffic.note(kFrames, payload_up(10));
  traffic.note_time(kFebruary28 - days(40), false);
  traffic.note_time(kFebruary28, false);
  UNSIGNED_LONGS_EQUAL(10, traffic.use().day_bytes);
  UNSIGNED_LONGS_EQUAL(10, traffic.use().month_bytes);
}

TEST(Traffic, TR2_a_synced_clock_takes_back_a_date_far_ahead) {
  traffic.note_time(kFebruary28 + days(3650), false);  // a person's slip
  traffic.note(kFrames, payload_up(10));
  traffic.note_time(kFebruary28, true);
  UNSIGNED_LONGS_EQUAL(10, traffic.use().day_bytes);
  traffic.note_time(kFebruary28 + days(1), true);
  UNSIGNED_LONGS_EQUAL(0, traffic.use().day_bytes);
}

TEST(Traffic, TR2_months_have_the_length_the_calendar_says) {
  // From 2024-02-28 on, a day at a time: the month changes on these.
  constexpr int kChanges[] = {2, 33, 63, 94, 124, 155, 186, 216, 247, 277, 308, 339, 367};
  std::size_t next = 0;
  traffic.note_time(kFebruary28, true);
  for (int day = 1; day < 368; ++day) {
    const std::int64_t before = traffic.use().month;
    traffic.note_time(kFebruary28 + days(day), true);
    if (traffic.use().month == before) continue;
    LONGS_EQUAL(kChanges[next++], day);
    LONGLONGS_EQUAL(before + 1, traffic.use().month);
  }
  UNSIGNED_LONGS_EQUAL(13, next);
}

TEST(Traffic, TR3_without_a_plan_there_is_no_limit) {
  traffic.note(kFrames, payload_up(1'000'000'000));
  CHECK(traffic.share(kFebruary28, true) == TrafficShare{});
}

TEST(Traffic, TR3_a_day_at_the_allowed_rate_never_exceeds_the_plan_and_uses_most_of_it) {
  constexpr std::uint64_t kPlan = 10'000'000;
  traffic.set_plan({.day_bytes_max = kPlan, .month_bytes_max = 0});
  traffic.note_time(kFebruary28, true);
  for (Duration into{}; into < days(1); into = into + minutes(1)) {
    const TrafficShare share = traffic.share(kFebruary28 + into, true);
    if (!share.events_only) traffic.note(kFrames, payload_up(share.bytes_per_second * 60));
  }
  CHECK(traffic.use().day_bytes <= kPlan * 95 / 100 + 1000);
  CHECK(traffic.use().day_bytes >= kPlan * 90 / 100);
}

TEST(Traffic, TR3_a_plan_that_is_used_up_lets_only_events_pass) {
  traffic.set_plan({.day_bytes_max = 0, .month_bytes_max = 1'000'000});
  traffic.note_time(kFebruary28, true);
  traffic.note(kFrames, payload_up(950'001));
  CHECK(traffic.share(kFebruary28, true).events_only);
  traffic.note_time(kFebruary28 + days(2), true);  // March
  CHECK(!traffic.share(kFebruary28 + days(2), true).events_only);
}

TEST(Traffic, TR3_the_stricter_of_two_plans_counts) {
  traffic.set_plan({.day_bytes_max = 86'400'000, .month_bytes_max = 86'400});
  const TrafficShare share = traffic.share(kFebruary28, true);
  CHECK(share.bytes_per_second <= 2);
}

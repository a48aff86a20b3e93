#include "stores/anchors/anchors.h"

#include <CppUTest/TestHarness.h>

#include <array>

using namespace hf;
using namespace hf::stores;

namespace {

constexpr BootId kMonday{1};
constexpr BootId kTuesday{2};
constexpr BootId kWednesday{3};
constexpr UtcTime kNoon{1'700'000'000'000};

Anchor synced(BootId boot, Uptime uptime, UtcTime utc) {
  return {.boot = boot,
          .uptime = uptime,
          .utc = utc,
          .error = milliseconds(10),
          .quality = TimeQuality::synced};
}
Anchor coarse(BootId boot, Uptime uptime, UtcTime utc) {
  return {.boot = boot,
          .uptime = uptime,
          .utc = utc,
          .error = seconds(2),
          .quality = TimeQuality::coarse};
}
constexpr Uptime up(Duration time) { return Uptime{time.ms}; }

}  // namespace

TEST_GROUP(TimeAnchors) {
  std::array<BootAnchors, 3> memory{};
  Anchors anchors{memory};
  UtcSpan place(BootId boot, Uptime uptime) {
    UtcSpan span;
    CHECK(is_ok(anchors.place(boot, uptime, span)));
    CHECK(span.earliest <= span.likely && span.likely <= span.latest);
    return span;
  }
  void setup() override { anchors.begin_boot(kMonday); }
};

TEST(TimeAnchors, A1_a_clock_set_after_an_hour_heals_the_hour_before) {
  CHECK(is_ok(anchors.add(synced(kMonday, up(hours(1)), kNoon))));
  LONGLONGS_EQUAL((kNoon - hours(1)).ms, place(kMonday, up(seconds(0))).likely.ms);
  LONGLONGS_EQUAL((kNoon + hours(5)).ms, place(kMonday, up(hours(6))).likely.ms);
  CHECK(place(kMonday, up(seconds(0))).quality == TimeQuality::synced);
}

TEST(TimeAnchors, A1_doubt_grows_with_the_distance_from_the_anchor) {
  CHECK(is_ok(anchors.add(synced(kMonday, up(hours(1)), kNoon))));
  const UtcSpan far = place(kMonday, up(hours(25)));
  LONGLONGS_EQUAL((hours(24).ms * kDriftPpmMax / 1'000'000 + 10) * 2,
                  (far.latest - far.earliest).ms);
}

TEST(TimeAnchors, A2_a_worse_anchor_changes_nothing) {
  CHECK(is_ok(anchors.add(synced(kMonday, up(hours(1)), kNoon))));
  CHECK(is_ok(anchors.add(coarse(kMonday, up(hours(2)), kNoon + days(30)))));
  LONGLONGS_EQUAL((kNoon + hours(1)).ms, place(kMonday, up(hours(2))).likely.ms);
}

TEST(TimeAnchors, A2_a_better_anchor_replaces_every_worse_one) {
  CHECK(is_ok(anchors.add(coarse(kMonday, up(hours(1)), kNoon + days(30)))));
  CHECK(is_ok(anchors.add(synced(kMonday, up(hours(2)), kNoon))));
  LONGLONGS_EQUAL((kNoon - hours(1)).ms, place(kMonday, up(hours(1))).likely.ms);
}

TEST(TimeAnchors, A3_a_boot_without_a_clock_lies_between_its_neighbours) {
  CHECK(is_ok(anchors.add(synced(kMonday, up(hours(1)), kNoon))));
  anchors.begin_boot(kTuesday);
  anchors.hear(kTuesday, up(hours(2)));
  anchors.begin_boot(kWednesday);
  CHECK(is_ok(anchors.add(synced(kWednesday, up(seconds(30)), kNoon + days(2)))));
  const UtcSpan span = place(kTuesday, up(hours(1)));
  CHECK(span.quality == TimeQuality::unset);
  LONGLONGS_EQUAL((kNoon + hours(1)).ms - 10, span.earliest.ms);  // an hour after Monday ended
  LONGLONGS_EQUAL((kNoon + days(2) - seconds(30) - hours(1)).ms,
                  span.latest.ms - 10 - 15);  // and drift
}

TEST(TimeAnchors, A3_a_boot_with_no_neighbours_may_lie_anywhere) {
  const UtcSpan span = place(kMonday, up(hours(1)));
  CHECK(span.quality == TimeQuality::unset);
  CHECK(span.earliest == UtcTime{0});
  CHECK(span.latest > kNoon + days(365'000));
}

TEST(TimeAnchors, A4_anchors_are_thinned_but_the_first_and_the_last_stay) {
  for (int hour = 0; hour < 1000; ++hour) {
    CHECK(is_ok(anchors.add(synced(kMonday, up(hours(hour)), kNoon + hours(hour)))));
  }
  LONGLONGS_EQUAL(kNoon.ms, place(kMonday, up(hours(0))).likely.ms);
  LONGLONGS_EQUAL((kNoon + hours(999)).ms, place(kMonday, up(hours(999))).likely.ms);
  UNSIGNED_LONGLONGS_EQUAL(1000 - kAnchorsPerBootMax, anchors.anchors_thinned());
}

TEST(TimeAnchors, A4_the_oldest_boot_is_forgotten_first_and_counted) {
  for (std::uint64_t boot = 2; boot <= 5; ++boot) anchors.begin_boot(BootId{boot});
  UtcSpan span;
  CHECK(anchors.place(kMonday, Uptime{}, span) == Status::not_found);
  CHECK(anchors.add(synced(kMonday, Uptime{}, kNoon)) == Status::not_found);
  UNSIGNED_LONGLONGS_EQUAL(2, anchors.boots_forgotten());
}

TEST(TimeAnchors, drift_between_two_anchors_is_spread_evenly) {
  CHECK(is_ok(anchors.add(synced(kMonday, up(hours(0)), kNoon))));
  CHECK(is_ok(anchors.add(
      synced(kMonday, up(hours(10)), kNoon + hours(10) + milliseconds(3600)))));  // 100 ppm
  LONGLONGS_EQUAL((kNoon + hours(5)).ms + 1800, place(kMonday, up(hours(5))).likely.ms);
}

TEST(TimeAnchors, a_clock_set_by_hand_two_weeks_back_holds_from_there_on_only) {
  CHECK(is_ok(anchors.add(synced(kMonday, up(hours(1)), kNoon))));
  CHECK(is_ok(anchors.add(synced(kMonday, up(hours(3)), kNoon - days(14)))));
  LONGLONGS_EQUAL((kNoon + hours(1)).ms, place(kMonday, up(hours(2))).likely.ms);
  LONGLONGS_EQUAL((kNoon - days(14) + hours(1)).ms, place(kMonday, up(hours(4))).likely.ms);
}

TEST(TimeAnchors, an_anchor_that_nobody_can_mean_is_refused) {
  for (const std::int64_t wild : {INT64_MIN, INT64_C(-1), INT64_MAX}) {
    CHECK(anchors.add(synced(kMonday, up(hours(1)), UtcTime{wild})) == Status::invalid);
    CHECK(anchors.add(synced(kMonday, Uptime{wild}, kNoon)) == Status::invalid);
  }
}

TEST(TimeAnchors, an_anchor_without_quality_is_no_anchor) {
  Anchor anchor = synced(kMonday, up(hours(1)), kNoon);
  anchor.quality = TimeQuality::unset;
  CHECK(anchors.add(anchor) == Status::invalid);
}

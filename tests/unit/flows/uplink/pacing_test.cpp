#include "flows/uplink/pacing.h"

#include <CppUTest/TestHarness.h>

using namespace hf;
using namespace hf::flows;
using namespace hf::flows::uplink;

TEST_GROUP(Pacing) {
  UplinkSettings settings;
  Pacing pacing;

  // Frames of a hundred sensors at 1 Hz, as docs/formats/frames.md has them.
  void note_hundred_sensors() {
    for (int i = 0; i < 20; ++i) pacing.note_frame(376, seconds(1));
  }
  Duration period_at(std::uint64_t rate, bool is_metered = false) {
    pacing.note_link(rate, is_metered);
    return pacing.period(settings);
  }
};

TEST(Pacing, a_good_link_gets_a_frame_every_second) {
  note_hundred_sensors();
  CHECK(period_at(100'000) == seconds(1));
}

TEST(Pacing, a_poor_link_gets_the_shortest_period_that_leaves_it_three_quarters) {
  note_hundred_sensors();
  struct Case {
    std::uint64_t rate;
    Duration period;
  };
  for (const Case& c : {Case{2'200, seconds(1)}, Case{2'000, seconds(2)}, Case{1'000, seconds(5)},
                        Case{600, seconds(30)}, Case{430, seconds(120)}, Case{10, seconds(600)}}) {
    Pacing fresh = pacing;
    fresh.note_link(c.rate, false);
    LONGS_EQUAL(c.period.ms, fresh.period(settings).ms);
  }
}

TEST(Pacing, a_metered_link_gets_no_more_than_its_setting) {
  note_hundred_sensors();
  CHECK(period_at(100'000, true) == seconds(60));
  settings.live_period_least_metered = seconds(10);
  CHECK(period_at(100'000, true) == seconds(10));
}

TEST(Pacing, a_battery_that_runs_low_gets_a_minute) {
  note_hundred_sensors();
  hal::PowerState power;
  power.source = hal::PowerSource::battery;
  power.charge_percent = 80;
  pacing.note_power(power);
  CHECK(period_at(100'000) == seconds(1));
  power.charge_percent = 30;
  pacing.note_power(power);
  CHECK(period_at(100'000) == seconds(60));
}

TEST(Pacing, it_does_not_go_to_and_fro_at_a_border) {
  note_hundred_sensors();
  CHECK(period_at(2'000) == seconds(2));
  CHECK(period_at(2'200) == seconds(2));  // enough for one second, but only just
  CHECK(period_at(3'000) == seconds(1));
}

TEST(Pacing, what_a_period_costs_is_known_from_frames_of_another) {
  note_hundred_sensors();
  const std::uint64_t by_seconds = pacing.cost(seconds(60));
  Pacing by_minutes;
  for (int i = 0; i < 20; ++i) by_minutes.note_frame(6420, seconds(60));
  const std::uint64_t measured = by_minutes.cost(seconds(60));
  CHECK(by_seconds * 100 >= measured * 95 && by_seconds * 100 <= measured * 105);
}

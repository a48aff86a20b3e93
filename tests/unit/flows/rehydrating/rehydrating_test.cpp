// After a restart the window holds again what it held, as far as it was safe.
#include "flows/rehydrating/rehydrating.h"

#include <CppUTest/TestHarness.h>

#include "tests/unit/flows/rehydrating/desk.h"

using namespace hf;
using namespace hf::test;
using stores::telemetry::same;

TEST_GROUP(Rehydrating) {
  static constexpr std::uint32_t kSensors = 3;

  std::unique_ptr<Desk> desk = std::make_unique<Desk>(kSensors);

  flows::Rehydrating& rehydrating() { return desk->process->rehydrating; }
  const stores::RehydratingCounts& counts() { return desk->process->counts; }
  stores::telemetry::Telemetry& window() { return *desk->process->window.telemetry; }
  std::vector<Reading> held(std::uint32_t sensor) { return desk->process->window.all(sensor); }

  // What was taken, or its newest part, moved by so much.
  std::vector<Reading> expected(std::uint32_t sensor, std::size_t count, Duration shift = {}) {
    const std::vector<Reading>& all = desk->taken[sensor];
    CHECK(count <= all.size());
    std::vector<Reading> moved(all.end() - static_cast<std::ptrdiff_t>(count), all.end());
    for (Reading& reading : moved) reading.at = reading.at + shift;
    return moved;
  }
  void check_all_is_back(Duration shift = {}) {
    for (std::uint32_t sensor = 0; sensor < kSensors; ++sensor) {
      CHECK(same(held(sensor), expected(sensor, desk->taken[sensor].size(), shift)));
    }
  }
};

TEST(Rehydrating, RH2_a_day_comes_back_with_every_bit_when_the_process_starts_again) {
  desk->period = seconds(10);
  desk->start(true);
  desk->run(hours(24));
  desk->process->forwarding.step(desk->now, true);
  desk->start(false);
  desk->rehydrate();
  check_all_is_back();
  UNSIGNED_LONGLONGS_EQUAL(kSensors * 24 * 360, counts().readings);
  UNSIGNED_LONGLONGS_EQUAL(0, counts().readings_refused);
}

TEST(Rehydrating, RH2_what_this_process_took_does_not_come_back) {
  desk->start(true);
  desk->run(hours(2));
  desk->process->forwarding.step(desk->now, true);
  desk->start(false);
  desk->run(minutes(25));  // its own readings are in the file by now
  desk->rehydrate();
  check_all_is_back();
  UNSIGNED_LONGLONGS_EQUAL(0, counts().readings_refused);
}

TEST(Rehydrating, the_newest_comes_back_first) {
  desk->start(true);
  desk->run(hours(6));
  desk->close();
  desk->start(false);
  Uptime oldest = desk->now;
  while (!rehydrating().is_done()) {
    rehydrating().step(desk->now);
    const std::vector<Reading> readings = held(0);
    if (readings.empty()) continue;
    CHECK(readings.front().at <= oldest);
    CHECK(same(readings, expected(0, readings.size())));  // without a hole up to the newest
    oldest = readings.front().at;
  }
  CHECK(oldest == desk->taken[0].front().at);
}

TEST(Rehydrating, RH1_a_step_puts_back_one_sensor_of_one_frame_and_new_readings_come_in_between) {
  desk->start(true);
  desk->run(hours(3));
  desk->close();
  desk->start(false);
  desk->scan();  // before anything came back
  UNSIGNED_LONGLONGS_EQUAL(kSensors, window().held());
  std::uint64_t put_back = 0;
  while (!rehydrating().is_done()) {
    const Uptime next = rehydrating().step(desk->now);
    CHECK(counts().readings - put_back <= wire::kFrameRowsMax);
    CHECK(rehydrating().is_done() || next <= desk->now + milliseconds(10));
    put_back = counts().readings;
    desk->now = desk->now + seconds(1);
    desk->scan();
  }
  check_all_is_back();
  UNSIGNED_LONGLONGS_EQUAL(0, window().counts().evicted);
}

TEST(Rehydrating, RH3_an_earlier_boot_lies_before_this_one_by_the_time_it_was_powered) {
  desk->start(true);
  desk->run(hours(2));
  desk->close();
  const Uptime ended = desk->now;
  desk->start(true);
  desk->rehydrate();
  const std::vector<Reading> back = held(1);
  CHECK_FALSE(back.empty());
  const Duration shift = back.back().at - desk->taken[1].back().at;
  check_all_is_back(shift);
  CHECK(back.back().at <= Uptime{});
  CHECK(back.back().at >= Uptime{} - seconds(10));
  CHECK(ended > Uptime{});
}

TEST(Rehydrating, RH3_several_boots_lie_one_behind_the_other_in_their_order) {
  for (int boot = 0; boot < 4; ++boot) {
    desk->start(true);
    desk->run(minutes(47));
    // The power goes, and some of it is in the journal.
    STATUS_EQUAL(Status::ok, desk->process->queue.make_safe(desk->now));
  }
  desk->start(true);
  desk->rehydrate();
  for (std::uint32_t sensor = 0; sensor < kSensors; ++sensor) {
    const std::vector<Reading> back = held(sensor);
    CHECK(back.size() >= std::size_t{4} * 46 * 60);
    UNSIGNED_LONGLONGS_EQUAL(0, counts().readings_refused);
    for (std::size_t i = 1; i < back.size(); ++i) CHECK(back[i - 1].at <= back[i].at);
    // A reading's value tells which it was: those of a boot that were safe, without a hole.
    std::size_t at = 0;
    for (const Reading& reading : back) {
      const std::vector<Reading>& all = desk->taken[sensor];
      while (at < all.size() && !(all[at].value == reading.value)) ++at;
      CHECK(at < all.size());
      ++at;
    }
  }
}

TEST(Rehydrating, RH4_a_start_that_is_cut_short_changes_nothing_and_the_next_one_does_it_all) {
  desk->start(true);
  desk->run(hours(4));
  desk->close();
  for (int steps = 1; steps < 40; steps += 5) {
    desk->start(false);
    const std::uint64_t written = desk->metered.meter().bytes_written;
    LONGS_EQUAL(steps, desk->rehydrate(steps));
    UNSIGNED_LONGLONGS_EQUAL(written, desk->metered.meter().bytes_written);
  }
  desk->start(false);
  desk->rehydrate();
  check_all_is_back();
}

TEST(Rehydrating, RH5_it_ends_where_the_history_is_older_than_the_window) {
  desk->length = hours(2);
  desk->start(true);
  desk->run(hours(5));
  desk->close();
  desk->start(false);
  desk->rehydrate();
  CHECK(same(held(0), expected(0, 2 * 3600 + 1)) || same(held(0), expected(0, 2 * 3600)));
  CHECK(counts().frames <= 13);  // of ten minutes: the others were not even read
}

TEST(Rehydrating, RH5_it_ends_when_the_window_is_full_and_drops_nothing) {
  desk->start(true);
  desk->run(hours(8));
  desk->close();
  desk->blocks = 60;
  desk->start(false);
  desk->rehydrate();
  UNSIGNED_LONGLONGS_EQUAL(0, window().counts().evicted);
  const std::vector<Reading> back = held(2);
  CHECK(back.size() > 1000);
  CHECK(same(back, expected(2, back.size())));
}

TEST(Rehydrating, what_upstream_has_comes_back_as_well) {
  desk->start(true);
  desk->run(hours(1));
  stores::OfflineQueue& queue = desk->process->queue;
  const stores::QueueFigures figures = queue.figures(desk->now);
  STATUS_EQUAL(Status::ok, queue.acknowledge({.stream = figures.stream,
                                              .lane = wire::Lane::readings,
                                              .watermark = figures.readings_next,
                                              .through = figures.readings_next},
                                             desk->now));
  desk->run(hours(1));
  desk->close();
  desk->start(false);
  desk->rehydrate();
  check_all_is_back();
}

TEST(Rehydrating, frames_that_are_merged_meanwhile_do_not_bring_anything_twice) {
  desk->start(true);
  for (int piece = 0; piece < 30; ++piece) {
    desk->run(minutes(2));
    STATUS_EQUAL(Status::ok, desk->process->queue.batch(desk->now));
  }
  desk->process->forwarding.step(desk->now, true);
  desk->start(false);
  while (!rehydrating().is_done()) {
    desk->rehydrate(5);
    desk->now = desk->now + seconds(40);
    desk->process->queue.serve(desk->now);  // compacts
  }
  CHECK(desk->process->queue.counters().frames_compacted > 0);
  for (std::uint32_t sensor = 0; sensor < kSensors; ++sensor) {
    CHECK(same(held(sensor), expected(sensor, desk->taken[sensor].size())));
  }
}

TEST(Rehydrating, sensors_that_were_added_since_hide_none_and_another_roster_is_left_out) {
  desk->start(true);
  desk->run(minutes(30));
  desk->close();
  desk->know("added");
  desk->start(false);
  desk->rehydrate();
  CHECK(same(held(0), expected(0, 30 * 60)));
  UNSIGNED_LONGLONGS_EQUAL(0, counts().frames_of_other_roster);

  const sim::FlashImage image = desk->flash.image();
  desk.reset();
  auto other = std::make_unique<Desk>(0);
  other->flash.install(image);
  other->know("of-another-machine");
  other->boots = 9;
  other->start(true);
  other->rehydrate();
  UNSIGNED_LONGLONGS_EQUAL(0, other->process->window.telemetry->held());
  CHECK(other->process->counts.frames_of_other_roster > 0);
}

TEST(Rehydrating, a_medium_that_cannot_be_read_is_asked_again_later) {
  desk->start(true);
  desk->run(hours(1));
  desk->close();
  desk->start(false);
  stores::OfflineQueue& queue = desk->process->queue;
  STATUS_EQUAL(Status::ok, queue.close(desk->now));
  CHECK(rehydrating().step(desk->now) >= desk->now + seconds(1));
  CHECK_FALSE(rehydrating().is_done());
  STATUS_EQUAL(Status::ok, queue.open(BootId{desk->boots}, desk->now));
  desk->rehydrate();
  check_all_is_back();
}

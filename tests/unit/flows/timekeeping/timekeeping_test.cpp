#include "flows/timekeeping/timekeeping.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include "platform/sim/board.h"
#include "tests/support/plain_shaping.h"
#include "tests/support/queue_on_sim.h"
#include "wire/frames/anchor_frame.h"

using namespace hf;
using namespace hf::flows;

namespace {

constexpr std::uint64_t kSeed = 1970;
constexpr std::size_t kBoots = 4;
constexpr Duration kCloseEnough = milliseconds(20);  // the simulated source's error, and a look's

struct Told {
  BootId boot;
  Uptime uptime;
  UtcReading utc;
};

// A board, and what timekeeping stands on.
struct Desk : Utest {
  sim::Board board{kSeed};
  files::MeteredFlash metered{board.flash};
  test::PlainShaping shaping;
  std::array<stores::AnchorSlot, kBoots + stores::kAnchorSlotsToSpare> slots{};
  std::array<stores::BootAnchors, kBoots> memory{};
  stores::TimekeepingCounts counts;
  std::optional<files::Engine> engine;
  std::optional<stores::OfflineQueue> queue;
  std::optional<stores::Anchors> anchors;
  std::optional<stores::AnchorFile> file;
  std::optional<Timekeeping> flow;

  void setup() override { start(); }
  void teardown() override { end(); }

  void end() {
    flow.reset();
    file.reset();
    queue.reset();
    engine.reset();
  }
  void start() {
    end();
    engine.emplace(files::EngineMemory{test::queue_room().arena, test::queue_room().page_cache},
                   metered, kSeed);
    CHECK(is_ok(engine->start()));
    queue.emplace(*engine, metered, shaping, test::queue_room().memory(), test::small_queue());
    CHECK(is_ok(queue->open(board.clock.boot_id(), now())));
    anchors.emplace(memory);
    file.emplace(metered, slots);
    flow.emplace(board.clock, *anchors, *file, *queue, counts, board.log);
    CHECK(is_ok(flow->start()));
  }
  void power_cycle(sim::Rtc rtc) {
    end();
    board.cut_power();
    board.power_on(rtc);
    start();
  }

  Uptime now() const { return board.clock.uptime(); }
  void pass(Duration time) {
    const Uptime until = now() + time;
    while (now() < until) {
      const Uptime next = flow->step(now());
      board.pass(std::min(next, until) - now());
    }
    flow->step(now());
  }

  // How far the answer for `uptime` of this boot is from the true time of then.
  Duration error_at(Uptime uptime, UtcTime truth) {
    stores::UtcSpan span;
    CHECK(is_ok(anchors->place(board.clock.boot_id(), uptime, span)));
    return milliseconds(std::abs((span.likely - truth).ms));
  }
  TimeQuality quality_at(Uptime uptime) {
    stores::UtcSpan span;
    CHECK(is_ok(anchors->place(board.clock.boot_id(), uptime, span)));
    return span.quality;
  }

  // Every anchor that waits to go up, oldest first.
  std::vector<Told> told() {
    std::vector<Told> all;
    stores::Offer offer;
    while (is_ok(queue->peek(stores::Choice::events, now(), test::queue_room().out, offer))) {
      wire::OpenedFrame opened;
      CHECK(is_ok(wire::open_frame(offer.bytes, opened)));
      UtcReading utc;
      if (is_ok(wire::read_anchor(opened, utc))) {
        all.push_back({opened.header.boot, opened.header.first, utc});
      }
      CHECK(is_ok(queue->mark_in_flight(offer)));
    }
    queue->link_lost();
    return all;
  }
};

}  // namespace

TEST_GROUP_BASE(Timekeeping, Desk){};

TEST(Timekeeping, TK1_a_clock_set_after_an_hour_heals_the_hour_before) {
  const Uptime early = now();
  const UtcTime truth = board.clock.true_utc();
  pass(hours(1));
  CHECK(quality_at(early) == TimeQuality::unset);
  board.clock.sync();
  pass(seconds(2));
  CHECK(error_at(early, truth) <= kCloseEnough);
  CHECK(quality_at(early) == TimeQuality::synced);
  const auto all = told();
  UNSIGNED_LONGS_EQUAL(1, all.size());
  CHECK(all[0].boot == board.clock.boot_id());
  LONGLONGS_EQUAL((all[0].utc.at - truth).ms, (all[0].uptime - early).ms);
}

TEST(Timekeeping, TK1_a_better_source_replaces_a_worse_one_that_was_wrong) {
  const Uptime early = now();
  const UtcTime truth = board.clock.true_utc();
  board.clock.set_utc(truth + hours(1), TimeQuality::coarse);  // a summer time mistaken for UTC
  pass(minutes(1));
  CHECK(error_at(early, truth) >= minutes(59));
  board.clock.sync();
  pass(minutes(1));
  CHECK(error_at(early, truth) <= kCloseEnough);
  UNSIGNED_LONGS_EQUAL(2, counts.anchors);
}

TEST(Timekeeping, TK2_a_clock_that_jumps_back_splits_the_boot_and_reorders_nothing) {
  board.clock.set_utc(board.clock.true_utc(), TimeQuality::coarse);
  pass(minutes(2));
  const std::uint64_t steps_before = counts.steps;
  const Uptime before = now();
  stores::UtcSpan was;
  CHECK(is_ok(anchors->place(board.clock.boot_id(), before, was)));
  pass(minutes(1));
  board.clock.set_utc(board.clock.utc().at - days(14), TimeQuality::coarse);
  pass(seconds(2));  // at once: nothing of what comes now is placed by the old time
  stores::UtcSpan is;
  CHECK(is_ok(anchors->place(board.clock.boot_id(), before, is)));
  LONGLONGS_EQUAL(was.likely.ms, is.likely.ms);
  LONGLONGS_EQUAL(board.clock.utc().at.ms, [&] {
    stores::UtcSpan span;
    CHECK(is_ok(anchors->place(board.clock.boot_id(), now(), span)));
    return span.likely.ms;
  }());
  UNSIGNED_LONGS_EQUAL(steps_before + 1, counts.steps);
}

TEST(Timekeeping, TK2_drift_is_followed_without_any_step) {
  board.clock.set_drift_ppm(200);
  board.clock.sync();
  pass(seconds(1));
  const std::uint64_t steps_before = counts.steps;
  pass(days(2));
  UNSIGNED_LONGS_EQUAL(steps_before, counts.steps);
  CHECK(error_at(now(), board.clock.true_utc()) <= Timekeeping::kDriftMost + seconds(1));
  const std::uint64_t least =
      static_cast<std::uint64_t>(days(2).ms / Timekeeping::kAnchorPeriod.ms);
  CHECK(counts.anchors >= least);
  CHECK(counts.anchors <= static_cast<std::uint64_t>(days(2).ms / Timekeeping::kDriftPause.ms));
}

TEST(Timekeeping, TK3_what_was_learnt_survives_a_power_cut) {
  board.clock.sync();
  pass(minutes(10));
  const BootId before = board.clock.boot_id();
  const Uptime then = now();
  const UtcTime truth = board.clock.true_utc();
  power_cycle(sim::Rtc::none);
  stores::UtcSpan span;
  CHECK(is_ok(anchors->place(before, then, span)));
  CHECK(milliseconds(std::abs((span.likely - truth).ms)) <= kCloseEnough);
  UNSIGNED_LONGS_EQUAL(1, told().size());
}

TEST(Timekeeping, TK3_a_medium_that_fails_is_tried_again) {
  board.flash.set_state(hal::MediumState::missing);
  board.clock.sync();
  pass(minutes(1));
  CHECK(counts.failures > 0);
  board.flash.set_state(hal::MediumState::writable);
  pass(minutes(10));
  const BootId before = board.clock.boot_id();
  power_cycle(sim::Rtc::none);
  stores::UtcSpan span;
  CHECK(is_ok(anchors->place(before, Uptime{0}, span)));
  CHECK(span.quality == TimeQuality::synced);
}

TEST(Timekeeping, TK4_1970_and_a_floor_are_never_an_anchor) {
  pass(hours(12));
  UNSIGNED_LONGS_EQUAL(0, counts.anchors);
  board.clock.raise_floor(board.clock.true_utc() - days(100));
  pass(hours(12));
  UNSIGNED_LONGS_EQUAL(0, counts.anchors);
  UNSIGNED_LONGS_EQUAL(0, told().size());
}

TEST(Timekeeping, TK5_after_a_start_in_1970_the_clock_shows_the_last_synced_time_or_later) {
  board.clock.sync();
  pass(hours(30));
  const UtcTime last = board.clock.true_utc();
  power_cycle(sim::Rtc::none);
  const UtcReading utc = board.clock.utc();
  CHECK(utc.quality == TimeQuality::floor);
  CHECK(utc.at + Timekeeping::kHeardPeriod + minutes(5) >= last);
  CHECK(utc.at <= board.clock.true_utc());
}

TEST(Timekeeping, TK5_a_time_that_only_a_person_said_is_no_floor) {
  board.clock.set_utc(board.clock.true_utc() + days(3650), TimeQuality::coarse);
  pass(hours(2));
  power_cycle(sim::Rtc::none);
  CHECK(board.clock.utc().quality == TimeQuality::unset);
}

TEST(Timekeeping, TK6_a_boot_without_a_clock_lies_between_its_neighbours) {
  board.clock.sync();
  pass(hours(3));
  const UtcTime ended = board.clock.true_utc();
  power_cycle(sim::Rtc::none);
  const BootId blind = board.clock.boot_id();
  const Uptime then{minutes(90).ms};
  pass(hours(5));
  power_cycle(sim::Rtc::none);
  board.clock.sync();
  pass(minutes(1));
  stores::UtcSpan span;
  CHECK(is_ok(anchors->place(blind, then, span)));
  CHECK(span.quality == TimeQuality::unset);
  CHECK(span.earliest <= ended + minutes(90));
  CHECK(span.latest >= ended + minutes(90));
  // Bounded by what was heard: no more than the hours that both notes may lag behind.
  CHECK(span.latest - span.earliest <= hours(5));
}

TEST(Timekeeping, a_restart_of_the_process_goes_on_with_the_same_anchors) {
  board.clock.sync();
  pass(minutes(10));
  const std::uint64_t before = counts.anchors;
  end();
  board.restart_process();
  start();
  pass(minutes(10));
  UNSIGNED_LONGS_EQUAL(before, counts.anchors);
}

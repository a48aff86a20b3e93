// Room, order, and a medium that cannot be had.
#include "stores/offline_queue/upkeep.h"

#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using hf::test::QueueBench;

TEST_GROUP(QueueUpkeep) {
  QueueBench bench;

  void start(std::uint64_t file_kib = 512) {
    bench.on.settings.file_bytes_max = file_kib * 1024;
    STATUS_EQUAL(Status::ok, bench.on.start());
  }
  void pass_days(int count) {
    for (int batch = 0; batch < count * 10; ++batch) {
      bench.keep_for(6, 40);
      bench.batch();
      bench.on.pass(hours(2) + minutes(20));
      bench.queue().serve(bench.on.now);
    }
  }
  std::uint64_t file_bytes() { return bench.on.flash.image().at("queue.db").size(); }
};

TEST(QueueUpkeep, Q10_near_the_quota_the_oldest_lose_resolution_before_they_go) {
  start(96);
  pass_days(20);
  const QueueCounters& counters = bench.queue().counters();
  CHECK(counters.rows_condensed > 0);
  CHECK(counters.rows_dropped < counters.rows_kept / 2);
  CHECK(file_bytes() <= 96 * 1024);
  for (int round = 0; round < 40; ++round) {
    bench.send_all();
    bench.receive();
  }
  // Every position is there: in full, as an envelope, or declared gone.
  const auto& lane = bench.hub.lanes.at({bench.stream(), wire::Lane::readings});
  std::uint64_t told = 0;
  for (queue::Position at = 0; at < counters.rows_kept; ++at) {
    const bool is_in_gap =
        std::ranges::any_of(lane.gaps, [&](const auto& gap) { return gap.rows.contains(at); });
    const auto row = lane.rows.find(at);
    const bool is_full = row != lane.rows.end() && row->second != 0;
    CHECK(is_full || is_in_gap);
    told += is_in_gap ? 1 : 0;
  }
  CHECK(told > 0 && told < counters.rows_kept);
}

// Else what upstream lacks of the bucket at the border would come with none: envelopes are cut
// where a bucket begins.
TEST(QueueUpkeep, what_upstream_has_of_the_front_is_left_out_of_what_is_condensed) {
  start(96);
  STATUS_EQUAL(Status::ok, bench.keep(40));
  bench.batch();
  bench.send_all();
  constexpr queue::Position kReceived = 17;
  const Receipt part{.stream = bench.stream(), .watermark = kReceived, .through = kReceived};
  STATUS_EQUAL(Status::ok, bench.queue().acknowledge(part, bench.on.now));
  while (bench.queue().counters().rows_condensed == 0) pass_days(1);
  Offer offer;
  STATUS_EQUAL(Status::ok, bench.peek(Choice::backlog, offer));
  CHECK(offer.kind == wire::FrameKind::envelopes_10s);
  LONGS_EQUAL(kReceived, offer.frame_rows.first);
}

TEST(QueueUpkeep, events_outlive_all_readings) {
  start(96);
  for (int event = 0; event < 20; ++event) STATUS_EQUAL(Status::ok, bench.keep_event());
  pass_days(20);
  bench.send_all();
  for (std::uint64_t serial = 1; serial <= 20; ++serial) CHECK(bench.hub.has(serial));
}

TEST(QueueUpkeep, what_upstream_has_goes_after_a_day_and_first_when_room_is_short) {
  start();
  for (int batch = 0; batch < 30; ++batch) {
    bench.keep_for(6, 40);
    bench.send_all();
    bench.receive();
    bench.batch();
    bench.on.pass(hours(2));
  }
  LONGS_EQUAL(12, bench.queue().figures(bench.on.now).frames);
  LONGS_EQUAL(0, bench.queue().counters().gaps_declared);
}

// Frames that are filed stay in memory as long as there is room, and that is no reason to hurry.
TEST(QueueUpkeep, history_waits_for_more_at_every_commit_and_what_is_only_here_does_not) {
  start();
  for (const bool is_online : {true, false}) {
    const std::uint64_t commits_before = bench.queue().counters().commits;
    const Uptime until = bench.on.now + hours(6);
    while (bench.on.now < until) {
      STATUS_EQUAL(Status::ok, bench.keep(20));
      bench.on.pass(seconds(60));
      if (is_online) {
        bench.send_all();
        bench.receive();
      }
      bench.queue().serve(bench.on.now);
    }
    const std::uint64_t commits = bench.queue().counters().commits - commits_before;
    CHECK(is_online ? commits <= 6 * 2 + 2 : commits >= 6 * 6);
  }
}

TEST(QueueUpkeep, nothing_grows_old_because_only_the_process_started_again) {
  start();
  bench.on.pass(hours(20));
  bench.keep_for(6, 40);
  bench.batch();
  for (int process = 0; process < 5; ++process) {
    bench.on.end();
    bench.on.flash.restart_process();
    STATUS_EQUAL(Status::ok, bench.on.start_process());
    bench.on.pass(minutes(10));
    bench.keep_for(1);
    bench.batch();
  }
  const Duration oldest = bench.queue().figures(bench.on.now).oldest_to_send;
  CHECK(oldest > minutes(40) && oldest < minutes(60));
  // Nor does what upstream has leave the history.
  bench.send_all();
  bench.receive();
  bench.batch();
  CHECK(bench.queue().figures(bench.on.now).bytes > 240 * test::kPlainRowBytes);
}

TEST(QueueUpkeep, what_waits_is_as_old_in_memory_and_in_the_journal_as_in_the_file) {
  start();
  CHECK(bench.queue().figures(bench.on.now).oldest_to_send == Duration{});
  STATUS_EQUAL(Status::ok, bench.keep());
  for (const int place : {0, 1, 2}) {
    bench.on.pass(minutes(5));
    if (place == 1) STATUS_EQUAL(Status::ok, bench.queue().make_safe(bench.on.now));
    if (place == 2) bench.batch();
    const Duration oldest = bench.queue().figures(bench.on.now).oldest_to_send;
    CHECK(oldest > minutes(5) * (place + 1) - seconds(3));
    CHECK(oldest <= minutes(5) * (place + 1));
  }
  bench.send_all();
  bench.receive();
  CHECK(bench.queue().figures(bench.on.now).oldest_to_send == Duration{});
}

TEST(QueueUpkeep, small_neighbours_become_one) {
  start();
  for (int batch = 0; batch < 10; ++batch) {
    bench.keep_for(2, 4);
    bench.batch();
  }
  LONGS_EQUAL(10, bench.queue().figures(bench.on.now).frames);
  for (int round = 0; round < 5; ++round) {
    bench.on.pass(minutes(1));
    bench.queue().serve(bench.on.now);
  }
  CHECK(bench.queue().figures(bench.on.now).frames <= 2);
  bench.send_all();
  LONGS_EQUAL(80, bench.hub.serials.size());
  LONGS_EQUAL(0, bench.hub.corrupt);
}

TEST(QueueUpkeep, what_is_beside_the_file_stays_bounded_whoever_reads) {
  start();
  for (int event = 0; event < 400; ++event) {
    STATUS_EQUAL(Status::ok, bench.keep_event());
    Offer offer;
    STATUS_EQUAL(Status::ok, bench.peek(Choice::events, offer));  // and nobody takes it
  }
  bench.keep_for(200, 40);
  bench.batch();
  const sim::FlashImage image = bench.on.flash.image();
  CHECK(image.at("queue.db-journal").size() <= queue::kUndoBytesKept);
  CHECK(image.count("queue.db-wal") == 0);
}

TEST(QueueUpkeep, Q8_a_medium_that_is_read_only_stops_nothing_and_is_said) {
  bench.on.flash.set_state(hal::MediumState::read_only);
  STATUS_EQUAL(Status::unavailable, bench.on.start());
  CHECK(bench.queue().figures(bench.on.now).keeping == Keeping::in_memory);
  STATUS_EQUAL(Status::unavailable, bench.keep_event());
  bench.keep_for(2);
  bench.send_all();
  LONGS_EQUAL(5, bench.hub.serials.size());
  bench.keep_for(2);
  bench.on.flash.set_state(hal::MediumState::writable);
  bench.on.pass(queue::kRetryMax);
  bench.queue().serve(bench.on.now);
  CHECK(bench.queue().keeping() == Keeping::on_flash);
  bench.on.cut_power();
  STATUS_EQUAL(Status::ok, bench.on.start());
  bench.send_all();
  LONGS_EQUAL(9, bench.hub.serials.size());
}

TEST(QueueUpkeep, a_file_system_in_memory_is_used_and_is_said_to_be_none_of_flash) {
  for (const char* name : {"tmpfs", "ramfs"}) {
    sim::MediumModel model;
    model.file_system = name;
    bench.on.flash.set_model(model);
    STATUS_EQUAL(Status::ok, bench.on.start());
    CHECK(bench.queue().keeping() == Keeping::in_memory);
    CHECK(bench.queue().figures(bench.on.now).keeping == Keeping::in_memory);
  }
  bench.keep_for(3);
  bench.batch();
  STATUS_EQUAL(Status::ok, bench.on.start_process());  // the process ended, not the board
  bench.send_all();
  LONGS_EQUAL(6, bench.hub.serials.size());
}

// A card of a megabyte, or one that is full of somebody else's files.
TEST(QueueUpkeep, Q10_a_medium_smaller_than_the_quota_bounds_the_file_as_a_quota_does) {
  sim::MediumModel model;
  model.capacity_bytes = 256 * 1024;
  bench.on.flash.set_model(model);
  start();
  CHECK(bench.on.settings.file_bytes_max > model.capacity_bytes);
  std::uint64_t kept = 0;
  for (int batch = 0; batch < 200; ++batch) {
    bench.keep_for(5, 40);
    kept += 5 * 40;
    bench.queue().serve(bench.on.now);
    bench.batch();
    CHECK(bench.queue().keeping() == Keeping::on_flash);
  }
  CHECK(bench.queue().counters().rows_condensed > 0);
  LONGS_EQUAL(0, bench.queue().counters().rows_dropped_in_memory);
  LONGS_EQUAL(0, bench.queue().counters().medium_failures);
  bench.send_all();
  const auto& lane = bench.hub.lanes.at({bench.stream(), wire::Lane::readings});
  std::uint64_t declared = 0;
  for (const auto& gap : lane.gaps) {
    declared += gap.kept == wire::Resolution::nothing ? gap.rows.count() : 0;
  }
  LONGS_EQUAL(kept, lane.rows.size() + declared);
}

TEST(QueueUpkeep, memory_that_runs_over_drops_the_oldest_and_declares_it) {
  start();
  bench.on.flash.set_state(hal::MediumState::read_only);
  static_cast<void>(bench.keep_event());
  bench.keep_for(200, 30);
  CHECK(bench.queue().counters().rows_dropped_in_memory > 0);
  bench.on.flash.set_state(hal::MediumState::writable);
  bench.on.pass(queue::kRetryMax);
  bench.queue().serve(bench.on.now);
  bench.send_all();
  const auto& lane = bench.hub.lanes.at({bench.stream(), wire::Lane::readings});
  LONGS_EQUAL(1, lane.gaps.size());
  LONGS_EQUAL(6000, lane.gaps[0].rows.count() + lane.rows.size());
}

TEST(QueueUpkeep, three_short_boots_hold_off_what_can_wait) {
  for (int boot = 0; boot < 5; ++boot) {
    start();
    bench.on.cut_power();
  }
  start();
  CHECK(bench.queue().window(bench.on.now) == queue::kHoldOffWindow);
  bench.on.pass(queue::kHoldOff);
  CHECK(bench.queue().window(bench.on.now) == bench.on.settings.window);
  bench.batch();
  bench.on.cut_power();
  start();
  CHECK(bench.queue().window(bench.on.now) == bench.on.settings.window);
}

TEST(QueueUpkeep, a_budget_that_is_overdrawn_widens_the_window_and_drops_nothing) {
  std::uint64_t bytes_written[2] = {};
  Duration widest[2] = {};
  for (const std::size_t has_budget : {0, 1}) {
    bench.on.flash.install({});
    bench.on.settings.flash_bytes_per_day = has_budget * 9'600'000;
    start();
    const std::uint64_t before = bench.on.metered.meter().bytes_written;
    for (int frame = 0; frame < 4 * 120; ++frame) {  // four hours
      STATUS_EQUAL(Status::ok, bench.keep(30));
      bench.on.pass(seconds(30));
      bench.queue().serve(bench.on.now);
      widest[has_budget] = std::max(widest[has_budget], bench.queue().window(bench.on.now));
    }
    bytes_written[has_budget] = bench.on.metered.meter().bytes_written - before;
    bench.send_all();
  }
  LONGS_EQUAL(2 * 4 * 3600, bench.hub.serials.size());
  CHECK(widest[0] == bench.on.settings.window);
  CHECK(widest[1] > seconds(60) && widest[1] <= kWindowMax);
  CHECK(bytes_written[0] > 2'000'000);
  CHECK(bytes_written[1] <= 9'600'000 / 24 * 5);  // four hours, and the one that may be spent ahead
}

TEST(QueueUpkeep, figures_say_how_long_an_outage_may_last_and_what_there_is_to_send) {
  start(256);
  for (int batch = 0; batch < 10; ++batch) {
    bench.keep_for(6, 40);
    bench.batch();
  }
  const QueueFigures figures = bench.queue().figures(bench.on.now);
  LONGS_EQUAL(2400, figures.readings_rows_to_send);
  CHECK(figures.bytes_to_send > 2400 * 16 && figures.bytes_to_send < 2400 * 18);
  // It then really lasts as long, give or take 15 %.
  const Uptime at = bench.on.now;
  while (bench.queue().counters().rows_condensed == 0) {
    bench.keep_for(6, 40);
    bench.batch();
    bench.queue().serve(bench.on.now);
  }
  const auto lasted_ms = static_cast<double>((bench.on.now - at).ms);
  DOUBLES_EQUAL(lasted_ms, static_cast<double>(figures.outage_left.ms), lasted_ms * 0.15);
}

TEST(QueueUpkeep, figures_count_once_what_was_declared_and_received_too) {
  start(256);
  bench.keep_for(3);
  bench.on.cut_power();
  STATUS_EQUAL(Status::ok, bench.on.start());  // what was reserved is declared …
  bench.send_all();
  bench.receive();  // … and counts as received
  bench.keep_for(3);
  LONGS_EQUAL(6, bench.queue().figures(bench.on.now).readings_rows_to_send);
}

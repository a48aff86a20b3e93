// What users of other gateways lose sleep over, as far as it is the queue's to keep. Each test has
// the name of its lesson.
#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using hf::test::QueueBench;

TEST_GROUP(QueueInTheField) {
  QueueBench bench;

  void start() { STATUS_EQUAL(Status::ok, bench.on.start()); }
  void serve_for(Duration time) {
    for (const Uptime until = bench.on.now + time; bench.on.now < until;) {
      bench.on.pass(minutes(10));
      bench.queue().serve(bench.on.now);
    }
  }
  void send_and_receive() {
    bench.send_all();
    bench.receive();
  }
  void check_all_is_there() {
    for (std::uint64_t serial = 1; serial < bench.serial; ++serial) CHECK(bench.hub.has(serial));
    LONGS_EQUAL(0, bench.hub.duplicated);
    LONGS_EQUAL(0, bench.hub.corrupt);
  }
};

TEST(QueueInTheField, acked_record_survives_cut) {
  start();
  for (int round = 0; round < 5; ++round) {
    STATUS_EQUAL(Status::ok, bench.keep_event());
    bench.keep_for(2);
    STATUS_EQUAL(Status::ok, bench.queue().make_safe(bench.on.now));
    bench.on.cut_power();
    start();
  }
  bench.send_all();
  check_all_is_there();
}

TEST(QueueInTheField, reboot_while_offline_keeps_collecting) {
  for (int boot = 0; boot < 12; ++boot) {
    start();
    bench.keep_for(5, 10);
    STATUS_EQUAL(Status::ok, bench.queue().make_safe(bench.on.now));
    boot % 2 == 0 ? bench.on.cut_power() : bench.on.end();
  }
  start();
  bench.send_all();
  check_all_is_there();
}

TEST(QueueInTheField, config_push_on_reconnect_keeps_store) {
  start();
  bench.keep_for(6, 40);
  bench.batch();
  STATUS_EQUAL(Status::ok, bench.keep_event());
  bench.keep_for(6, 40);
  QueueSettings pushed = bench.on.settings;
  pushed.window = seconds(300);
  pushed.batch_period = hours(1);
  pushed.persist_history = false;
  pushed.history = hours(1);
  pushed.flash_bytes_per_day = 1;
  pushed.refusals_max = 1;
  bench.queue().change_settings(pushed, bench.on.now);
  serve_for(hours(2));
  bench.on.settings = pushed;
  STATUS_EQUAL(Status::ok, bench.queue().make_safe(bench.on.now));
  bench.on.cut_power();
  start();
  bench.send_all();
  check_all_is_there();
}

TEST(QueueInTheField, a_quota_below_what_is_there_thins_the_oldest_and_tells) {
  start();
  for (int batch = 0; batch < 30; ++batch) {
    bench.keep_for(6, 40);
    bench.batch();
  }
  STATUS_EQUAL(Status::ok, bench.keep_event());
  bench.on.cut_power();
  bench.on.settings.file_bytes_max = 64 * 1024;
  start();
  bench.keep_for(6, 40);
  bench.batch();
  serve_for(hours(1));
  for (int round = 0; round < 10; ++round) send_and_receive();
  CHECK(bench.queue().counters().rows_condensed > 0);
  CHECK(bench.hub.has(30 * 240 + 1));      // the event
  CHECK(bench.hub.has(bench.serial - 1));  // and what came last
  for (const auto& hole : bench.hub.receipt(bench.stream(), wire::Lane::readings).holes) {
    LONGS_EQUAL(0, hole.count());
  }
}

// Hours were taken for milliseconds, and what was to go after a day stayed for ever.
TEST(QueueInTheField, retention_units_and_repeat) {
  start();
  for (int day = 0; day < 5; ++day) {
    bench.keep_for(6, 40);
    bench.batch();
    send_and_receive();
    const std::uint64_t pruned = bench.queue().counters().rows_pruned;
    serve_for(hours(23));
    bench.batch();
    CHECK(bench.queue().counters().rows_pruned - pruned < 240);  // but for events
    serve_for(hours(2));
    bench.batch();
    CHECK(bench.queue().counters().rows_pruned - pruned >= 240);
  }
}

TEST(QueueInTheField, eviction_independent_of_wall_clock_and_of_other_streams) {
  start();
  bench.keep_for(6, 40);  // of a stream that upstream never receives anything of
  bench.batch();
  const std::uint64_t first = bench.stream();
  const queue::Position beyond = bench.queue().figures(bench.on.now).readings_next + 1;
  STATUS_EQUAL(
      Status::stale,
      bench.queue().acknowledge(
          {.stream = first, .lane = wire::Lane::readings, .watermark = 0, .through = beyond},
          bench.on.now));
  CHECK(bench.stream() != first);
  bench.keep_for(6, 40);
  bench.batch();
  const QueueFigures figures = bench.queue().figures(bench.on.now);
  STATUS_EQUAL(Status::ok, bench.queue().acknowledge({.stream = figures.stream,
                                                      .lane = wire::Lane::readings,
                                                      .watermark = figures.readings_next,
                                                      .through = figures.readings_next},
                                                     bench.on.now));
  serve_for(hours(25));
  bench.batch();
  CHECK(bench.queue().counters().rows_pruned >= 240);
  LONGS_EQUAL(240, bench.queue().figures(bench.on.now).readings_rows_to_send);
  LONGS_EQUAL(0, bench.queue().counters().rows_dropped);
}

TEST(QueueInTheField, backlog_10x_inflight_no_publish_error) {
  start();
  const int frames = 10 * static_cast<int>(queue::kRunsMax);
  for (int frame = 0; frame < frames; ++frame) {
    bench.keep_for(1, 4);
    if (frame % 40 == 39) bench.batch();
  }
  // Upstream answers for every other frame only: there is never room for all that is in flight.
  int sent = 0;
  for (int turn = 0; turn < 40 * frames && bench.hub.serials.size() + 1 < bench.serial; ++turn) {
    Offer offer;
    const Status offered = bench.peek(Choice::backlog, offer);
    CHECK(offered == Status::ok || offered == Status::not_found);
    const Status marked = is_ok(offered) ? bench.queue().mark_in_flight(offer) : offered;
    if (!is_ok(marked)) {
      bench.receive();
      bench.queue().link_lost();
      continue;
    }
    ++sent;
    if (sent % 3 != 0) bench.hub.take(offer);
  }
  CHECK(sent >= 8);
  check_all_is_there();
}

// Of an alert that comes and goes all night the last word has to arrive, whatever else must go.
TEST(QueueInTheField, flapping_alert_final_state_delivered) {
  for (const bool has_medium : {true, false}) {
    bench.on.flash.set_state(has_medium ? hal::MediumState::writable : hal::MediumState::read_only);
    STATUS_EQUAL(has_medium ? Status::ok : Status::unavailable, bench.on.start());
    const Status kept = has_medium ? Status::ok : Status::unavailable;
    for (int change = 0; change < 300; ++change) {
      STATUS_EQUAL(kept, bench.keep_event());
      bench.on.pass(seconds(1));
    }
    const std::uint64_t final_state = bench.serial - 1;
    if (has_medium) {
      bench.on.cut_power();
      start();
    }
    bench.send_all();
    CHECK(bench.hub.has(final_state));
    CHECK(has_medium || bench.queue().counters().events_dropped_in_memory > 0);
  }
  LONGS_EQUAL(0, bench.hub.duplicated);
  LONGS_EQUAL(0, bench.hub.corrupt);
}

TEST(QueueInTheField, limiter_never_rejects_new_data) {
  bench.on.settings.flash_bytes_per_day = 1000;  // of what takes a million
  start();
  for (int frame = 0; frame < 2000; ++frame) {
    STATUS_EQUAL(Status::ok, bench.keep(30));
    if (frame % 50 == 0) STATUS_EQUAL(Status::ok, bench.keep_event());
    bench.on.pass(seconds(30));
    bench.queue().serve(bench.on.now);
    CHECK(bench.queue().window(bench.on.now) <= kWindowMax);
  }
  CHECK(bench.queue().figures(bench.on.now).budget_is_overdrawn);
  LONGS_EQUAL(0, bench.queue().counters().rows_dropped_in_memory);
}

TEST(QueueInTheField, no_seq_hole_after_drop) {
  bench.on.settings.file_bytes_max = 64 * 1024;
  start();
  for (int batch = 0; batch < 300; ++batch) {
    bench.keep_for(4, 40);
    static_cast<void>(is_ok(bench.queue().batch(bench.on.now)));
    serve_for(minutes(20));
  }
  CHECK(bench.queue().counters().rows_condensed > 0);
  for (int round = 0; round < 30; ++round) send_and_receive();
  // Every position is a row, an envelope's, or in a gap record: upstream waits for none.
  const Receipt receipt = bench.hub.receipt(bench.stream(), wire::Lane::readings);
  LONGS_EQUAL(0, receipt.holes.size());
  LONGS_EQUAL(bench.queue().counters().rows_kept, receipt.watermark);
}

TEST(QueueInTheField, time_to_drain_and_endurance_are_told) {
  sim::MediumModel model;
  model.endurance_bytes = 1ULL << 30;
  bench.on.flash.set_model(model);
  start();
  for (int batch = 0; batch < 20; ++batch) {
    bench.keep_for(6, 40);
    bench.batch();
    serve_for(hours(1));
  }
  const QueueFigures figures = bench.queue().figures(bench.on.now);
  // At so many bytes a second the link is done when all bytes are over, give or take headers.
  LONGLONGS_EQUAL(figures.bytes_to_send, figures.time_to_drain(1000, 0).ms);
  LONGLONGS_EQUAL(0, figures.time_to_drain(0, 0).ms);
  const std::uint64_t bytes_before = bench.hub.bytes;
  bench.send_all();
  const auto sent = static_cast<double>(bench.hub.bytes - bytes_before);
  DOUBLES_EQUAL(sent, static_cast<double>(figures.bytes_to_send), sent * 0.15);
  // What was written in a day, every day, until the medium has had what it is made for.
  const double days_run = static_cast<double>((bench.on.now - Uptime{}).ms) / 86'400'000.0;
  const double years = static_cast<double>((1ULL << 30) - figures.bytes_written) /
                       (static_cast<double>(figures.bytes_written) / days_run) / 365.25;
  DOUBLES_EQUAL(years, figures.endurance_years_left, years * 0.05);
}

TEST(QueueInTheField, endurance_that_nobody_knows_is_not_guessed) {
  start();
  bench.keep_for(6, 40);
  bench.batch();
  DOUBLES_EQUAL(0, bench.queue().figures(bench.on.now).endurance_years_left, 0);
}

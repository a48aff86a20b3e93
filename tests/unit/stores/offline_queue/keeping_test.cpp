// What is kept comes out again, once, in order, whatever happened in between.
#include <CppUTest/TestHarness.h>

#include <string>

#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using hf::test::ModelHub;
using hf::test::plain_frame;
using hf::test::QueueOnSim;

namespace {

Status keep(QueueOnSim& on, std::uint64_t serial, std::uint32_t rows = 2) {
  return on.queue->keep(plain_frame(serial, rows, on.now, on.boot()), on.now);
}
Status keep_event(QueueOnSim& on, std::uint64_t serial) {
  return on.queue->keep_event(plain_frame(serial, 1, on.now, on.boot(), wire::FrameKind::alert),
                              on.now);
}

void send_all(QueueOnSim& on, ModelHub& hub) {
  for (const Choice choice : {Choice::events, Choice::live, Choice::backlog}) {
    test::send(on, hub, choice);
  }
}

}  // namespace

TEST_GROUP(QueueKeeping) {
  QueueOnSim on;
  ModelHub hub;
  void setup() override { STATUS_EQUAL(Status::ok, on.start()); }
};

TEST(QueueKeeping, what_is_kept_is_offered_also_before_it_is_written) {
  STATUS_EQUAL(Status::ok, keep(on, 1));
  send_all(on, hub);
  CHECK(hub.has(1) && hub.has(2));
}

TEST(QueueKeeping, a_batch_makes_one_row_of_many_frames) {
  for (std::uint64_t serial = 1; serial < 21; serial += 2) {
    STATUS_EQUAL(Status::ok, keep(on, serial));
    on.pass(seconds(2));
  }
  on.pass(on.settings.batch_period);
  on.queue->serve(on.now);
  LONGS_EQUAL(1, on.queue->figures(on.now).frames);
  STATUS_EQUAL(Status::ok, on.start());
  send_all(on, hub);
  LONGS_EQUAL(20, hub.serials.size());
}

TEST(QueueKeeping, what_is_older_than_the_window_survives_a_cut_and_the_rest_is_declared) {
  STATUS_EQUAL(Status::ok, keep(on, 1));
  on.pass(on.settings.window);
  on.queue->serve(on.now);
  STATUS_EQUAL(Status::ok, keep(on, 3));
  on.cut_power();
  STATUS_EQUAL(Status::ok, on.start());
  send_all(on, hub);
  CHECK(hub.has(1) && hub.has(2) && !hub.has(3));
  const auto& lane = hub.lanes.begin()->second;
  LONGS_EQUAL(1, lane.gaps.size());
  LONGS_EQUAL(2, lane.gaps[0].rows.first);
  LONGS_EQUAL(on.settings.rows_reserved, lane.gaps[0].rows.end);
}

TEST(QueueKeeping, seq_survives_cut) {
  STATUS_EQUAL(Status::ok, keep(on, 1));
  on.cut_power();
  STATUS_EQUAL(Status::ok, on.start());
  STATUS_EQUAL(Status::ok, keep(on, 3));
  send_all(on, hub);
  const auto& rows = hub.lanes.begin()->second.rows;
  LONGS_EQUAL(on.settings.rows_reserved, rows.begin()->first);
}

TEST(QueueKeeping, Q1_a_reservation_that_runs_out_is_renewed_in_the_same_stream) {
  on.settings.rows_reserved = 16;
  STATUS_EQUAL(Status::ok, on.start());
  const std::uint64_t stream = on.queue->figures(on.now).stream;
  for (std::uint64_t serial = 1; serial <= 400; serial += 40) {
    STATUS_EQUAL(Status::ok, keep(on, serial, 40));  // more than a whole reservation
    STATUS_EQUAL(Status::ok, keep_event(on, 1000 + serial));
    on.pass(seconds(1));
  }
  CHECK(on.queue->figures(on.now).stream == stream);
  on.cut_power();
  STATUS_EQUAL(Status::ok, on.start());
  STATUS_EQUAL(Status::ok, keep(on, 2001, 40));
  send_all(on, hub);
  LONGS_EQUAL(1, hub.lanes.count({stream, wire::Lane::readings}));
  LONGS_EQUAL(0, hub.duplicated);
  CHECK(hub.has(1001) && hub.has(2040));
}

TEST(QueueKeeping, Q1_a_process_that_starts_again_without_a_medium_begins_a_stream_of_its_own) {
  on.flash.set_state(hal::MediumState::missing);
  std::uint64_t before = 0;
  for (std::uint64_t serial = 1; serial <= 30; serial += 10) {
    on.pass(minutes(1));
    STATUS_EQUAL(Status::unavailable, on.start_process());
    STATUS_EQUAL(Status::ok, keep(on, serial, 10));
    CHECK(on.queue->figures(on.now).stream != before);
    before = on.queue->figures(on.now).stream;
    send_all(on, hub);
  }
  LONGS_EQUAL(30, hub.serials.size());
  LONGS_EQUAL(0, hub.duplicated);
}

TEST(QueueKeeping, a_reservation_that_cannot_be_renewed_ends_the_stream_but_not_the_keeping) {
  on.settings.rows_reserved = 16;
  STATUS_EQUAL(Status::ok, on.start());
  const std::uint64_t stream = on.queue->figures(on.now).stream;
  on.flash.set_state(hal::MediumState::read_only);
  for (std::uint64_t serial = 1; serial <= 100; serial += 10) {
    STATUS_EQUAL(Status::ok, keep(on, serial, 10));
  }
  CHECK(on.queue->figures(on.now).stream != stream);
  on.flash.set_state(hal::MediumState::writable);
  on.pass(queue::kRetryMax);
  on.queue->serve(on.now);
  CHECK(on.queue->keeping() == Keeping::on_flash);
  on.cut_power();
  STATUS_EQUAL(Status::ok, on.start());
  STATUS_EQUAL(Status::ok, keep(on, 101, 10));
  send_all(on, hub);
  for (std::uint64_t serial = 1; serial <= 110; ++serial) CHECK(hub.has(serial));
  LONGS_EQUAL(0, hub.duplicated);
}

TEST(QueueKeeping, an_orderly_end_leaves_no_gap) {
  STATUS_EQUAL(Status::ok, keep(on, 1));
  STATUS_EQUAL(Status::ok, on.queue->close(on.now));
  STATUS_EQUAL(Status::ok, on.start());
  STATUS_EQUAL(Status::ok, keep(on, 3));
  send_all(on, hub);
  CHECK(hub.has(1) && hub.has(2) && hub.has(3) && hub.has(4));
  CHECK(hub.lanes.begin()->second.gaps.empty());
  LONGS_EQUAL(3, hub.lanes.begin()->second.rows.rbegin()->first);
}

TEST(QueueKeeping, an_event_is_safe_when_it_is_kept) {
  STATUS_EQUAL(Status::ok, keep_event(on, 7));
  on.cut_power();
  STATUS_EQUAL(Status::ok, on.start());
  send_all(on, hub);
  CHECK(hub.has(7));
}

TEST(QueueKeeping, what_is_received_is_not_offered_again) {
  STATUS_EQUAL(Status::ok, keep(on, 1));
  send_all(on, hub);
  const std::uint64_t stream = on.queue->figures(on.now).stream;
  STATUS_EQUAL(Status::ok,
               on.queue->acknowledge(hub.receipt(stream, wire::Lane::readings), on.now));
  on.queue->link_lost();
  Offer offer;
  STATUS_EQUAL(Status::not_found,
               on.queue->peek(Choice::backlog, on.now, test::queue_room().out, offer));
  STATUS_EQUAL(Status::ok, on.queue->close(on.now));
  STATUS_EQUAL(Status::ok, on.start());
  STATUS_EQUAL(Status::not_found,
               on.queue->peek(Choice::backlog, on.now, test::queue_room().out, offer));
}

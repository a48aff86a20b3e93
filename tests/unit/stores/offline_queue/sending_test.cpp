// What is offered, in which order, and what makes it come again or not.
#include "stores/offline_queue/sending.h"

#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using hf::test::QueueBench;

TEST_GROUP(QueueSending) {
  QueueBench bench;
  void setup() override { STATUS_EQUAL(Status::ok, bench.on.start()); }
};

TEST(QueueSending, Q9_the_backlog_goes_oldest_first_over_memory_and_file) {
  bench.keep_for(6);
  bench.batch();
  bench.keep_for(3);
  queue::Position next = 0;
  Offer offer;
  while (is_ok(bench.peek(Choice::backlog, offer))) {
    LONGS_EQUAL(next, offer.rows.first);
    next = offer.rows.end;
    STATUS_EQUAL(Status::ok, bench.queue().mark_in_flight(offer));
  }
  LONGS_EQUAL(18, next);
}

TEST(QueueSending, live_is_the_newest_first_and_ends_at_the_horizon) {
  bench.keep_for(2);
  bench.on.pass(bench.on.settings.live_horizon);
  bench.keep_for(2);
  Offer offer;
  STATUS_EQUAL(Status::ok, bench.peek(Choice::live, offer));
  LONGS_EQUAL(6, offer.rows.first);
  STATUS_EQUAL(Status::ok, bench.queue().mark_in_flight(offer));
  STATUS_EQUAL(Status::ok, bench.peek(Choice::live, offer));
  LONGS_EQUAL(4, offer.rows.first);
  STATUS_EQUAL(Status::ok, bench.queue().mark_in_flight(offer));
  STATUS_EQUAL(Status::not_found, bench.peek(Choice::live, offer));
}

TEST(QueueSending, live_latency_during_backlog) {
  for (int batch = 0; batch < 20; ++batch) {
    bench.keep_for(5, 20);
    bench.batch();
  }
  for (int second = 0; second < 50; ++second) {
    STATUS_EQUAL(Status::ok, bench.keep(1));
    LONGS_EQUAL(1, bench.send(Choice::live, 1));  // what was taken now goes now
    CHECK(bench.hub.has(bench.serial - 1));
    bench.send(Choice::backlog, 1);
    bench.on.pass(seconds(1));
  }
}

TEST(QueueSending, a_batch_does_not_take_the_newest_frames_from_live) {
  bench.keep_for(3);
  bench.batch();
  LONGS_EQUAL(3, bench.send(Choice::live));
}

TEST(QueueSending, drain_starts_without_new_publish) {
  bench.keep_for(3);
  bench.batch();
  STATUS_EQUAL(Status::ok, bench.on.start());
  LONGS_EQUAL(1, bench.send(Choice::backlog));
  CHECK(bench.hub.has(1) && bench.hub.has(6));
}

TEST(QueueSending, link_drop_between_read_and_puback) {
  bench.keep_for(3);
  LONGS_EQUAL(3, bench.send(Choice::backlog));
  CHECK_FALSE(bench.has(Choice::backlog));
  bench.queue().link_lost();
  LONGS_EQUAL(3, bench.send(Choice::backlog));
}

TEST(QueueSending, Q7_restart_does_not_resend_acked) {
  bench.keep_for(3);
  bench.send_all();
  bench.receive();
  STATUS_EQUAL(Status::ok, bench.queue().close(bench.on.now));
  STATUS_EQUAL(Status::ok, bench.on.start());
  CHECK_FALSE(bench.has(Choice::backlog));
}

TEST(QueueSending, a_hole_in_a_receipt_is_sent_again_and_only_it) {
  bench.keep_for(5);
  LONGS_EQUAL(5, bench.send(Choice::backlog));
  const queue::Interval hole[] = {{4, 6}};
  const Receipt receipt{.stream = bench.stream(),
                        .lane = wire::Lane::readings,
                        .watermark = 4,
                        .through = 10,
                        .holes = hole};
  STATUS_EQUAL(Status::ok, bench.queue().acknowledge(receipt, bench.on.now));
  bench.queue().resend(receipt.stream, receipt.lane, hole[0]);
  Offer offer;
  STATUS_EQUAL(Status::ok, bench.peek(Choice::backlog, offer));
  CHECK(offer.rows == hole[0]);
  STATUS_EQUAL(Status::ok, bench.queue().mark_in_flight(offer));
  CHECK_FALSE(bench.has(Choice::backlog));
}

TEST(QueueSending, a_frame_of_which_upstream_has_a_part_is_offered_for_the_rest) {
  bench.keep_for(3);
  LONGS_EQUAL(1, bench.send(Choice::backlog, 1));
  bench.receive();
  bench.batch();
  Offer offer;
  STATUS_EQUAL(Status::ok, bench.on.start());
  STATUS_EQUAL(Status::ok, bench.peek(Choice::backlog, offer));
  CHECK((offer.rows == queue::Interval{2, 6}));
  CHECK((offer.frame_rows == queue::Interval{0, 6}));
}

TEST(QueueSending, receipts_that_contradict_themselves_are_invalid) {
  bench.keep_for(3);
  const queue::Interval backwards[] = {{4, 5}, {2, 3}};
  const queue::Interval beyond[] = {{4, 9}};
  const auto answer = [&](queue::Position watermark, queue::Position through,
                          std::span<const queue::Interval> holes) {
    return bench.queue().acknowledge({.stream = bench.stream(),
                                      .lane = wire::Lane::readings,
                                      .watermark = watermark,
                                      .through = through,
                                      .holes = holes},
                                     bench.on.now);
  };
  STATUS_EQUAL(Status::invalid, answer(4, 3, {}));
  STATUS_EQUAL(Status::invalid, answer(1, 6, backwards));
  STATUS_EQUAL(Status::invalid, answer(1, 6, beyond));
  STATUS_EQUAL(Status::not_found, bench.queue().acknowledge({.stream = 12345}, bench.on.now));
  LONGS_EQUAL(3, bench.send(Choice::backlog));
}

TEST(QueueSending, a_receipt_for_positions_never_given_begins_a_new_stream) {
  bench.keep_for(1);
  const std::uint64_t stream = bench.stream();
  const Receipt receipt{
      .stream = stream, .lane = wire::Lane::readings, .watermark = 50, .through = 50};
  STATUS_EQUAL(Status::stale, bench.queue().acknowledge(receipt, bench.on.now));
  CHECK(bench.stream() != stream);
  LONGS_EQUAL(1, bench.queue().counters().positions_forgotten);
  bench.keep_for(1);
  bench.send_all();
  LONGS_EQUAL(4, bench.hub.serials.size());
  // It is a stream like any other: it outlives a cut, and goes on behind what it had reserved.
  const std::uint64_t begun = bench.stream();
  bench.on.cut_power();
  STATUS_EQUAL(Status::ok, bench.on.start());
  CHECK(bench.stream() == begun);
  bench.keep_for(1);
  bench.send_all();
  LONGS_EQUAL(6, bench.hub.serials.size());
  LONGS_EQUAL(0, bench.hub.duplicated);
}

TEST(QueueSending, poison_message_quarantined) {
  bench.keep_for(1);
  bench.keep_for(1);
  Offer offer;
  for (std::uint32_t refusal = 1; refusal < bench.on.settings.refusals_max; ++refusal) {
    STATUS_EQUAL(Status::ok, bench.peek(Choice::backlog, offer));
    LONGS_EQUAL(0, offer.rows.first);
    STATUS_EQUAL(Status::ok, bench.queue().refused(offer, Refusal::invalid, bench.on.now));
  }
  STATUS_EQUAL(Status::refused, bench.queue().refused(offer, Refusal::invalid, bench.on.now));
  LONGS_EQUAL(1, bench.queue().counters().frames_quarantined);
  STATUS_EQUAL(Status::ok, bench.peek(Choice::backlog, offer));
  LONGS_EQUAL(2, offer.rows.first);
  // Nor after a restart.
  STATUS_EQUAL(Status::ok, bench.queue().close(bench.on.now));
  STATUS_EQUAL(Status::ok, bench.on.start());
  STATUS_EQUAL(Status::ok, bench.peek(Choice::backlog, offer));
  LONGS_EQUAL(2, offer.rows.first);
}

TEST(QueueSending, Q5_upstream_is_told_what_was_quarantined_and_waits_for_nothing) {
  bench.keep_for(2);
  Offer offer;
  for (std::uint32_t refusal = 0; refusal < bench.on.settings.refusals_max; ++refusal) {
    STATUS_EQUAL(Status::ok, bench.peek(Choice::backlog, offer));
    static_cast<void>(bench.queue().refused(offer, Refusal::too_large, bench.on.now));
  }
  bench.send_all();
  const auto& gaps = bench.hub.lanes[{bench.stream(), wire::Lane::readings}].gaps;
  LONGS_EQUAL(1, gaps.size());
  CHECK((gaps[0].rows == queue::Interval{0, 2}));
  CHECK(gaps[0].reason == wire::GapReason::unreadable);
}

TEST(QueueSending, a_quota_upstream_is_not_the_fault_of_a_frame) {
  bench.keep_for(1);
  Offer offer;
  for (int refusal = 0; refusal < 50; ++refusal) {
    STATUS_EQUAL(Status::ok, bench.peek(Choice::backlog, offer));
    STATUS_EQUAL(Status::ok, bench.queue().refused(offer, Refusal::quota, bench.on.now));
  }
  LONGS_EQUAL(0, bench.queue().counters().frames_quarantined);
}

TEST(QueueSending, what_upstream_asks_for_and_nothing_has_is_declared_once) {
  bench.keep_for(4);
  bench.send_all();
  bench.receive();
  bench.batch();
  // As after a medium that forgot: upstream has rows beyond, and not these.
  const queue::Interval hole[] = {{2, 4}};
  STATUS_EQUAL(Status::ok, bench.on.start());
  bench.send_all();
  bench.receive();
  bench.queue().link_lost();
  const std::uint64_t before = bench.queue().counters().gaps_declared;
  const Receipt receipt{.stream = bench.stream(),
                        .lane = wire::Lane::readings,
                        .watermark = 2,
                        .through = 8,
                        .holes = hole};
  STATUS_EQUAL(Status::ok, bench.queue().acknowledge(receipt, bench.on.now));
  LONGS_EQUAL(before, bench.queue().counters().gaps_declared);  // the file has them
}

TEST(QueueSending, a_mark_tells_whether_anything_kept_after_it_was_received) {
  bench.keep_for(3);
  const QueueMark mark = bench.queue().mark();
  bench.send_all();
  bench.receive();
  CHECK(!bench.queue().received_since(mark));  // that was kept before it
  bench.keep_for(1);
  CHECK(!bench.queue().received_since(mark));
  bench.send_all();
  CHECK(!bench.queue().received_since(mark));  // on its way is not there
  bench.receive();
  CHECK(bench.queue().received_since(mark));
  CHECK(!bench.queue().received_since(bench.queue().mark()));
}

TEST(QueueSending, a_mark_counts_events_too) {
  bench.keep_for(1);
  const QueueMark mark = bench.queue().mark();
  STATUS_EQUAL(Status::ok, bench.keep_event());
  bench.send_all();
  bench.receive();
  CHECK(bench.queue().received_since(mark));
}

TEST(QueueSending, a_mark_of_before_the_first_stream_is_passed_by_anything) {
  const QueueMark nothing;
  CHECK(!bench.queue().received_since(nothing));
  bench.keep_for(1);
  bench.send_all();
  bench.receive();
  CHECK(bench.queue().received_since(nothing));
}

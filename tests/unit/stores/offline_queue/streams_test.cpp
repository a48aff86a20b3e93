// Streams that end: a medium that fails for ever, or lies again and again, uses none of them up.
#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using namespace hf::test;

namespace {

struct StreamsBench : Utest, QueueBench {};

}  // namespace

TEST_GROUP_BASE(QueueStreams, StreamsBench){};

TEST(QueueStreams, a_medium_that_fails_for_ever_is_outlived_by_200_streams) {
  on.settings.rows_reserved = 40;
  STATUS_EQUAL(Status::ok, on.start());
  keep_for(2, 10);
  sim::PlannedFault fails;
  fails.call = sim::FlashCall::sync;
  fails.file = "queue.db-journal";
  fails.fault = sim::Fault::io_error;
  fails.times = sim::kForEver;
  on.flash.plan(fails);
  static_cast<void>(is_ok(queue().batch(on.now)));
  while (queue().counters().streams_begun < 200 && serial < 20'000) {
    STATUS_EQUAL(Status::ok, keep(10));
    send(Choice::live);
    const stores::Receipt receipt = hub.receipt(stream(), wire::Lane::readings);
    STATUS_EQUAL(Status::ok, queue().acknowledge(receipt, on.now));
    on.pass(queue::kRetryMax);
    on.queue->serve(on.now);
  }
  CHECK(queue().counters().streams_begun >= 200);
  for (std::uint64_t row = 1; row < serial; ++row) CHECK(hub.has(row));
  on.flash.forget_plans();
  on.pass(queue::kRetryMax);
  on.queue->serve(on.now);
  CHECK(queue().keeping() == Keeping::on_flash);
  keep_for(2, 10);
  batch();
  send_all();
  for (std::uint64_t row = 1; row < serial; ++row) CHECK(hub.has(row));
  LONGS_EQUAL(0, hub.corrupt);
  LONGS_EQUAL(0, hub.duplicated);
}

TEST(QueueStreams, what_was_reserved_and_never_used_is_nothing_to_send_after_any_number_of_cuts) {
  STATUS_EQUAL(Status::ok, on.start());
  keep_for(4, 10);
  batch();
  for (int cut = 0; cut < 3; ++cut) {
    on.cut_power();
    STATUS_EQUAL(Status::ok, on.start());
    CHECK(queue().figures(on.now).readings_rows_to_send <= 40);
    CHECK(queue().figures(on.now).events_to_send <= 2U * (static_cast<unsigned>(cut) + 1));
  }
  send_all();
  receive();
  LONGS_EQUAL(0, queue().figures(on.now).readings_rows_to_send);
}

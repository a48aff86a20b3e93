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

// Ordinals go by fours with each lie that a start meets: after some sixty none is left. Made in one
// go here: the file's stream has almost the last one, and the journal knows a larger reservation.
TEST(QueueStreams, a_file_whose_ordinals_are_used_up_is_set_aside_and_all_it_had_is_sent) {
  on.settings.is_sealed = false;  // a sealed row is bound to its place
  STATUS_EQUAL(Status::ok, on.start());
  keep_for(4, 10);
  batch();
  keep_for(2, 10);
  STATUS_EQUAL(Status::ok, queue().make_safe(on.now));
  on.cut_power();
  {
    files::Engine engine({queue_room().arena, queue_room().page_cache}, on.flash, 99);
    files::Database database(engine);
    STATUS_EQUAL(Status::ok, engine.start());
    STATUS_EQUAL(Status::ok, database.open({.file = queue::kFileName,
                                            .application_id = queue::kApplicationId,
                                            .journal = queue::kJournalMode,
                                            .page_bytes = on.settings.page_bytes,
                                            .file_bytes_max = on.settings.file_bytes_max,
                                            .cache_pages = 10},
                                           queue::schema()));
    for (const char* sql : {"UPDATE frame SET place = place + ((253 - 4) << 54)",
                            "UPDATE stream SET ordinal = 253, readings_reserved_to = 40"}) {
      files::Statement statement;
      STATUS_EQUAL(Status::ok, statement.prepare(database, sql));
      STATUS_EQUAL(Status::ok, statement.run());
    }
  }
  STATUS_EQUAL(Status::ok, on.start());
  CHECK(queue().figures(on.now).set_aside.number == 1);
  CHECK(queue().figures(on.now).set_aside.found == files::FileFound::damaged);
  keep_for(3, 10);
  for (int round = 0; round < 5; ++round) {
    on.pass(minutes(1));
    queue().serve(on.now);
  }
  send_all();
  for (std::uint64_t row = 1; row < serial; ++row) CHECK(hub.has(row));
  LONGS_EQUAL(0, hub.corrupt);
  LONGS_EQUAL(0, hub.duplicated);
  CHECK(on.flash.image().contains("queue-aside-1.db"));
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

// Received rows stay for their history; what earlier starts declared is no reason to count them.
TEST(QueueStreams, history_is_no_backlog_after_any_number_of_cuts_without_a_link) {
  STATUS_EQUAL(Status::ok, on.start());
  keep_for(8, 10);
  batch();
  send_all();
  receive();
  keep_for(1, 10);
  batch();
  for (int cut = 0; cut < 4; ++cut) {
    on.cut_power();
    STATUS_EQUAL(Status::ok, on.start());
    for (Duration passed{}; passed < queue::kHoldOff * 2; passed = passed + seconds(5)) {
      on.pass(seconds(5));
      queue().serve(on.now);
    }
    CHECK(queue().figures(on.now).holdings[0].rows >= 80);
    LONGS_EQUAL(10, queue().figures(on.now).readings_rows_to_send);
  }
  send_all();
  receive();
  for (std::uint64_t row = 1; row < serial; ++row) CHECK(hub.has(row));
  LONGS_EQUAL(0, queue().figures(on.now).readings_rows_to_send);
}

// As many streams as there may be are in the file, each with something that upstream lacks, and the
// medium begins to fail: a fifth cannot begin. Then readings are refused, which forwarding counts
// and tells; and what is there goes up first, which makes room for more.
TEST(QueueStreams, a_fifth_stream_is_refused_while_four_wait_in_the_file_and_begins_afterwards) {
  on.settings.rows_reserved = 40;
  STATUS_EQUAL(Status::ok, on.start());
  std::uint64_t refused = 0;
  sim::PlannedFault fails;
  fails.call = sim::FlashCall::sync;
  fails.file = "queue.db-journal";
  fails.fault = sim::Fault::io_error;
  fails.times = sim::kForEver;
  for (int spell = 0; spell < 6; ++spell) {
    keep_for(1, 10);
    batch();
    on.flash.plan(fails);
    static_cast<void>(is_ok(queue().batch(on.now)));
    for (int frame = 0; frame < 8; ++frame) {  // more than what is reserved
      const Status kept = keep(10);
      if (kept == Status::full) ++refused, serial -= 10;
      CHECK(is_ok(kept) || kept == Status::full);
    }
    on.flash.forget_plans();
    on.pass(queue::kRetryMax);
    queue().serve(on.now);
    CHECK(queue().keeping() == Keeping::on_flash);
    std::array<std::uint64_t, queue::kStreamsMax + 1> ids{};
    CHECK(queue().streams(ids) <= queue::kStreamsMax);
  }
  for (int round = 0; round < 200; ++round) {
    send_all();
    test::receive_what_is_known(on, hub);
    on.pass(seconds(10));
    queue().serve(on.now);
  }
  STATUS_EQUAL(Status::ok, keep(10));
  send_all();
  for (std::uint64_t row = 1; row < serial; ++row) CHECK(hub.has(row));
  LONGS_EQUAL(0, hub.corrupt);
  LONGS_EQUAL(0, hub.duplicated);
  CHECK(refused > 0);
  std::array<std::uint64_t, queue::kStreamsMax + 1> ids{};
  LONGS_EQUAL(1, queue().streams(ids));
}

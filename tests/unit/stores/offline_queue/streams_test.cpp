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

#include "stores/offline_queue/coalescing.h"

#include <string>

#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using hf::test::plain_frame;
using hf::test::QueueBench;

TEST_GROUP(Coalescing) {
  QueueBench bench;
  std::array<WaitingRow, 20> rows;
  std::optional<stores::Coalescing> state;

  void setup() override {
    STATUS_EQUAL(Status::ok, bench.on.start());
    state.emplace(*bench.on.queue, rows);
  }
  Status put(std::string_view key, std::uint8_t collection = 0) {
    return state->put(
        collection, key,
        plain_frame(bench.serial++, 1, bench.on.now, bench.on.boot(), wire::FrameKind::state),
        bench.on.now);
  }
  std::uint64_t commits() { return bench.queue().counters().commits; }
};

TEST(Coalescing, C1_of_several_values_the_last_is_kept_after_the_debounce) {
  for (int change = 0; change < 5; ++change) {
    STATUS_EQUAL(Status::ok, put("valve"));
    bench.on.pass(milliseconds(50));
  }
  const std::uint64_t before = commits();
  state->serve(bench.on.now);
  LONGS_EQUAL(before, commits());
  bench.on.pass(milliseconds(50));
  state->serve(bench.on.now);
  LONGS_EQUAL(before + 1, commits());
  LONGS_EQUAL(4, state->replaced());
  bench.send_all();
  CHECK(bench.hub.has(5));
  LONGS_EQUAL(1, bench.hub.serials.size());
}

TEST(Coalescing, C1_a_key_that_never_rests_is_kept_once_per_debounce) {
  for (int change = 0; change < 100; ++change) {
    STATUS_EQUAL(Status::ok, put("level"));
    bench.on.pass(milliseconds(30));
    state->serve(bench.on.now);
  }
  bench.send_all();
  CHECK(bench.hub.serials.size() >= 9 && bench.hub.serials.size() <= 11);
}

TEST(Coalescing, ten_rows_are_one_commit) {
  for (int key = 0; key < 15; ++key) STATUS_EQUAL(Status::ok, put("key" + std::to_string(key)));
  const std::uint64_t before = commits();
  bench.on.pass(milliseconds(300));
  state->serve(bench.on.now);
  LONGS_EQUAL(before + 2, commits());
  bench.send_all();
  LONGS_EQUAL(15, bench.hub.serials.size());
}

TEST(Coalescing, without_a_debounce_each_row_is_safe_at_once) {
  state->set(1, {.debounce = milliseconds(0)});
  STATUS_EQUAL(Status::ok, put("mode", 1));
  bench.on.cut_power();
  STATUS_EQUAL(Status::ok, bench.on.start());
  bench.send_all();
  CHECK(bench.hub.has(1));
}

TEST(Coalescing, a_collection_that_stays_here_is_refused) {
  state->set(2, {.goes_upstream = false});
  STATUS_EQUAL(Status::refused, put("local", 2));
  LONGS_EQUAL(0, state->waiting());
}

TEST(Coalescing, C2_when_all_places_are_taken_some_go_at_once) {
  for (int key = 0; key < 50; ++key) STATUS_EQUAL(Status::ok, put("key" + std::to_string(key)));
  STATUS_EQUAL(Status::ok, state->flush(bench.on.now));
  bench.send_all();
  LONGS_EQUAL(50, bench.hub.serials.size());
}

TEST(Coalescing, flapping_alert_final_state_delivered) {
  for (int change = 0; change < 1000; ++change) {
    STATUS_EQUAL(Status::ok, put("alert"));
    bench.on.pass(milliseconds(7));
    state->serve(bench.on.now);
  }
  bench.on.pass(seconds(1));
  state->serve(bench.on.now);
  bench.send_all();
  CHECK(bench.hub.has(1000));
}

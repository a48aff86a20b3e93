// Bounds on what a hub keeps: what goes is known to have been there.
#include "tools/hub/storage/retention.h"

#include <CppUTest/TestHarness.h>

#include "tests/hub/sent_frames.h"
#include "tests/hub/store_under_test.h"
#include "tools/hub/proof/proof.h"
#include "tools/hub/serving/worker.h"

namespace hf::hub {
namespace {

constexpr std::uint64_t kStream = 0xABCDEF0123456789;
constexpr UtcTime kNow{1'763'600'000'000};

Message message(std::string_view word, std::string payload) {
  return {"holdfast/v1/default/g1/" + std::string{word}, std::move(payload)};
}

}  // namespace

TEST_GROUP(HubRetention) {
  test::StoreUnderTest store;
  std::unique_ptr<Sql> sql = store.open();

  // A frame of ten rows a day, a gap record among them.
  UtcTime fill(Worker & worker, int days_count) {
    UtcTime now = kNow;
    for (int day = 0; day < days_count; ++day, now = now + days(1)) {
      const auto first = static_cast<Position>(day) * 10;
      if (day == 2) {
        worker.take(message("state", test::gap_frame(kStream, 0, {.from = 20, .to = 30})));
      } else {
        worker.take(message("frames", test::readings_frame(kStream, {first, first + 10})));
      }
      worker.commit(now);
    }
    return now;
  }
  static void sweep(Worker & worker, UtcTime now) {
    for (int turn = 0; turn < 100; ++turn) worker.let_go(now);
  }
  Findings prove() const {
    Archive archive(*sql);
    return Proof(archive).of_gateway(1);
  }
  Position watermark() const { return Archive(*sql).lanes(1).at(0).watermark; }
  std::size_t frames() const { return sql->query("SELECT 1 FROM frame").size(); }
};

TEST(HubRetention, L3_without_a_bound_nothing_goes) {
  Worker worker(*sql, {});
  sweep(worker, fill(worker, 10) + days(10'000));
  LONGS_EQUAL(10, frames());
}

TEST(HubRetention, L1_L2_what_is_too_old_goes_is_recorded_and_is_not_taken_in_again) {
  Worker worker(*sql, {.keep = {.age = days(4)}});
  const UtcTime now = fill(worker, 10);
  sweep(worker, now);
  LONGS_EQUAL(4 + 1, frames());  // four days, and the gap record
  const Findings found = prove();
  CHECK(found.is_complete());
  UNSIGNED_LONGLONGS_EQUAL(50, found.let_go);
  UNSIGNED_LONGLONGS_EQUAL(40 * test::kSentSensors, found.readings);
  UNSIGNED_LONGLONGS_EQUAL(10, found.declared.begin()->second);
  UNSIGNED_LONGLONGS_EQUAL(100, watermark());
  UNSIGNED_LONGLONGS_EQUAL(50 * test::kSentSensors, Archive(*sql).gone(1).readings);

  worker.take(message("frames", test::readings_frame(kStream, {0, 10})));
  worker.commit(now);
  UNSIGNED_LONGLONGS_EQUAL(1, worker.counts().kept.repeated);
  LONGS_EQUAL(4 + 1, frames());
  CHECK(prove().is_complete());
}

TEST(HubRetention, what_is_too_much_goes_oldest_first) {
  Worker feeder(*sql, {});
  const UtcTime now = fill(feeder, 10);
  const auto bytes = sql->query("SELECT sum(length(body)) FROM frame").at(0).at(0).bits();
  Worker worker(*sql, {.keep = {.bytes = bytes / 2}});
  sweep(worker, now);
  CHECK(sql->query("SELECT sum(length(body)) FROM frame").at(0).at(0).bits() <= bytes / 2);
  CHECK(frames() >= 4);
  CHECK(prove().is_complete());
  LONGS_EQUAL(90, sql->query("SELECT max(position) FROM frame").at(0).at(0).number());
}

TEST(HubRetention, a_frame_that_was_let_go_and_is_there_all_the_same_is_called_doubled) {
  Worker worker(*sql, {});
  fill(worker, 2);
  sql->query(
      "INSERT INTO let_go (lane_id, first_position, end_position, resolution)"
      " SELECT lane_id, 0, 5, 3 FROM lane");
  UNSIGNED_LONGLONGS_EQUAL(5, prove().duplicated);
}

TEST(HubRetention, two_workers_that_let_go_at_once_let_each_frame_go_once) {
  const auto other_sql = store.open();
  Worker one(*sql, {.keep = {.age = days(1)}});
  Worker two(*other_sql, {.keep = {.age = days(1)}});
  const UtcTime now = fill(one, 30);
  for (int turn = 0; turn < 10; ++turn) {
    one.let_go(now);
    two.let_go(now);
  }
  UNSIGNED_LONGLONGS_EQUAL(28, one.gone().frames + two.gone().frames);
  CHECK(prove().is_complete());
}

// Whatever statement fails, what is gone is recorded, and what is recorded is gone.
TEST(HubRetention, L2_a_worker_that_dies_at_any_statement_leaves_nothing_by_halves) {
  const int step = std::getenv("HOLDFAST_HUB_POSTGRES") == nullptr ? 1 : 5;
  for (int calls = 0;; calls += step) {
    test::StoreUnderTest one;
    const auto real = one.open();
    Worker feeder(*real, {});
    const UtcTime now = fill(feeder, 6);
    test::FailingSql failing(*real);
    failing.fail_after(calls);
    try {
      Worker worker(failing, {.keep = {.age = days(2)}});
      for (int turn = 0; turn < 4; ++turn) worker.let_go(now);
    } catch (const Failure&) {
      real->reopen();
    }
    Archive archive(*real);
    const Findings found = Proof(archive).of_gateway(1);
    CHECK(found.is_complete());
    UNSIGNED_LONGLONGS_EQUAL(50, found.let_go + found.readings / test::kSentSensors);
    if (!failing.has_failed()) return;
  }
}

}  // namespace hf::hub

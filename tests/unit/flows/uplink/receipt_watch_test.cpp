#include "flows/uplink/receipt_watch.h"

#include <CppUTest/TestHarness.h>

#include <map>
#include <set>
#include <vector>

#include "vocabulary/random.h"

using namespace hf;
using namespace hf::flows::uplink;
using stores::queue::Interval;
using wire::Lane;

TEST_GROUP(ReceiptWatch) {
  ReceiptWatch watch;
  Uptime now{1'000'000};

  bool add(std::uint64_t first, std::uint64_t end, Lane lane = Lane::readings) {
    return watch.add({.stream = 7, .lane = lane, .rows = {first, end}, .since = now});
  }
  std::uint64_t confirm(std::uint64_t watermark, std::vector<wire::PositionRun> holes = {},
                        std::uint64_t through = 0) {
    return watch.confirm({.stream = 7,
                          .watermark = watermark,
                          .through = std::max(through, watermark),
                          .holes = holes},
                         now);
  }
  std::vector<Interval> overdue() {
    std::vector<Interval> runs;
    for (AwaitedRun run; watch.take_overdue(now, run);) runs.push_back(run.rows);
    return runs;
  }
};

TEST(ReceiptWatch, RW1_what_is_confirmed_is_never_given_back) {
  add(0, 10);
  now = now + seconds(10);
  add(10, 20);
  LONGS_EQUAL(15, confirm(15));
  now = now + minutes(2);
  const auto runs = overdue();
  LONGS_EQUAL(1, runs.size());
  CHECK(runs.front() == (Interval{15, 20}));
  CHECK(watch.empty());
}

TEST(ReceiptWatch, what_nobody_confirms_is_given_back_after_a_minute_and_later_each_time) {
  Duration waited = seconds(60);
  for (int turn = 0; turn < 8; ++turn) {
    add(0, 10);
    now = now + waited - milliseconds(1);
    CHECK(overdue().empty());
    now = now + milliseconds(1);
    LONGS_EQUAL(1, overdue().size());
    CHECK(watch.is_hub_silent());
    waited = std::min(waited * 2, minutes(10));
  }
}

TEST(ReceiptWatch, RW2_a_receipt_that_confirms_something_brings_the_patience_back) {
  add(0, 10);
  now = now + minutes(1);
  overdue();
  CHECK(watch.is_hub_silent());
  add(0, 10);
  LONGS_EQUAL(0, confirm(0));
  CHECK(watch.is_hub_silent());
  LONGS_EQUAL(10, confirm(10));
  CHECK(!watch.is_hub_silent());
  CHECK(watch.patience() == seconds(60));
}

TEST(ReceiptWatch, where_receipts_are_rare_it_waits_for_them) {
  watch.set_period(minutes(10));
  add(0, 10);
  now = now + minutes(10);
  CHECK(overdue().empty() && !watch.wants_to_ask(now));
  now = now + seconds(30);
  CHECK(overdue().empty() && watch.wants_to_ask(now));
  now = now + seconds(15);
  LONGS_EQUAL(1, overdue().size());
}

TEST(ReceiptWatch, it_asks_once_before_it_gives_up) {
  add(0, 10);
  now = now + seconds(34);
  CHECK(!watch.wants_to_ask(now));
  now = now + seconds(1);
  CHECK(watch.wants_to_ask(now));
  watch.note_asked(now);
  now = now + seconds(20);
  CHECK(!watch.wants_to_ask(now));
  CHECK(watch.next() == now + seconds(5));
}

TEST(ReceiptWatch, rows_that_the_hub_lacks_while_it_has_later_ones_are_given_back_soon) {
  add(0, 10);
  confirm(3, {{3, 5}}, 20);
  CHECK(overdue().empty());  // they may still be on their way from the broker
  now = now + ReceiptWatch::kHubTakes;
  confirm(3, {{3, 5}}, 20);
  const auto runs = overdue();
  LONGS_EQUAL(1, runs.size());
  CHECK(runs.front() == (Interval{3, 5}));
}

TEST(ReceiptWatch, rows_beyond_what_the_hub_speaks_of_are_only_late) {
  add(0, 10);
  now = now + ReceiptWatch::kHubTakes;
  LONGS_EQUAL(5, confirm(5));
  CHECK(overdue().empty());
  LONGS_EQUAL(5, watch.rows());
}

TEST(ReceiptWatch, neighbours_share_an_entry_and_a_full_table_says_so) {
  for (std::uint64_t i = 0; i < 200; ++i) CHECK(add(i, i + 1));
  LONGS_EQUAL(ReceiptWatch::kRunsMax - 1, watch.runs_free());
  for (std::uint64_t i = 1; i < ReceiptWatch::kRunsMax; ++i) CHECK(add(1000 * i, 1000 * i + 1));
  CHECK(!add(1, 2, Lane::events));
  LONGS_EQUAL(0, watch.runs_free());
}

TEST(ReceiptWatch, RW1_each_row_is_confirmed_or_given_back_whatever_receipts_say) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    ReceiptWatch random_watch;
    std::map<std::uint64_t, int> out;  // rows added, less those that came back or were confirmed
    std::set<std::uint64_t> has;       // the hub
    Uptime at{0};
    std::uint64_t next = 0;
    for (int turn = 0; turn < 100; ++turn) {
      at = at + seconds(random.between(0, 30));
      const std::uint64_t count = 1 + random.below(5);
      const Interval rows{next, next + count};
      if (random.chance(1, 2) &&
          random_watch.add({.stream = 7, .lane = Lane::readings, .rows = rows, .since = at})) {
        for (std::uint64_t row = rows.first; row < rows.end; ++row) ++out[row];
        next = rows.end + random.below(2);
      }
      for (std::uint64_t row = 0; row < next; ++row) {
        if (random.chance(1, 20)) has.insert(row);
      }
      std::vector<wire::PositionRun> holes;
      std::uint64_t through = 0;
      for (const std::uint64_t row : has) {
        if (row > through) holes.push_back({through, row});
        through = row + 1;
      }
      if (random.chance(1, 4)) {
        const std::uint64_t watermark = holes.empty() ? through : holes.front().first;
        random_watch.confirm(
            {.stream = 7, .watermark = watermark, .through = through, .holes = holes}, at);
      }
      for (AwaitedRun run; random_watch.take_overdue(at, run);) {
        for (std::uint64_t row = run.rows.first; row < run.rows.end; ++row) --out[row];
      }
    }
    at = at + hours(1);
    for (AwaitedRun run; random_watch.take_overdue(at, run);) {
      for (std::uint64_t row = run.rows.first; row < run.rows.end; ++row) --out[row];
    }
    CHECK(random_watch.empty());
    for (const auto& [row, left] : out) {
      CHECK(left == 0 || (left > 0 && has.contains(row)));
    }
  }
}

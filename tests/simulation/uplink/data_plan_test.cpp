// A data plan, kept by an uplink that has more to send than it allows.
#include "flows/accounting/accounting.h"

#include <CppUTest/TestHarness.h>

#include "tests/support/uplink_bench.h"

using namespace hf;

namespace {

constexpr std::uint64_t kSeed = 2025;
constexpr std::uint64_t kPlan = 4'000'000;  // a day
constexpr Duration kToMidnight = hours(2);  // the simulated world begins at 22:13
constexpr Duration kAlertIsThere = seconds(10);

}  // namespace

TEST_GROUP(DataPlan) {
  test::UplinkBench bench{kSeed};
  stores::Traffic traffic;
  flows::MeteredLink metered{bench.board.link, traffic, bench.board.clock};
  flows::Accounting accounting{bench.board.clock, bench.board.flash, metered, traffic};

  void setup() override {
    bench.over = &metered;
    bench.begin(kSeed);
    bench.board.pass(kToMidnight);
    bench.board.clock.sync();
    CHECK(is_ok(accounting.start()));
  }

  // As the gateway does it. How many alerts were late.
  int pass(Duration time, Duration alert_period) {
    int late = 0;
    Duration next_alert = alert_period;
    for (Duration gone{}; gone < time; gone = gone + flows::Accounting::kPeriod) {
      accounting.step(bench.board.clock.uptime());
      bench.uplink->set_share({.bytes_per_second = accounting.share().bytes_per_second,
                               .events_only = accounting.share().events_only},
                              bench.board.clock.uptime());
      const bool is_alert_due = gone >= next_alert;
      const std::uint64_t alert = bench.serial;
      if (is_alert_due) {
        bench.keep_event();
        next_alert = next_alert + alert_period;
      }
      bench.pass(kAlertIsThere);
      if (is_alert_due && !bench.serials.contains(alert)) ++late;
    }
    return late;
  }
};

TEST(DataPlan, what_is_sent_keeps_to_it_and_alerts_pass_at_once) {
  constexpr Duration kTime = hours(2);
  pass(minutes(10), days(1));
  const std::uint64_t without = traffic.use().day_bytes;
  CHECK(without * (kTime.ms / minutes(10).ms) > kPlan / 2);  // there is more than it allows

  traffic.set_plan({.day_bytes_max = kPlan, .month_bytes_max = 0});
  const std::uint64_t before = traffic.use().day_bytes;
  LONGS_EQUAL(0, pass(kTime, minutes(10)));
  const std::uint64_t used = traffic.use().day_bytes - before;
  const std::uint64_t even =
      kPlan * static_cast<std::uint64_t>(kTime.ms) / static_cast<std::uint64_t>(days(1).ms);
  CHECK(used <= even * stores::Traffic::kEager * 12 / 10);  // alerts and estimates on top
  CHECK(used >= even / 2);

  // Nothing was refused: without the plan all of it arrives, once.
  traffic.set_plan({});
  pass(minutes(1), days(1));
  CHECK(bench.drain(minutes(30)));
  bench.check_all_there();
}

TEST(DataPlan, one_of_a_day_or_a_month_that_is_used_up_lets_alerts_pass_and_keeps_the_rest) {
  pass(minutes(10), days(1));
  for (const stores::DataPlan& plan :
       {stores::DataPlan{.day_bytes_max = 50'000, .month_bytes_max = 0},
        stores::DataPlan{.day_bytes_max = 0, .month_bytes_max = 50'000}}) {
    traffic.set_plan(plan);
    pass(minutes(1), days(1));
    CHECK(accounting.share().events_only);
    const std::size_t there = bench.serials.size();
    LONGS_EQUAL(0, pass(minutes(30), minutes(5)));
    CHECK(bench.serials.size() <= there + 10);  // the alerts, and nothing else
  }
  traffic.set_plan({});
  pass(minutes(1), days(1));
  CHECK(bench.drain(minutes(30)));
  bench.check_all_there();
}

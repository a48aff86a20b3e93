// Brokers, hubs and links as they are in the field: whatever they do, nothing is lost, nothing
// comes twice, and nobody is asked more often than is good for the bill.
#include <CppUTest/TestHarness.h>

#include <malloc.h>

#include "tests/support/uplink_bench.h"

using namespace hf;
using namespace hf::test;

TEST_GROUP(Brokers) {
  std::optional<UplinkBench> bench;
  void setup() override { bench.emplace(1); }

  void heal_and_check(Duration within) {
    bench->board.broker.set_manners(sim::kStrictBroker);
    bench->hub.set_manners({});
    if (!bench->drain(within)) FAIL("not drained after healing");
    bench->check_all_there();
  }
};

TEST(Brokers, one_that_does_everything_wrong_at_times_loses_and_doubles_nothing) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    bench.emplace(seed);
    bench->board.broker.set_manners(sim::kNastyBroker);
    bench->hub.set_manners(
        {.loses_frames_percent = 5, .loses_receipts_percent = 30, .repeats_receipts_percent = 50});
    for (int i = 0; i < 30; ++i) {
      bench->pass(minutes(1));
      bench->keep_event();
    }
    heal_and_check(minutes(20));
  }
}

TEST(Brokers, one_that_acknowledges_nothing_costs_no_row) {
  bench->board.broker.set_manners({.never_acknowledges_percent = 100});
  bench->pass(minutes(20));
  heal_and_check(minutes(5));
}

TEST(Brokers, one_that_closes_on_each_publish_is_asked_ever_more_rarely) {
  bench->board.broker.set_manners({.closes_instead_percent = 100});
  bench->pass(minutes(5));
  const std::uint64_t before = bench->counts.attempts;
  bench->pass(hours(1));
  // A bound of 30 s with full jitter is one attempt every 15 s on average.
  CHECK(bench->counts.attempts - before <= 300);
  CHECK(bench->counts.attempts - before >= 3);
  heal_and_check(minutes(20));
}

TEST(Brokers, silence_and_half_open_connections_are_survived) {
  bench->pass(minutes(2));
  bench->board.path.set_silent(true);
  bench->pass(minutes(10));
  bench->board.path.set_silent(false);
  bench->pass(minutes(3));
  bench->board.path.half_open();
  bench->pass(minutes(3));
  heal_and_check(minutes(5));
}

TEST(Brokers, a_quota_pauses_publishing_and_costs_no_row) {
  bench->board.broker.set_manners({.quota_publishes = 20});
  bench->pass(minutes(30));
  // The breaker lets one probe go every half minute.
  CHECK(bench->board.broker.counters().publishes <= 20 + 100);
  LONGS_EQUAL(0, bench->on.queue->counters().frames_quarantined);
  heal_and_check(minutes(5));
}

TEST(Brokers, a_packet_limit_has_large_frames_cut) {
  bench->board.broker.set_manners({.packet_bytes_max = 2000});
  bench->board.network.set_carrier(hal::Carrier::down);
  bench->pass(hours(1));
  bench->board.network.set_carrier(hal::Carrier::up);
  bench->pass(minutes(2));
  CHECK(bench->counts.frames_cut > 0);
  LONGS_EQUAL(0, bench->on.queue->counters().frames_refused);
  CHECK(bench->drain(minutes(5)));
  bench->check_all_there();
}

TEST(Brokers, each_reason_to_refuse_a_publish_has_its_own_reaction) {
  struct Case {
    hal::LinkReason reason;
    bool
        sets_aside;  // the frame, in the end; else it waits, and goes when the broker is well again
  };
  for (const Case& of :
       {Case{hal::LinkReason::payload_invalid, true}, Case{hal::LinkReason::not_authorised, true},
        Case{hal::LinkReason::topic_invalid, true}, Case{hal::LinkReason::quota_exceeded, false},
        Case{hal::LinkReason::server_busy, false}, Case{hal::LinkReason::peer_closed, false}}) {
    bench.reset();
    bench.emplace(1);
    bench->board.broker.set_manners({.refuses_publishes = of.reason});
    bench->pass(hours(2));
    CHECK(bench->counts.refused > 0);
    CHECK(bench->notes.breaker != "closed");  // a person sees it
    const auto& counters = bench->on.queue->counters();
    CHECK_EQUAL(of.sets_aside, counters.frames_refused > 0);
    if (!of.sets_aside) LONGS_EQUAL(0, counters.frames_quarantined);
    bench->board.broker.set_manners(sim::kStrictBroker);
    bench->pass(minutes(2));
    if (!of.sets_aside) heal_and_check(minutes(5));
    CHECK(bench->notes.breaker == "closed");
  }
}

TEST(Brokers, one_that_finds_everything_too_large_gets_it_smaller_and_in_the_end_not_at_all) {
  bench->board.broker.set_manners({.refuses_publishes = hal::LinkReason::too_large});
  bench->board.network.set_carrier(hal::Carrier::down);
  bench->pass(hours(1));
  bench->board.network.set_carrier(hal::Carrier::up);
  bench->pass(minutes(20));
  CHECK(bench->counts.frames_cut > 0);
  CHECK(bench->on.queue->counters().frames_refused > 0);
  bench->board.broker.set_manners(sim::kStrictBroker);
  bench->pass(minutes(2));
  CHECK(bench->notes.breaker == "closed");
}

TEST(Brokers, one_that_lets_nobody_in_is_asked_at_the_pace_of_the_cap) {
  bench->board.broker.set_manners({.refuses_connections = hal::LinkReason::not_authorised});
  bench->pass(hours(1));
  CHECK(bench->counts.attempts >= 60 && bench->counts.attempts <= 130);
  bench->board.broker.set_manners(sim::kStrictBroker);
  bench->pass(minutes(1));
  heal_and_check(minutes(5));
}

TEST(Brokers, a_hub_that_is_killed_before_it_commits_gets_it_again) {
  for (const bool broker_keeps : {true, false}) {
    bench.emplace(5);
    for (int i = 0; i < 20; ++i) {
      bench->pass(seconds(20));
      bench->keep_event();
      bench->pass(milliseconds(200));
      bench->hub.kill(broker_keeps);
      bench->pass(seconds(10));
      bench->hub.come_back();
    }
    heal_and_check(minutes(10));
  }
}

TEST(Brokers, a_hub_that_is_away_for_hours_is_not_sent_the_same_again_and_again) {
  bench->pass(minutes(2));
  bench->hub.leave(true);
  const std::uint64_t before = bench->counts.rows_sent;
  bench->pass(hours(3));
  const std::uint64_t kept = bench->serial;
  CHECK(bench->counts.rows_sent - before <= 3 * kept);
  bench->hub.come_back();
  heal_and_check(minutes(30));
}

TEST(Brokers, a_network_that_comes_back_cuts_the_wait_short) {
  bench->board.broker.set_manners({.refuses_connections = hal::LinkReason::peer_closed});
  bench->pass(minutes(20));
  bench->board.network.set_carrier(hal::Carrier::down);
  const std::uint64_t attempts = bench->counts.attempts;
  bench->pass(minutes(10));
  LONGS_EQUAL(attempts, bench->counts.attempts);
  bench->board.broker.set_manners(sim::kStrictBroker);
  bench->board.network.set_carrier(hal::Carrier::up);
  bench->pass(seconds(3));
  STRCMP_EQUAL("online", std::string{bench->notes.phase}.c_str());
}

TEST(Brokers, attempts_that_a_setting_bounds_end_until_the_network_changes_or_somebody_asks) {
  bench->board.broker.set_manners({.refuses_connections = hal::LinkReason::peer_closed});
  bench->settings.backoff.attempts_max = 4;
  bench->change_settings();
  const std::uint64_t before = bench->counts.attempts;
  bench->pass(hours(2));
  LONGS_EQUAL(before + 4, bench->counts.attempts);
  bench->board.network.set_carrier(hal::Carrier::down);
  bench->pass(minutes(1));
  bench->board.network.set_carrier(hal::Carrier::up);
  bench->pass(hours(1));
  LONGS_EQUAL(before + 5, bench->counts.attempts);  // one more, and it is given up again
  bench->board.broker.set_manners(sim::kStrictBroker);
  bench->pass(hours(1));
  LONGS_EQUAL(before + 5, bench->counts.attempts);
  bench->uplink->sync_now(bench->on.now);
  bench->pass(seconds(5));
  STRCMP_EQUAL("online", std::string{bench->notes.phase}.c_str());
  heal_and_check(minutes(10));
}

TEST(Brokers, another_way_out_is_taken_at_once) {
  bench->pass(minutes(1));
  bench->board.network.set_route("ppp0", hal::LinkKind::cellular, hal::LinkCost::metered);
  bench->pass(seconds(4));
  LONGS_EQUAL(2, bench->counts.connections);
  STRCMP_EQUAL("online", std::string{bench->notes.phase}.c_str());
}

TEST(Brokers, where_no_connection_lives_long_it_goes_in_bursts_and_still_drains) {
  bench->settings.burst_period = minutes(5);
  bench->change_settings();
  for (int i = 0; i < 400 && !bench->notes.is_bursting; ++i) {
    bench->pass(seconds(20));
    bench->board.link.reset_connection();
  }
  CHECK(bench->notes.is_bursting);
  bench->pass(minutes(10));
  const std::uint64_t before = bench->counts.connections;
  bench->pass(minutes(30));
  CHECK(bench->counts.connections - before >= 4 && bench->counts.connections - before <= 7);
  CHECK(bench->drain(minutes(12)));
  bench->check_all_there();
}

TEST(Brokers, a_link_role_that_is_killed_at_random_costs_nothing) {
  Random random(9);
  for (int i = 0; i < 40; ++i) {
    bench->pass(milliseconds(random.between(100, 60'000)));
    bench->board.link.set_running(false);
    bench->pass(seconds(1));
    bench->board.link.set_running(true);
  }
  heal_and_check(minutes(5));
}

TEST(Brokers, after_ten_thousand_reconnects_nothing_has_grown) {
  bench->board.broker.set_manners({.closes_instead_percent = 100});
  bench->settings.backoff.most_wired = milliseconds(100);
  bench->settings.backoff.first = milliseconds(100);
  bench->settings.transport = flows::TransportChoice::tls;
  bench->settings.breaker.failures_max = UINT32_MAX;
  bench->change_settings();
  bench->keep(3);
  const auto reconnect = [&](std::uint64_t times) {
    const std::uint64_t until = bench->counts.connections + times;
    while (bench->counts.connections < until) bench->pass(seconds(10), false);
  };
  reconnect(1000);
  const std::size_t before = mallinfo2().uordblks;
  reconnect(9000);
  CHECK(mallinfo2().uordblks <= before + 64 * 1024);
  heal_and_check(minutes(5));
}

// The uplink as it is meant to be: what is kept arrives once, the newest first, and is let go only
// when somebody upstream has it for good.
#include <CppUTest/TestHarness.h>

#include "tests/support/uplink_bench.h"
#include "vocabulary/bytes.h"

using namespace hf;
using namespace hf::test;

namespace {

// GPRS in a cellar: 40 kbit/s up, 700 ms there and back.
constexpr sim::PathModel kPoorPath{.latency = milliseconds(350),
                                   .up_bytes_per_second = 5'000,
                                   .down_bytes_per_second = 10'000,
                                   .loss_percent = 0};

struct Inbox final : flows::UplinkInbox {
  Status take(wire::TopicClass topic_class, std::span<const std::byte> payload, Uptime) override {
    if (is_full) return Status::full;
    taken.push_back(std::string{to_text(topic_class)} + ":" + std::string{text_of(payload)});
    return Status::ok;
  }
  std::vector<std::string> taken;
  bool is_full = false;
};

}  // namespace

TEST_GROUP(Uplink) {
  std::optional<UplinkBench> bench;
  void setup() override { bench.emplace(1); }
};

TEST(Uplink, what_is_kept_arrives_and_is_forgotten_when_the_hub_has_it) {
  bench->pass(minutes(2));
  bench->keep_event();
  CHECK(bench->drain(minutes(1)));
  bench->check_all_there();
  LONGS_EQUAL(1, bench->counts.connections);
  CHECK(bench->counts.receipts > 0);
  LONGS_EQUAL(0, bench->counts.rows_sent_again);
}

TEST(Uplink, UL1_what_only_the_broker_has_is_kept) {
  bench->hub.set_manners({.sends_receipts = false});
  bench->pass(minutes(10));
  CHECK(bench->counts.acknowledged > 0);
  LONGS_EQUAL(0, bench->counts.receipts);
  LONGS_EQUAL(bench->serial - 1, bench->on.queue->figures(bench->on.now).readings_rows_to_send);
  CHECK(bench->notes.is_hub_silent);
  bench->hub.set_manners({});
  CHECK(bench->drain(minutes(25)));
  bench->check_all_there();
}

TEST(Uplink, UL1_where_a_setting_says_so_the_brokers_word_is_enough) {
  bench->hub.set_manners({.sends_receipts = false});
  bench->settings.receipt = flows::ReceiptSource::broker;
  bench->change_settings();
  bench->pass(minutes(5));
  CHECK(bench->drain(minutes(1)));
  LONGS_EQUAL(0, bench->counts.rows_sent_again);
  bench->check_all_there();
}

TEST(Uplink, UL2_live_data_stays_fresh_while_a_backlog_drains_over_a_poor_link) {
  bench->board.path.set_model(kPoorPath);
  bench->board.network.set_carrier(hal::Carrier::down);
  bench->pass(hours(4));
  const std::uint64_t backlog = bench->serial;
  bench->board.network.set_carrier(hal::Carrier::up);
  bench->pass(seconds(30));
  bench->latencies.clear();
  bench->latency_from = bench->serial;
  const Duration began = bench->board.agenda.now();
  while (!bench->serials.contains(backlog / 2) ||
         bench->on.queue->figures(bench->on.now).readings_rows_to_send > 60) {
    bench->pass(seconds(10));
    if (bench->board.agenda.now() - began > hours(1)) FAIL("the backlog starves");
  }
  CHECK(bench->latencies.size() >= 20);
  CHECK(bench->latency_p95() <= seconds(15));
  // 14,400 rows of 16 bytes are 46 s of this link.
  CHECK(bench->board.agenda.now() - began <= seconds(80));
  CHECK(bench->drain(minutes(2)));
  bench->check_all_there();
}

TEST(Uplink, UL2_an_event_overtakes_the_backlog) {
  bench->board.path.set_model(kPoorPath);
  bench->board.network.set_carrier(hal::Carrier::down);
  bench->pass(hours(4));
  bench->board.network.set_carrier(hal::Carrier::up);
  bench->pass(seconds(30));
  bench->keep_event();
  const std::uint64_t event = bench->serial - 1;
  bench->pass(seconds(15));
  CHECK(bench->serials.contains(event));
  CHECK(bench->on.queue->figures(bench->on.now).readings_rows_to_send > 1000);
}

TEST(Uplink, UL3_after_a_connect_only_what_the_hub_lacks_goes_again) {
  bench->pass(minutes(3));
  for (int i = 0; i < 20; ++i) {
    bench->board.link.reset_connection();
    bench->pass(seconds(45));
  }
  CHECK(bench->drain(minutes(2)));
  bench->check_all_there();
  CHECK(bench->hub.counters().rows_again <= 20 * 10);
}

TEST(Uplink, UL4_a_rate_makes_data_wait_and_refuses_none) {
  bench->settings.rate.messages_per_second = 1;
  bench->settings.rate.bytes_per_second = 200;
  bench->change_settings();
  bench->pass(minutes(10));
  CHECK(bench->board.broker.counters().bytes_published <= 200 * 620);
  bench->settings.rate = {};
  bench->change_settings();
  CHECK(bench->drain(minutes(2)));
  bench->check_all_there();
}

TEST(Uplink, UL5_what_comes_down_is_handed_on_and_what_nobody_takes_is_counted) {
  Inbox inbox;
  bench->uplink->set_inbox(inbox);
  bench->pass(seconds(10));
  const auto payload = bytes_of("{}");
  const std::vector<std::byte> bytes{payload.begin(), payload.end()};
  bench->hub.send("press-7", wire::TopicClass::command, bytes);
  bench->hub.send("press-7", wire::TopicClass::state_down, bytes);
  bench->pass(seconds(1));
  LONGS_EQUAL(2, inbox.taken.size());
  STRCMP_EQUAL("command:{}", inbox.taken[0].c_str());
  inbox.is_full = true;
  bench->hub.send("press-7", wire::TopicClass::command, bytes);
  bench->hub.send("press-7", wire::TopicClass::receipt, bytes);
  bench->pass(seconds(1));
  LONGS_EQUAL(1, bench->counts.inbox_refused);
  LONGS_EQUAL(1, bench->counts.receipts_bad);
  CHECK(bench->drain(minutes(1)));
}

TEST(Uplink, nothing_is_retained_but_health) {
  int retained = 0;
  bench->board.broker.attach("#", [&](const std::string&, const sim::BrokerMessage& message) {
    if (message.retained && !message.topic.ends_with("/health")) ++retained;
    CHECK(message.retained || !message.topic.ends_with("/health"));
  });
  bench->keep_event();
  bench->keep_event(wire::FrameKind::state);
  bench->pass(minutes(3));
  LONGS_EQUAL(0, retained);
}

TEST(Uplink, the_broker_tells_that_a_gateway_is_gone_unless_it_went_orderly) {
  bench->pass(minutes(1));
  CHECK(bench->hub.gateways().at("press-7").is_online);
  bench->board.link.reset_connection();
  bench->board.network.set_carrier(hal::Carrier::down);
  bench->pass(seconds(5));
  CHECK(!bench->hub.gateways().at("press-7").is_online);
}

TEST(Uplink, a_metered_link_gets_a_message_a_minute_and_few_receipts) {
  bench->board.network.set_route("ppp0", hal::LinkKind::cellular, hal::LinkCost::metered);
  bench->pass(minutes(5));
  const auto before = bench->counts;
  bench->pass(hours(1));
  const auto since = [&](wire::TopicClass topic_class) {
    const auto index = static_cast<std::size_t>(topic_class);
    return bench->counts.messages[index] - before.messages[index];
  };
  CHECK(since(wire::TopicClass::live) >= 59 && since(wire::TopicClass::live) <= 61);
  CHECK(since(wire::TopicClass::frames) <= 2);
  CHECK(since(wire::TopicClass::receipt) <= 7);
  CHECK(since(wire::TopicClass::health) <= 7);
  LONGS_EQUAL(0, bench->counts.rows_sent_again);
  CHECK(bench->drain(minutes(12)));
  bench->check_all_there();
}

TEST(Uplink, in_sessions_it_sends_on_a_schedule_when_asked_and_when_much_waits) {
  bench->settings.on_change = false;
  bench->settings.sync_period = minutes(10);
  bench->change_settings();
  bench->pass(minutes(2));
  const std::uint64_t sent = bench->counts.rows_sent;
  bench->pass(minutes(5));
  LONGS_EQUAL(sent, bench->counts.rows_sent);
  bench->uplink->sync_now(bench->on.now);
  bench->pass(seconds(5));
  CHECK(bench->counts.rows_sent >= sent + 300);
  bench->pass(minutes(1));
  const std::uint64_t after = bench->counts.rows_sent;
  for (int i = 0; i < 49; ++i) bench->keep_event();
  bench->pass(minutes(1));
  LONGS_EQUAL(after, bench->counts.rows_sent);
  bench->keep_event();
  bench->pass(seconds(10));
  CHECK(bench->counts.rows_sent >= after + 50);
  bench->pass(minutes(11));
  CHECK(bench->drain(minutes(11)));
  bench->check_all_there();
}

TEST(Uplink, small_frames_of_a_backlog_go_as_few_large_ones) {
  bench->board.network.set_carrier(hal::Carrier::down);
  bench->pass(minutes(8));
  bench->board.network.set_carrier(hal::Carrier::up);
  bench->pass(seconds(30), false);
  const auto frames = static_cast<std::size_t>(wire::TopicClass::frames);
  CHECK(bench->counts.frames_joined > 0);
  CHECK(bench->counts.messages[frames] <= 12);
  bench->drain(minutes(2));
  bench->check_all_there();
}

TEST(Uplink, who_wants_texts_gets_every_row_in_one_and_the_brokers_word_is_enough) {
  std::set<std::uint64_t> rows;
  bench->board.broker.attach(
      "+/+/+/+/readings", [&](const std::string&, const sim::BrokerMessage& message) {
        std::string_view text = text_of(message.payload);
        for (; !text.empty(); text.remove_prefix(text.find('\n') + 1)) {
          rows.insert(std::stoull(std::string{text.substr(0, text.find('\n'))}));
        }
      });
  bench->settings.profile = flows::PayloadProfile::json;
  bench->board.broker.set_manners({.packet_bytes_max = 600});
  bench->change_settings();
  bench->board.network.set_carrier(hal::Carrier::down);
  bench->pass(hours(1));
  bench->board.network.set_carrier(hal::Carrier::up);
  bench->pass(minutes(2));
  CHECK(bench->drain(minutes(5)));
  LONGS_EQUAL(bench->serial - 1, rows.size());
  LONGS_EQUAL(0, bench->on.queue->counters().frames_refused);
}

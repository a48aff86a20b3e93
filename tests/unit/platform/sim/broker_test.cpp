// The simulated broker and path: manners, sessions and what a hub sees. What hal/link.h promises is
// in tests/contract.
#include <CppUTest/TestHarness.h>

#include <map>

#include "platform/sim/board.h"
#include "vocabulary/bytes.h"

using namespace hf;
using hal::LinkEventKind;
using hal::LinkReason;

TEST_GROUP(SimBroker) {
  sim::Board board{1};
  std::map<std::string, int> received;  // by the hub: payloads, how often

  void setup() override {
    CHECK(is_ok(board.processes.start({}, 8'000'000)));
    board.broker.attach("gw/#", [this](const std::string&, const sim::BrokerMessage& message) {
      ++received[std::string{text_of(message.payload)}];
    });
  }

  void connect(Duration session_expiry = {}) {
    hal::ConnectRequest request;
    request.address.host.assign("broker");
    request.address.port = 8883;
    request.client_id = "gateway-1";
    request.will_topic = "gw/1/online";
    request.will_payload = bytes_of("gone");
    request.session_expiry = session_expiry;
    CHECK(is_ok(board.link.connect(request)));
    board.pass(seconds(5));
  }

  Status publish(std::uint32_t token, std::string_view payload) {
    hal::Message message;
    message.topic = "gw/1/data";
    message.payload = bytes_of(payload);
    return board.link.publish(message, {token});
  }

  // How many events of this kind come within the time; all others are dropped.
  int events(LinkEventKind kind, Duration within) {
    board.pass(within);
    int count = 0;
    hal::LinkEvent event;
    while (board.link.next_event(event)) {
      if (event.kind == kind) ++count;
    }
    return count;
  }
};

TEST(SimBroker, passes_each_message_on_once_when_it_is_strict) {
  connect();
  for (std::uint32_t i = 0; i < 100; ++i) {
    CHECK(is_ok(publish(i, std::to_string(i))));
    LONGS_EQUAL(1, events(LinkEventKind::acknowledged, seconds(1)));
  }
  UNSIGNED_LONGS_EQUAL(100, received.size());
  for (const auto& [payload, count] : received) LONGS_EQUAL(1, count);
}

TEST(SimBroker, does_everything_it_must_not_when_it_is_nasty) {
  board.broker.set_manners(sim::kNastyBroker);
  int acknowledged = 0;
  int disconnected = 0;
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    connect();
    static_cast<void>(publish(i, std::to_string(i)));
    board.pass(seconds(16));
    hal::LinkEvent event;
    while (board.link.next_event(event)) {
      if (event.kind == LinkEventKind::acknowledged) ++acknowledged;
      if (event.kind == LinkEventKind::disconnected) ++disconnected;
    }
    static_cast<void>(board.link.disconnect());
  }
  int doubled = 0;
  for (const auto& [payload, count] : received) doubled += count > 1 ? 1 : 0;
  CHECK(acknowledged > 800);
  CHECK(acknowledged < 1'000);
  CHECK(disconnected > 10);
  CHECK(doubled > 50);
  CHECK(board.broker.counters().forgotten > 0);
}

TEST(SimBroker, keeps_a_session_while_it_has_not_expired) {
  const auto session_present = [this](Duration expiry) {
    connect(expiry);
    hal::LinkEvent event;
    bool present = false;
    while (board.link.next_event(event)) {
      if (event.kind == LinkEventKind::connected) present = event.session_present;
    }
    CHECK(is_ok(board.link.disconnect()));
    board.pass(minutes(1));
    return present;
  };
  CHECK_FALSE(session_present(hours(1)));
  CHECK(session_present(hours(1)));
  board.pass(hours(2));
  CHECK_FALSE(session_present(hours(1)));
}

TEST(SimBroker, sends_what_came_meanwhile_to_a_client_whose_session_it_kept) {
  connect(hours(1));
  CHECK(is_ok(board.link.subscribe("down/#")));
  board.pass(seconds(1));
  CHECK(is_ok(board.link.disconnect()));
  board.pass(minutes(1));
  board.broker.send({.topic = "down/settings", .payload = {std::byte{1}}});
  static_cast<void>(events(LinkEventKind::message, {}));
  connect(hours(1));
  LONGS_EQUAL(1, events(LinkEventKind::message, seconds(1)));
}

TEST(SimBroker, publishes_the_last_will_of_a_client_that_broke_off_but_not_of_one_that_left) {
  connect();
  CHECK(is_ok(board.link.disconnect()));
  board.pass(minutes(1));
  LONGS_EQUAL(0, received["gone"]);
  connect();
  board.cut_power();
  board.pass(minutes(1));
  LONGS_EQUAL(1, received["gone"]);
}

TEST(SimBroker, refuses_beyond_its_quota_with_the_reason) {
  sim::BrokerManners manners;
  manners.quota_publishes = 1;
  board.broker.set_manners(manners);
  connect();
  CHECK(is_ok(publish(1, "one")));
  CHECK(is_ok(publish(2, "two")));
  LONGS_EQUAL(1, events(LinkEventKind::failed, seconds(1)));
  UNSIGNED_LONGS_EQUAL(1, received.size());
}

TEST(SimBroker, a_slow_path_takes_the_time_of_its_bytes) {
  board.path.set_model(sim::k2gPath);
  connect();
  board.pass(minutes(1));
  static_cast<void>(events(LinkEventKind::connected, {}));
  CHECK(is_ok(publish(1, std::string(10'000, 'x'))));  // four seconds at 2.5 kB/s
  LONGS_EQUAL(0, events(LinkEventKind::acknowledged, seconds(4)));
  LONGS_EQUAL(1, events(LinkEventKind::acknowledged, seconds(11)));
}

TEST(SimBroker, a_half_open_connection_swallows_all_and_a_new_one_works) {
  connect();
  static_cast<void>(events(LinkEventKind::connected, {}));
  board.path.half_open();
  CHECK(is_ok(publish(1, "swallowed")));
  LONGS_EQUAL(1, events(LinkEventKind::disconnected, hal::kAcknowledgementMax));
  connect();
  CHECK(is_ok(publish(2, "arrives")));
  LONGS_EQUAL(1, events(LinkEventKind::acknowledged, seconds(1)));
  LONGS_EQUAL(0, received["swallowed"]);
}

TEST(SimBroker, a_silent_path_holds_back_and_lets_go) {
  connect();
  static_cast<void>(events(LinkEventKind::connected, {}));
  board.path.set_silent(true);
  CHECK(is_ok(publish(1, "late")));
  LONGS_EQUAL(0, events(LinkEventKind::acknowledged, seconds(10)));
  board.path.set_silent(false);
  LONGS_EQUAL(1, events(LinkEventKind::acknowledged, seconds(3)));
}

TEST(SimBroker, a_reset_is_seen_by_both_ends_at_once) {
  connect();
  board.link.reset_connection();
  LONGS_EQUAL(1, events(LinkEventKind::disconnected, {}));
  LONGS_EQUAL(1, received["gone"]);  // the last will
}

TEST(SimBroker, a_killed_link_role_says_so_and_cannot_connect_until_it_runs_again) {
  connect();
  CHECK(board.processes.kill({}, 9));
  hal::LinkEvent event;
  LinkReason reason = LinkReason::none;
  while (board.link.next_event(event)) reason = event.reason;
  CHECK(reason == LinkReason::link_restarted);
  CHECK(board.link.connect({}) == Status::unavailable);
  CHECK(is_ok(board.processes.start({}, 8'000'000)));
  connect();
  LONGS_EQUAL(1, events(LinkEventKind::connected, {}));
}

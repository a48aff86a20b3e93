// hal/link.h, clause by clause. Where a clause is about tens of seconds, it is shown on platforms
// that can let them pass at once.
#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <map>

#include "tests/contract/board_under_test.h"
#include "vocabulary/bytes.h"

using namespace hf;
using hal::LinkEventKind;
using hal::LinkReason;

namespace {

// An event with what it points to copied.
struct Seen {
  hal::LinkEvent event;
  std::string topic;
  std::string payload;
};

}  // namespace

TEST_GROUP(LinkContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  contract::BrokerInTest* broker = world->broker();
  std::vector<Seen> events;
  std::uint32_t last_token = 0;

  hal::Link& link() { return world->board().link; }

  hal::ConnectRequest request() {
    hal::ConnectRequest request;
    request.address = broker->address();
    request.client_id = "contract";
    request.keep_alive = seconds(30);
    return request;
  }
  Status publish(std::string_view payload, std::string_view topic = "contract/up") {
    hal::Message message;
    message.topic = topic;
    message.payload = bytes_of(payload);
    return link().publish(message, {++last_token});
  }

  void note_events() {
    hal::LinkEvent event;
    while (link().next_event(event)) {
      events.push_back({event, std::string{event.topic}, std::string{text_of(event.payload)}});
    }
  }
  int count(LinkEventKind kind) {
    return static_cast<int>(std::count_if(events.begin(), events.end(), [kind](const Seen& seen) {
      return seen.event.kind == kind;
    }));
  }
  // Waits for so many events of a kind since the test began, as long as a busy machine may take.
  bool sees(LinkEventKind kind, int times = 1) {
    for (int waited_ms = 0; waited_ms <= contract::kSoonMs; waited_ms += 10) {
      note_events();
      if (count(kind) >= times) return true;
      world->pass(milliseconds(10));
    }
    return false;
  }
  const Seen& last(LinkEventKind kind) {
    return *std::find_if(events.rbegin(), events.rend(),
                         [kind](const Seen& seen) { return seen.event.kind == kind; });
  }
  bool connects() {
    const int before = count(LinkEventKind::connected);
    CHECK(is_ok(link().connect(request())));
    return sees(LinkEventKind::connected, before + 1);
  }
};

TEST(LinkContract, without_a_connection_nothing_can_be_sent) {
  HF_NEEDS(broker != nullptr);
  CHECK(publish("early") == Status::stale);
  CHECK(link().subscribe("contract/#") == Status::stale);
  CHECK(link().disconnect() == Status::stale);
  hal::LinkEvent event;
  CHECK_FALSE(link().next_event(event));
}

TEST(LinkContract, a_request_without_an_address_or_a_name_is_invalid) {
  HF_NEEDS(broker != nullptr);
  hal::ConnectRequest no_host = request();
  no_host.address.host.clear();
  CHECK(link().connect(no_host) == Status::invalid);
  hal::ConnectRequest no_name = request();
  no_name.client_id = {};
  CHECK(link().connect(no_name) == Status::invalid);
}

TEST(LinkContract, one_connection_at_a_time) {
  HF_NEEDS(broker != nullptr);
  CHECK(is_ok(link().connect(request())));
  CHECK(link().connect(request()) == Status::busy);
  CHECK(sees(LinkEventKind::connected));
  CHECK(link().connect(request()) == Status::busy);
  CHECK(is_ok(link().disconnect()));
  CHECK(sees(LinkEventKind::disconnected));
  CHECK(connects());
}

TEST(LinkContract, clause_1_every_publish_is_acknowledged_once) {
  HF_NEEDS(broker != nullptr);
  CHECK(connects());
  std::map<std::uint32_t, int> acknowledged;
  for (int i = 1; i <= 50; ++i) {
    CHECK(is_ok(publish(std::to_string(i))));
    CHECK(sees(LinkEventKind::acknowledged, i));
  }
  for (const Seen& seen : events) {
    if (seen.event.kind == LinkEventKind::acknowledged) ++acknowledged[seen.event.token.value];
  }
  UNSIGNED_LONGS_EQUAL(50, acknowledged.size());
  UNSIGNED_LONGS_EQUAL(50, broker->received().size());
  STRCMP_EQUAL("contract/up 50", broker->received().back().c_str());
}

TEST(LinkContract, clause_1_a_message_that_the_broker_refuses_has_failed_with_its_reason) {
  HF_NEEDS(broker != nullptr);
  HF_NEEDS(broker->refuse_publishes(LinkReason::quota_exceeded));
  CHECK(connects());
  CHECK(is_ok(publish("too much")));
  CHECK(sees(LinkEventKind::failed));
  CHECK(last(LinkEventKind::failed).event.reason == LinkReason::quota_exceeded);
  UNSIGNED_LONGS_EQUAL(last_token, last(LinkEventKind::failed).event.token.value);
  LONGS_EQUAL(0, count(LinkEventKind::acknowledged));
}

TEST(LinkContract, clause_1_a_missing_acknowledgement_ends_the_connection_within_its_deadline) {
  HF_NEEDS(broker != nullptr);
  HF_NEEDS(broker->acknowledge_nothing());
  CHECK(connects());
  CHECK(is_ok(publish("one")));
  CHECK(is_ok(publish("two")));
  HF_NEEDS(world->pass_at_once(hal::kAcknowledgementMax));
  CHECK(sees(LinkEventKind::disconnected));
  CHECK(last(LinkEventKind::disconnected).event.reason == LinkReason::no_acknowledgement);
  LONGS_EQUAL(0, count(LinkEventKind::acknowledged) + count(LinkEventKind::failed));
}

TEST(LinkContract, clause_1_a_disconnection_ends_all_that_was_outstanding) {
  HF_NEEDS(broker != nullptr);
  HF_NEEDS(broker->acknowledge_nothing());
  CHECK(connects());
  CHECK(is_ok(publish("one")));
  CHECK(is_ok(link().disconnect()));
  CHECK(sees(LinkEventKind::disconnected));
  CHECK(connects());
  CHECK(is_ok(publish("two")));  // a window full of the past would be busy
  LONGS_EQUAL(0, count(LinkEventKind::acknowledged) + count(LinkEventKind::failed));
}

TEST(LinkContract, clause_2_a_message_at_most_once_is_acknowledged_when_handed_over) {
  HF_NEEDS(broker != nullptr);
  CHECK(connects());
  hal::Message message;
  message.topic = "contract/up";
  message.payload = bytes_of("perhaps");
  message.at_least_once = false;
  CHECK(is_ok(link().publish(message, {77})));
  CHECK(sees(LinkEventKind::acknowledged));
  UNSIGNED_LONGS_EQUAL(77, last(LinkEventKind::acknowledged).event.token.value);
}

TEST(LinkContract, clause_3_messages_come_in_order_after_their_subscription) {
  HF_NEEDS(broker != nullptr);
  CHECK(connects());
  CHECK(is_ok(link().subscribe("contract/down/#")));
  CHECK(sees(LinkEventKind::subscribed));
  STRCMP_EQUAL("contract/down/#", last(LinkEventKind::subscribed).topic.c_str());
  for (int i = 1; i <= 20; ++i) HF_NEEDS(broker->send("contract/down/a", std::to_string(i)));
  CHECK(sees(LinkEventKind::message, 20));
  int expected = 0;
  for (const Seen& seen : events) {
    if (seen.event.kind != LinkEventKind::message) continue;
    STRCMP_EQUAL("contract/down/a", seen.topic.c_str());
    STRCMP_EQUAL(std::to_string(++expected).c_str(), seen.payload.c_str());
  }
}

TEST(LinkContract, clause_3_a_message_sent_twice_is_delivered_once) {
  HF_NEEDS(broker != nullptr);
  HF_NEEDS(broker->send_everything_twice());
  CHECK(connects());
  CHECK(is_ok(link().subscribe("contract/down/#")));
  CHECK(sees(LinkEventKind::subscribed));
  CHECK(broker->send("contract/down/a", "once"));
  CHECK(sees(LinkEventKind::message));
  world->pass(milliseconds(200));
  note_events();
  LONGS_EQUAL(1, count(LinkEventKind::message));
}

TEST(LinkContract, clause_4_a_silent_peer_is_noticed_in_time) {
  HF_NEEDS(broker != nullptr);
  CHECK(connects());
  HF_NEEDS(world->pass_at_once(minutes(5)));
  note_events();
  LONGS_EQUAL(0, count(LinkEventKind::disconnected));  // idle is not silent
  HF_NEEDS(broker->fall_silent());
  CHECK(world->pass_at_once(hal::kDeadPeerMax));
  note_events();
  LONGS_EQUAL(1, count(LinkEventKind::disconnected));
  CHECK(last(LinkEventKind::disconnected).event.reason == LinkReason::peer_silent);
}

TEST(LinkContract, clause_4_an_attempt_that_nobody_answers_ends_in_time) {
  HF_NEEDS(broker != nullptr);
  HF_NEEDS(broker->fall_silent());
  CHECK(is_ok(link().connect(request())));
  HF_NEEDS(world->pass_at_once(hal::kConnectMax));
  note_events();
  LONGS_EQUAL(1, count(LinkEventKind::disconnected));
  LONGS_EQUAL(0, count(LinkEventKind::connected));
}

TEST(LinkContract, clause_4_without_carrier_an_attempt_ends_at_once) {
  HF_NEEDS(broker != nullptr);
  HF_NEEDS(world->set_carrier(hal::Carrier::down));
  CHECK(is_ok(link().connect(request())));
  CHECK(sees(LinkEventKind::disconnected));
}

TEST(LinkContract, an_attempt_that_the_broker_refuses_ends_with_its_reason) {
  HF_NEEDS(broker != nullptr);
  HF_NEEDS(broker->refuse_connections(LinkReason::not_authorised));
  CHECK(is_ok(link().connect(request())));
  CHECK(sees(LinkEventKind::disconnected));
  CHECK(last(LinkEventKind::disconnected).event.reason == LinkReason::not_authorised);
  LONGS_EQUAL(0, count(LinkEventKind::connected));
}

TEST(LinkContract, a_connection_that_the_broker_closes_is_told) {
  HF_NEEDS(broker != nullptr);
  CHECK(connects());
  HF_NEEDS(broker->close_connections());
  CHECK(sees(LinkEventKind::disconnected));
  CHECK(last(LinkEventKind::disconnected).event.reason == LinkReason::peer_closed);
  CHECK(connects());
}

TEST(LinkContract, clause_5_one_publish_beyond_the_window_is_busy_and_not_sent) {
  HF_NEEDS(broker != nullptr);
  HF_NEEDS(broker->acknowledge_nothing());
  CHECK(connects());
  const std::uint16_t window = link().in_flight_max();
  CHECK(window > 0);
  for (int i = 0; i < window; ++i) CHECK(is_ok(publish(std::to_string(i))));
  CHECK(publish("one more") == Status::busy);
  for (int waited_ms = 0; waited_ms < contract::kSoonMs && broker->received().size() < window;
       waited_ms += 10) {
    world->pass(milliseconds(10));
  }
  world->pass(milliseconds(200));  // for one that should not come
  UNSIGNED_LONGS_EQUAL(window, broker->received().size());
}

TEST(LinkContract, clause_5_the_broker_may_ask_for_a_smaller_window) {
  HF_NEEDS(broker != nullptr);
  HF_NEEDS(broker->announce(3, 0));
  HF_NEEDS(broker->acknowledge_nothing());
  CHECK(connects());
  UNSIGNED_LONGS_EQUAL(3, last(LinkEventKind::connected).event.receive_max);
  UNSIGNED_LONGS_EQUAL(3, link().in_flight_max());
  for (int i = 0; i < 3; ++i) CHECK(is_ok(publish(std::to_string(i))));
  CHECK(publish("one more") == Status::busy);
}

TEST(LinkContract, clause_6_a_payload_is_as_it_was_sent) {
  HF_NEEDS(broker != nullptr);
  CHECK(connects());
  CHECK(is_ok(link().subscribe("contract/down/#")));
  CHECK(sees(LinkEventKind::subscribed));
  std::string payload(20'000, '\0');
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(i * 7);
  HF_NEEDS(broker->send("contract/down/big", payload));
  CHECK(sees(LinkEventKind::message));
  CHECK(last(LinkEventKind::message).payload == payload);
}

TEST(LinkContract, what_the_broker_would_not_take_is_full_before_it_is_sent) {
  HF_NEEDS(broker != nullptr);
  HF_NEEDS(broker->announce(0, 1'000));
  CHECK(connects());
  UNSIGNED_LONGS_EQUAL(1'000, last(LinkEventKind::connected).event.packet_bytes_max);
  CHECK(publish(std::string(1'001, 'x')) == Status::full);
  CHECK(is_ok(publish(std::string(500, 'x'))));
  CHECK(sees(LinkEventKind::acknowledged));
}

TEST(LinkContract, a_topic_with_a_wildcard_or_none_is_invalid) {
  HF_NEEDS(broker != nullptr);
  CHECK(connects());
  CHECK(publish("x", "") == Status::invalid);
  CHECK(publish("x", "contract/+/a") == Status::invalid);
  CHECK(publish("x", "contract/#") == Status::invalid);
  CHECK(link().subscribe("contract/#/a") == Status::invalid);
  CHECK(link().subscribe("") == Status::invalid);
}

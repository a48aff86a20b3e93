#include "flows/accounting/accounting.h"

#include <CppUTest/TestHarness.h>

#include <deque>
#include <optional>
#include <string>

#include "platform/sim/board.h"
#include "vocabulary/bytes.h"

using namespace hf;
using namespace hf::flows;

namespace {

constexpr std::uint64_t kSeed = 8;
constexpr std::size_t kFrames = static_cast<std::size_t>(wire::TopicClass::frames);
constexpr std::size_t kReceipt = static_cast<std::size_t>(wire::TopicClass::receipt);

// Takes everything, and tells what the test says.
struct WillingLink final : hal::Link {
  Status answer = Status::ok;
  std::deque<hal::LinkEvent> events;

  Status connect(const hal::ConnectRequest& /*request*/) override { return answer; }
  Status disconnect() override { return answer; }
  Status publish(const hal::Message& /*message*/, hal::PublishToken /*token*/) override {
    return answer;
  }
  Status subscribe(std::string_view /*topic_filter*/) override { return answer; }
  bool next_event(hal::LinkEvent& event) override {
    if (events.empty()) return false;
    event = events.front();
    events.pop_front();
    return true;
  }
  std::uint16_t in_flight_max() const override { return 10; }
};

}  // namespace

TEST_GROUP(Accounting) {
  sim::Board board{kSeed};
  WillingLink beneath;
  stores::Traffic traffic;
  MeteredLink link{beneath, traffic, board.clock};
  std::optional<Accounting> flow;

  void setup() override { start(); }

  void start() {
    flow.emplace(board.clock, board.flash, link, traffic);
    CHECK(is_ok(flow->start()));
  }
  Uptime now() const { return board.clock.uptime(); }

  void happens(hal::LinkEventKind kind, std::string_view topic = {},
               std::string_view payload = {}) {
    hal::LinkEvent event;
    event.kind = kind;
    event.topic = topic;
    event.payload = bytes_of(payload);
    beneath.events.push_back(event);
    while (link.next_event(event)) {
    }
  }
  void connect(hal::Transport transport) {
    hal::ConnectRequest request;
    request.address.transport = transport;
    CHECK(is_ok(link.connect(request)));
    happens(hal::LinkEventKind::connected);
  }
  void publish(std::size_t bytes) {
    const std::string payload(bytes, 'x');
    hal::Message message;
    message.topic = "holdfast/v1/default/desk/frames";
    message.payload = bytes_of(payload);
    static_cast<void>(link.publish(message, {1}));
  }
};

TEST(Accounting, a_publish_is_entered_under_its_class_with_what_is_around_it) {
  connect(hal::Transport::tcp);
  publish(1000);
  const stores::TrafficLine& line = traffic.line(kFrames);
  UNSIGNED_LONGS_EQUAL(1, line.messages_up);
  UNSIGNED_LONGS_EQUAL(1000, line.payload_up);
  // MQTT 39, one packet 52; half of the acknowledgements of what comes back is none or one.
  CHECK(line.around_up >= 39 + 52);
  CHECK(line.around_up <= 39 + 2 * 52);
  CHECK(line.around_down >= 4 + 52);
}

TEST(Accounting, tls_and_websockets_cost_more_and_a_resumed_session_less) {
  connect(hal::Transport::tcp);
  const std::uint64_t plain = traffic.sum().bytes();
  connect(hal::Transport::secure_websocket);
  const std::uint64_t first = traffic.sum().bytes() - plain;
  connect(hal::Transport::secure_websocket);
  const std::uint64_t second = traffic.sum().bytes() - plain - first;
  CHECK(first > plain + 3000);
  CHECK(second < first - 2000);
  UNSIGNED_LONGS_EQUAL(3, traffic.connections());
}

TEST(Accounting, a_publish_that_was_not_taken_costs_nothing) {
  connect(hal::Transport::tcp);
  beneath.answer = Status::busy;
  publish(1000);
  UNSIGNED_LONGS_EQUAL(0, traffic.line(kFrames).bytes());
}

TEST(Accounting, what_comes_down_is_entered_too) {
  connect(hal::Transport::tcp);
  happens(hal::LinkEventKind::message, "holdfast/v1/default/desk/receipt", "twenty bytes of truth");
  UNSIGNED_LONGS_EQUAL(1, traffic.line(kReceipt).messages_down);
  UNSIGNED_LONGS_EQUAL(21, traffic.line(kReceipt).payload_down);
  happens(hal::LinkEventKind::message, "somebody/else", "x");
  UNSIGNED_LONGS_EQUAL(1, traffic.line(stores::kTrafficOther).messages_down);
}

TEST(Accounting, silence_is_paid_for_once_a_keep_alive) {
  connect(hal::Transport::tls);
  for (int second = 0; second < 600; ++second) {
    flow->step(now());
    board.pass(seconds(1));
  }
  const std::uint64_t ping = 2 + 22 + 52 + 52;
  const std::uint64_t pings = traffic.line(stores::kTrafficKeepAlive).around_up / ping;
  CHECK(pings >= 18 && pings <= 20);
  happens(hal::LinkEventKind::disconnected);
  const std::uint64_t before = traffic.sum().bytes();
  board.pass(minutes(10));
  flow->step(now());
  UNSIGNED_LONGS_EQUAL(before, traffic.sum().bytes());
}

TEST(Accounting, a_radio_wakes_once_for_a_burst) {
  connect(hal::Transport::tcp);
  for (int burst = 0; burst < 3; ++burst) {
    board.pass(minutes(1));
    for (int i = 0; i < 5; ++i) {
      publish(100);
      board.pass(seconds(1));
    }
  }
  UNSIGNED_LONGS_EQUAL(4, traffic.radio_wakes());  // and one to connect
}

TEST(Accounting, AC1_what_was_used_is_kept_over_a_cut_but_for_a_percent) {
  traffic.set_plan({.day_bytes_max = 1'000'000, .month_bytes_max = 0});
  board.clock.sync();
  connect(hal::Transport::tcp);
  for (int i = 0; i < 100; ++i) {
    publish(5000);
    board.pass(seconds(10));
    flow->step(now());
  }
  const std::uint64_t used = traffic.use().day_bytes;
  board.cut_power();
  board.power_on();
  traffic.restore({});
  start();
  CHECK(traffic.use().day_bytes <= used);
  CHECK(traffic.use().day_bytes + 2 * 10'000 >= used);
}

TEST(Accounting, AC1_an_orderly_end_loses_nothing) {
  connect(hal::Transport::tcp);
  publish(77);
  const stores::PlanUse used = traffic.use();
  flow->stop();
  board.cut_power();
  board.power_on();
  traffic.restore({});
  start();
  CHECK(traffic.use() == used);
}

TEST(Accounting, AC2_a_plan_that_is_used_up_is_said_within_a_period) {
  traffic.set_plan({.day_bytes_max = 100'000, .month_bytes_max = 0});
  board.clock.sync();
  flow->step(now());
  CHECK(!flow->share().events_only);
  CHECK(flow->share().bytes_per_second > 0);
  connect(hal::Transport::tcp);
  publish(99'000);
  board.pass(Accounting::kPeriod);
  flow->step(now());
  CHECK(flow->share().events_only);
}

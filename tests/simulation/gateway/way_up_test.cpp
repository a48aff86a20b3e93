// A whole gateway on a simulated board, its broker and a hub: every reading arrives once and bit by
// bit, over good and poor links; texts are texts.
#include <CppUTest/TestHarness.h>

#include <bit>
#include <map>
#include <memory>
#include <new>
#include <optional>

#include "gateway/gateway.h"
#include "platform/sim/board.h"
#include "platform/sim/mqtt/hub.h"
#include "tests/support/numbered_sensor.h"
#include "tests/support/status_equal.h"
#include "vocabulary/bytes.h"
#include "wire/channel/control_line.h"
#include "wire/frames/readings_frame.h"

using namespace hf;

namespace {

constexpr std::uint16_t kSensors = 40;

gateway::GatewayMemory gateway_memory;  // as large as the board's: not for a stack

class WayUp {
 public:
  WayUp() : board(3), hub(board.agenda, board.broker, 4) {
    new (&gateway_memory) gateway::GatewayMemory{};
    STATUS_EQUAL(Status::ok, GatewayId::parse("press-7", id));
    board.network.set_route("eth0", hal::LinkKind::wired, hal::LinkCost::free);
    gateway.emplace(board.board(), gateway_memory, id);
    for (std::uint16_t i = 0; i < kSensors; ++i) {
      CHECK(gateway->know(test::numbered_sensor(i)).ok());
    }
    CHECK(is_ok(gateway->start().status));
    STATUS_EQUAL(Status::ok, board.processes.start({hal::Role::link}, 1 << 20));
    board.clock.sync();
    settings.host.assign("broker.example");
    hub.on_rows = [this](const sim::Hub::Stored& stored) { take(stored); };
  }

  void use() { gateway->set_uplink(settings); }

  void pass(Duration time) {
    const Duration end = board.agenda.now() + time;
    while (board.agenda.now() < end) {
      board.pass(milliseconds(100));
      if (board.clock.uptime() >= scan_at) scan();
      gateway->step(board.clock.uptime());
    }
  }
  // All that was measured until ten seconds ago is there, bit by bit, and nothing else.
  void check_all_there() {
    pass(seconds(12));
    const Uptime until = board.clock.uptime() - seconds(12);
    std::size_t wanted = 0;
    for (const auto& [key, bits] : measured) {
      if (key.first > until.ms) continue;
      ++wanted;
      const auto found = arrived.find(key);
      CHECK(found != arrived.end() && found->second == bits);
    }
    CHECK(wanted > 0);
    LONGS_EQUAL(0, twice);
  }

  sim::Board board;
  sim::Hub hub;
  GatewayId id;
  flows::UplinkSettings settings;
  std::optional<gateway::Gateway> gateway;
  Uptime scan_at;
  using Key = std::pair<std::int64_t, std::uint16_t>;  // when, which sensor
  std::map<Key, std::uint64_t> measured, arrived;
  int twice = 0;

 private:
  Random random_{5};

  void scan() {
    const Uptime at = board.clock.uptime();
    scan_at = at + seconds(1);
    for (std::uint16_t i = 0; i < kSensors; ++i) {
      const double value = static_cast<double>(random_.between(0, 9999)) / 10;
      board.sensors.measure({.at = at, .value = value, .sensor = {i}});
      measured[{at.ms, i}] = std::bit_cast<std::uint64_t>(value);
    }
  }

  void take(const sim::Hub::Stored& stored) {
    if (stored.header.kind != wire::FrameKind::readings) return;
    const auto cursor = std::make_unique<wire::ReadingsCursor>();
    const auto room = std::make_unique<wire::ColumnRoom>();
    STATUS_EQUAL(Status::ok, cursor->open(stored.frame));
    std::vector<Uptime> times(cursor->header().row_count);
    STATUS_EQUAL(Status::ok, cursor->take_rows(times));
    while (cursor->has_next()) {
      wire::SensorColumn column;
      STATUS_EQUAL(Status::ok, cursor->take(room->space(), column));
      for (std::size_t i = 0; i < column.rows.size(); ++i) {
        const std::uint64_t position = stored.header.position + column.rows[i];
        const bool is_new = std::ranges::any_of(stored.rows, [&](const wire::PositionRun& run) {
          return position >= run.first && position < run.end;
        });
        if (!is_new) continue;
        const Key key{times[column.rows[i]].ms, column.sensor.value};
        const auto bits = std::bit_cast<std::uint64_t>(column.values[i]);
        if (!arrived.emplace(key, bits).second) ++twice;
      }
    }
  }
};

}  // namespace

TEST_GROUP(WayUp) {
  std::unique_ptr<WayUp> way = std::make_unique<WayUp>();
  void teardown() override { way.reset(); }
};

TEST(WayUp, every_reading_arrives_once_and_bit_by_bit_with_names_and_times) {
  way->use();
  way->pass(minutes(10));
  way->check_all_there();
  const auto& counts = way->gateway->ledger().uplink;
  CHECK(counts.messages[static_cast<std::size_t>(wire::TopicClass::live)] >= 500);
  CHECK(counts.messages[static_cast<std::size_t>(wire::TopicClass::state)] >= 2);
  LONGS_EQUAL(0, counts.rows_sent_again);
}

TEST(WayUp, a_long_outage_over_a_poor_link_is_made_up_for_in_one_connection) {
  way->board.path.set_model({.latency = milliseconds(350), .up_bytes_per_second = 3'000});
  way->use();
  way->board.network.set_carrier(hal::Carrier::down);
  way->pass(hours(2));
  way->board.network.set_carrier(hal::Carrier::up);
  way->pass(minutes(8));
  way->check_all_there();
  LONGS_EQUAL(1, way->gateway->ledger().uplink.connections);
  // What little goes now says nothing about what could: live data stays as frequent as it may.
  CHECK(way->gateway->ledger().link.bytes_per_second >= 2'000);
}

TEST(WayUp, a_broker_that_takes_small_packets_gets_real_frames_in_parts) {
  way->board.broker.set_manners({.packet_bytes_max = 800});
  way->use();
  way->board.network.set_carrier(hal::Carrier::down);
  way->pass(minutes(20));
  way->board.network.set_carrier(hal::Carrier::up);
  way->pass(minutes(3));
  way->check_all_there();
  CHECK(way->gateway->ledger().uplink.frames_cut > 50);
}

TEST(WayUp, what_bytes_cost_may_be_said_where_the_network_does_not_know) {
  way->settings.cost = flows::CostChoice::metered;
  way->use();
  way->pass(minutes(3));
  CHECK(way->gateway->ledger().link.live_period >= minutes(1));
  way->settings.cost = flows::CostChoice::free;
  way->board.network.set_route("wwan0", hal::LinkKind::cellular, hal::LinkCost::metered);
  way->use();
  way->pass(minutes(3));
  CHECK(way->gateway->ledger().link.live_period < minutes(1));
}

TEST(WayUp, sync_now_sends_what_waits_for_its_session_and_says_how_much_it_is) {
  way->settings.on_change = false;
  way->settings.sync_period = hours(1);
  way->use();
  way->pass(minutes(2));  // the session of the connect
  way->pass(minutes(5));
  const auto waiting = [&] { return way->gateway->queue_figures().readings_rows_to_send; };
  CHECK(waiting() >= 240);
  std::array<char, 4096> room;
  const std::string answer{way->gateway->answer("sync.now", room)};
  CHECK(answer.starts_with(R"({"ok":true,"answer":{"phase":"online","rows_to_send":)"));
  CHECK(answer.find("\"rows_to_send\":" + std::to_string(waiting())) != std::string::npos);
  way->pass(seconds(20));
  CHECK(waiting() < 30);
}

TEST(WayUp, the_profile_json_sends_texts_with_names_and_times_of_day) {
  std::string first;
  std::size_t count = 0;
  way->board.broker.attach("+/+/+/+/readings",
                           [&](const std::string&, const sim::BrokerMessage& message) {
                             if (first.empty()) first = text_of(message.payload);
                             ++count;
                           });
  way->settings.profile = flows::PayloadProfile::json;
  way->use();
  way->pass(minutes(5));
  CHECK(count >= 250);
  CHECK(first.find(R"("press-1.s39":)") != std::string::npos);
  CHECK(first.find(R"({"ts":)") != std::string::npos);
  CHECK(way->gateway->queue_figures().readings_rows_to_send <= 3);
  LONGS_EQUAL(
      0, way->gateway->ledger().uplink.messages[static_cast<std::size_t>(wire::TopicClass::live)]);
}

TEST(WayUp, a_new_system_is_proved_by_what_upstream_received_of_this_start) {
  const stores::ProofNotes& proof = way->gateway->ledger().proof;
  way->pass(minutes(1));
  CHECK(!proof.needs_receipt && !proof.is_receipted);  // it sends nowhere: nobody can answer
  way->board.network.set_carrier(hal::Carrier::down);
  way->use();
  way->pass(minutes(5));
  CHECK(proof.needs_receipt && !proof.is_receipted);
  way->board.network.set_carrier(hal::Carrier::up);
  way->pass(minutes(2));
  CHECK(proof.needs_receipt && proof.is_receipted);
}

TEST(WayUp, a_broker_that_may_receipt_proves_a_new_system_too) {
  way->settings.receipt = flows::ReceiptSource::broker;
  way->use();
  way->pass(minutes(1));
  CHECK(way->gateway->ledger().proof.is_receipted);
}

TEST(WayUp, where_health_is_proof_enough_no_receipt_is_waited_for) {
  std::vector<char> room(wire::kControlAnswerBytesMax);
  way->use();
  CHECK(way->gateway->ledger().proof.needs_receipt);
  const std::string_view answer =
      way->gateway->answer(R"(settings.set {"set":{"update":{"proof":"health"}}})", room);
  CHECK(answer.starts_with(R"({"ok":true)"));
  way->pass(seconds(1));
  CHECK(!way->gateway->ledger().proof.needs_receipt);
}

TEST(WayUp, another_system_can_be_wanted_of_a_board_that_has_an_installer) {
  std::vector<char> room(wire::kControlAnswerBytesMax);
  const auto ask = [&](std::string_view line) { return way->gateway->answer(line, room); };
  constexpr std::string_view kWish = R"(update {"address":"http://there/new.raucb"})";
  CHECK(ask(kWish).find("nothing that installs another") != std::string_view::npos);
  const auto file = way->board.flash.open(stores::kUpdateReportFile, hal::OpenMode::create);
  CHECK(file.ok() && is_ok(way->board.flash.write(file.value(), 0, bytes_of("idle"))));
  CHECK(is_ok(way->board.flash.close(file.value())));
  CHECK(ask(kWish).starts_with(R"({"ok":true)"));
  CHECK(ask("status").find(R"("report":"idle")") != std::string_view::npos);
  CHECK(ask("update {}").find("address") != std::string_view::npos);
  CHECK(ask(R"(update {"address":"file:///x"})").find("http://") != std::string_view::npos);
}

// What a whole gateway says will happen, beside what then happens: how long an outage may last
// until readings lose resolution, and how long a backlog takes. Readings are of the kind that
// nothing compresses, so that hours of them fill the smallest queue and keep a link busy.
#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include "gateway/gateway.h"
#include "platform/sim/board.h"
#include "platform/sim/mqtt/hub.h"
#include "stores/settings/reading.h"
#include "tests/support/numbered_sensor.h"
#include "tests/support/status_equal.h"

using namespace hf;

namespace {

constexpr std::uint16_t kSensors = 100;
constexpr std::string_view kQueueBytesLeast = "16777216";
constexpr double kMayBeOff = 0.15;  // docs/budgets.md

gateway::GatewayMemory gateway_memory;  // as large as the board's: not for a stack

// What somebody was told, and when in the world's time.
struct Said {
  Duration at;
  Duration said;
};

class Forecast {
 public:
  Forecast() : board(3), hub(board.agenda, board.broker, 4) {
    STATUS_EQUAL(Status::ok, GatewayId::parse("press-7", id));
    board.network.set_route("eth0", hal::LinkKind::wired, hal::LinkCost::free);
    stores::SettingsProblems problems;
    STATUS_EQUAL(Status::ok,
                 stores::read_setting("queue.bytes", kQueueBytesLeast, stores::SettingsLayer::file,
                                      settings.file, problems));
    hub.on_rows = [this](const sim::Hub::Stored& stored) {
      if (stored.header.kind != wire::FrameKind::readings) return;
      upstream.insert(upstream.end(), stored.rows.begin(), stored.rows.end());
    };
    start();
  }

  void start() {
    new (&gateway_memory) gateway::GatewayMemory{};
    gateway.emplace(board.board(), gateway_memory, id);
    for (std::uint16_t i = 0; i < kSensors; ++i) {
      CHECK(gateway->know(test::numbered_sensor(i)).ok());
    }
    STATUS_EQUAL(Status::ok,
                 gateway->want({.role = hal::Role::link, .number = 0}, std::uint64_t{1} << 20));
    gateway->set_base(settings, true);
    CHECK(is_ok(gateway->start().status));
    flows::UplinkSettings uplink;
    uplink.host.assign("broker.example");
    gateway->set_uplink(uplink);
    wake_at_ = now();
    scan_at_ = now() + seconds(1);
  }
  void restart() {
    gateway.reset();
    board.restart_process();
    start();
  }

  Duration now() const { return board.clock.elapsed(); }

  void pass(Duration time) {
    const Duration end = now() + time;
    while (now() < end) {
      const Duration next = std::min({end, wake_at_, scan_at_});
      if (next > now()) board.pass(next - now());
      if (now() >= scan_at_) scan();
      const Uptime uptime = board.clock.uptime();
      wake_at_ = now() + std::max(gateway->step(uptime) - uptime, milliseconds(1));
    }
  }

  bool has_lost_resolution() {
    using stores::queue::Tier;
    const auto frames_of = [figures = gateway->queue_figures()](Tier tier) {
      return figures.holdings[stores::queue::index_of(tier)].frames;
    };
    return frames_of(Tier::ten_seconds) + frames_of(Tier::one_minute) > 0;
  }

  Duration time_to_drain() {
    const stores::UplinkNotes& link = gateway->ledger().link;
    return gateway->queue_figures().time_to_drain(link.drain_bytes_per_second,
                                                  link.rows_awaiting_receipt);
  }

  std::uint64_t rows_kept() { return gateway->queue_figures().readings_next; }
  // Of the first so many rows of this life.
  std::uint64_t rows_upstream(std::uint64_t of_first) const {
    std::uint64_t rows = 0;
    for (const wire::PositionRun& run : upstream) {
      rows += std::min(run.end, of_first) - std::min(run.first, of_first);
    }
    return rows;
  }

  sim::Board board;
  sim::Hub hub;
  GatewayId id;
  stores::SettingLayers settings;
  std::optional<gateway::Gateway> gateway;
  std::vector<wire::PositionRun> upstream;  // each row once

 private:
  void scan() {
    scan_at_ = now() + seconds(1);
    for (std::uint16_t i = 0; i < kSensors; ++i) {
      board.sensors.measure(
          {.at = board.clock.uptime(), .value = random_.fraction(), .sensor = {i}});
    }
  }

  Random random_{5};
  Duration wake_at_, scan_at_;
};

// `end`: when what was forecast came. What was said in the last moments before is not judged.
void check_forecasts(const std::vector<Said>& all, Duration end, Duration last_moments) {
  double worst = 0;
  int judged = 0;
  for (const Said& each : all) {
    const Duration took = end - each.at;
    if (took < last_moments) break;
    const double off = static_cast<double>(each.said.ms) / static_cast<double>(took.ms) - 1;
    if (std::abs(off) > std::abs(worst)) worst = off;
    ++judged;
  }
  CHECK(judged >= 20);
  DOUBLES_EQUAL(0, worst, kMayBeOff);
}

}  // namespace

TEST_GROUP(Forecast) {
  std::unique_ptr<Forecast> way = std::make_unique<Forecast>();
  void teardown() override { way.reset(); }

  // Asks every so often, and goes on until readings lose resolution.
  void outlast(std::vector<Said> & said) {
    while (!way->has_lost_resolution()) {
      ask(said);
      way->pass(minutes(10));
      CHECK(way->now() < days(2));
    }
    // Rows are filed ten minutes at a time: in the last hour that alone is 15 %.
    check_forecasts(said, way->now(), minutes(70));
  }
  void ask(std::vector<Said> & said) {
    const Duration left = way->gateway->queue_figures().outage_left;
    if (left > Duration{}) said.push_back({way->now(), left});
  }
};

TEST(Forecast, an_outage_may_last_as_long_as_was_said_over_a_restart_too) {
  std::vector<Said> said;
  way->board.network.set_carrier(hal::Carrier::down);
  way->pass(minutes(30));
  ask(said);
  way->pass(minutes(45));
  way->restart();
  way->pass(seconds(19));
  LONGS_EQUAL(1, said.size());
  ask(said);
  LONGS_EQUAL(2, said.size());
  outlast(said);
}

TEST(Forecast, what_upstream_has_already_makes_room_for_an_outage) {
  std::vector<Said> said;
  way->pass(hours(3));
  ask(said);
  way->board.network.set_carrier(hal::Carrier::down);
  outlast(said);
}

TEST(Forecast, a_backlog_takes_as_long_as_was_said) {
  struct Profile {
    sim::PathModel path;
    Duration outage;
  };
  const Profile profiles[] = {
      {{.latency = milliseconds(100), .up_bytes_per_second = 48'000}, hours(1)},
      {{.latency = milliseconds(350), .up_bytes_per_second = 5'000}, minutes(30)},
  };
  for (const Profile& profile : profiles) {
    way = nullptr;
    way = std::make_unique<Forecast>();
    way->board.path.set_model(profile.path);
    way->board.network.set_carrier(hal::Carrier::down);
    way->pass(profile.outage);
    LONGS_EQUAL(0, way->time_to_drain().ms);  // nobody knows, and nobody says
    const std::uint64_t backlog = way->rows_kept();
    way->board.network.set_carrier(hal::Carrier::up);
    std::vector<Said> said;
    for (int second = 0; way->rows_upstream(backlog) < backlog; ++second) {
      const Duration drain = way->time_to_drain();
      if (drain > Duration{}) said.push_back({way->now(), drain});
      way->pass(seconds(1));
      CHECK(second < 3600);
    }
    check_forecasts(said, way->now(), seconds(20));
  }
}

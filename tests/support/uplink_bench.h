// An uplink between a queue and a hub on a desk: plain rows that say which they are, a simulated
// link, broker and hub, and time that a test lets pass.
#pragma once

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "flows/uplink/uplink.h"
#include "platform/sim/board.h"
#include "platform/sim/mqtt/hub.h"
#include "tests/support/plain_cutting.h"
#include "tests/support/queue_on_sim.h"
#include "tests/support/status_equal.h"

namespace hf::test {

class UplinkBench {
 public:
  explicit UplinkBench(std::uint64_t seed)
      : board(seed), on(seed), hub(board.agenda, board.broker, seed + 1) {
    board.network.set_route("eth0", hal::LinkKind::wired, hal::LinkCost::free);
    STATUS_EQUAL(Status::ok, board.processes.start({hal::Role::link}, 1 << 20));
    board.pass(seconds(1));
    STATUS_EQUAL(Status::ok, on.start());
    STATUS_EQUAL(Status::ok, GatewayId::parse("press-7", id));
    settings.host.assign("broker.example");
    hub.on_rows = [this](const sim::Hub::Stored& stored) { judge(stored); };
    begin(seed);
  }

  void begin(std::uint64_t seed) {
    uplink.emplace(flows::UplinkParts{.link = over != nullptr ? *over : board.link,
                                      .network = board.network,
                                      .power = board.power,
                                      .clock = board.clock,
                                      .queue = *on.queue,
                                      .shaping = on.shaping,
                                      .cutting = cutting,
                                      .texts = texts,
                                      .counts = counts,
                                      .notes = notes},
                   flows::uplink::ParcelMemory{.gathered = gathered, .made = made}, id, seed);
    uplink->set(settings, board.clock.uptime());
  }
  void change_settings() { uplink->set(settings, board.clock.uptime()); }

  // Rows come, one a second, while `keeps`; the uplink runs.
  void pass(Duration time, bool keeps = true) {
    const Duration end = board.agenda.now() + time;
    while (board.agenda.now() < end) {
      board.pass(kTurn);
      on.now = board.clock.uptime();
      if (keeps && on.now >= next_row) keep();
      uplink->step(on.now);
      on.queue->serve(on.now);
    }
  }
  void keep(std::uint32_t rows = 1) {
    next_row = on.now + seconds(1);
    taken[serial] = board.agenda.now();
    STATUS_EQUAL(Status::ok, on.queue->keep(plain_frame(serial, rows, on.now, boot()), on.now));
    serial += rows;
  }
  void keep_event(wire::FrameKind kind = wire::FrameKind::alert) {
    events.insert(serial);
    STATUS_EQUAL(Status::ok,
                 on.queue->keep_event(plain_frame(serial++, 1, on.now, boot(), kind), on.now));
  }
  // Nothing is left to be sent or to be confirmed. False: not within that time.
  bool drain(Duration within) {
    const Duration end = board.agenda.now() + within;
    while (board.agenda.now() < end) {
      pass(seconds(1), false);
      if (is_drained()) return true;
    }
    return false;
  }
  bool is_drained() {
    const auto figures = on.queue->figures(on.now);
    return figures.readings_rows_to_send == 0 && figures.events_to_send == 0 &&
           figures.rows_in_flight == 0;
  }
  // Every row that was kept is there, once, or declared.
  void check_all_there() {
    LONGS_EQUAL(0, twice);
    LONGS_EQUAL(0, bad);
    for (std::uint64_t wanted = 1; wanted < serial; ++wanted) {
      if (!serials.contains(wanted)) FAIL(("row not there: " + std::to_string(wanted)).c_str());
    }
  }
  BootId boot() const { return board.clock.boot_id(); }
  // Of the rows from `latency_from` on: how long it took them to come, in 19 of 20 cases.
  Duration latency_p95() {
    std::ranges::sort(latencies);
    return latencies.empty() ? Duration{} : latencies[latencies.size() * 95 / 100];
  }

  static constexpr Duration kTurn = milliseconds(100);

  hal::Link* over = nullptr;  // instead of the board's; before begin()
  sim::Board board;
  QueueOnSim on;
  sim::Hub hub;
  GatewayId id;
  PlainCutting cutting;
  PlainTexts texts;
  flows::UplinkSettings settings;
  stores::UplinkCounts counts;
  stores::UplinkNotes notes;
  std::array<std::byte, 16 * 1024> gathered, made;
  std::optional<flows::Uplink> uplink;
  std::uint64_t serial = 1;
  Uptime next_row;
  std::set<std::uint64_t> serials, events;
  std::map<std::uint64_t, Duration> taken;
  std::vector<Duration> latencies;
  std::uint64_t latency_from = 1;
  std::vector<std::uint64_t> arrivals;  // serials in the order in which they came
  int twice = 0, bad = 0;

 private:
  void judge(const sim::Hub::Stored& stored) {
    wire::OpenedFrame opened;
    if (!is_ok(wire::open_frame(stored.frame, opened))) return;
    const auto kind = opened.header.kind;
    if (kind == wire::FrameKind::gap || kind == wire::FrameKind::envelopes_10s ||
        kind == wire::FrameKind::envelopes_1min) {
      return;
    }
    for (const auto& run : stored.rows) {
      for (std::uint64_t at = run.first; at < run.end; ++at) {
        const std::size_t row = at - opened.header.position;
        const std::uint64_t row_serial = serial_of_row(opened.body.subspan(row * kPlainRowBytes));
        if (row_serial == 0) ++bad;
        if (!serials.insert(row_serial).second) ++twice;
        arrivals.push_back(row_serial);
        const auto when = taken.find(row_serial);
        if (row_serial >= latency_from && when != taken.end()) {
          latencies.push_back(stored.sent_at - when->second);
        }
      }
    }
  }
};

}  // namespace hf::test

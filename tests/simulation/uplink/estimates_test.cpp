// What the uplink says will happen, beside what then happens.
#include <CppUTest/TestHarness.h>

#include "tests/support/uplink_bench.h"

using namespace hf;
using namespace hf::test;

TEST_GROUP(UplinkEstimates){};

TEST(UplinkEstimates, time_to_drain_is_what_it_then_takes_within_15_percent) {
  const auto path = [](std::uint32_t bytes_per_second, std::uint32_t loss_percent) {
    return sim::PathModel{.latency = milliseconds(350),
                          .up_bytes_per_second = bytes_per_second,
                          .down_bytes_per_second = bytes_per_second,
                          .loss_percent = loss_percent};
  };
  for (const sim::PathModel& model : {path(1'000, 0), path(2'500, 0), path(2'500, 2)}) {
    UplinkBench way(1);
    way.board.path.set_model(model);
    way.board.network.set_carrier(hal::Carrier::down);
    way.pass(hours(4));
    LONGS_EQUAL(0, way.notes.drain_bytes_per_second);  // nobody knows, and nobody says
    std::uint64_t lowest = 1;                          // that the hub lacks
    const std::uint64_t backlog = way.serial;
    way.board.network.set_carrier(hal::Carrier::up);
    std::vector<std::pair<Duration, Duration>> said;  // when, and what
    for (int i = 0; i < 3600 && lowest < backlog; ++i) {
      way.pass(seconds(1));
      while (way.serials.contains(lowest)) ++lowest;
      const stores::QueueFigures figures = way.on.queue->figures(way.on.now);
      const Duration drain =
          figures.time_to_drain(way.notes.drain_bytes_per_second, way.notes.rows_awaiting_receipt);
      if (drain >= seconds(30)) said.emplace_back(way.board.agenda.now(), drain);
    }
    CHECK(lowest >= backlog);
    CHECK(said.size() > 60);
    const Duration end = way.board.agenda.now();
    for (const auto& [at, drain] : said) {
      const auto took = static_cast<double>((end - at).ms);
      DOUBLES_EQUAL(took, static_cast<double>(drain.ms), took * 0.15);
    }
  }
}

// The road of a reading on a desk, with what rehydrating stands on: the real window, forwarding and
// queue, on a simulated flash that outlives them.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "flows/compacting/wire_shaping.h"
#include "flows/forwarding/forwarding.h"
#include "flows/forwarding/into_queue.h"
#include "flows/rehydrating/rehydrating.h"
#include "platform/sim/clock.h"
#include "platform/sim/flash.h"
#include "platform/sim/supply.h"
#include "tests/support/status_equal.h"
#include "tests/unit/stores/telemetry/window_under_test.h"
#include "vocabulary/random.h"

namespace hf::test {

struct DeskMemory {
  alignas(8) std::array<std::byte, limits::kBoard.sqlite_arena_bytes> arena;
  alignas(8) std::array<std::byte, limits::kBoard.sqlite_page_cache_bytes> page_cache;
  std::array<std::byte, 128 * 1024> fresh;
  std::array<stores::queue::FreshFrame, 256> fresh_frames;
  std::array<std::byte, 16 * 1024> events;
  std::array<stores::queue::FreshFrame, 64> event_frames;
  std::array<std::byte, limits::kBoard.frame_bytes_max> work, spare, frame, history;
  std::array<std::byte, files::Journal::room_for(limits::kBoard.frame_bytes_max)> journal_scratch;
};

// What is gone when the process ends.
struct Process {
  Process(DeskMemory& memory, files::MeteredFlash& flash, flows::compacting::WireShaping& shaping,
          const stores::Roster& roster, BootId boot, std::uint32_t blocks, Duration length)
      : window(roster.count(), blocks, 1024, length),
        engine({memory.arena, memory.page_cache}, flash, boot.value),
        queue(engine, flash, shaping,
              {.fresh_bytes = memory.fresh,
               .fresh_frames = memory.fresh_frames,
               .event_bytes = memory.events,
               .event_frames = memory.event_frames,
               .work = memory.work,
               .spare = memory.spare,
               .journal_scratch = memory.journal_scratch},
              {}),
        cutter(*window.telemetry, roster, boot),
        forwarding(cutter, keeping, boot, roster.fingerprint(), memory.frame),
        rehydrating(queue, roster, *window.telemetry, counts, memory.history) {
    forwarding.set({.batch_period = days(365)});
  }

  stores::telemetry::WindowUnderTest window;
  stores::RehydratingCounts counts;
  files::Engine engine;
  stores::OfflineQueue queue;
  flows::forwarding::FrameCutter cutter;
  flows::forwarding::IntoQueue keeping{queue};
  flows::forwarding::Forwarding forwarding;
  flows::Rehydrating rehydrating;
};

class Desk {
 public:
  explicit Desk(std::uint32_t sensors) {
    while (roster.count() < sensors) know("s" + std::to_string(roster.count()));
  }

  void know(const std::string& name) {
    stores::SensorFacts named;
    HF_ASSERT(is_ok(EquipmentId::parse("machine", named.equipment)));
    HF_ASSERT(is_ok(SensorId::parse(name, named.sensor)));
    HF_ASSERT(roster.add(named).ok());
  }

  // The process is gone at once, and another one starts. Uptime goes on, unless the board started.
  void start(bool is_new_board) {
    process.reset();
    flash.restart_process();
    if (is_new_board) {
      ++boots;
      now = {5000};
    }
    process.emplace(memory, metered, shaping, roster, BootId{boots}, blocks, length);
    process->rehydrating.begin(BootId{boots}, now);
    STATUS_EQUAL(Status::ok, process->engine.start());
    STATUS_EQUAL(Status::ok, process->queue.open(BootId{boots}, now));
  }

  // Scans, and everything that is due.
  void run(Duration time) {
    for (const Uptime until = now + time; now < until; now = now + period) {
      scan();
      if (now >= forward_at) forward_at = process->forwarding.step(now);
      process->queue.serve(now);
    }
    forward_at = {};
  }

  void scan() {
    std::vector<stores::telemetry::ScanValue> values;
    for (std::uint32_t index = 0; index < roster.count(); ++index) {
      const double value = static_cast<double>(random.below(300)) / 10;
      const auto quality = random.chance(1, 500) ? Quality::uncertain : Quality::good;
      values.push_back({value, stores::telemetry::sensor(index), quality});
      taken[index].push_back({now, value, stores::telemetry::sensor(index), quality});
    }
    process->window.telemetry->add_scan(0, now, values, now);
  }

  // Nothing but rehydrating; at most so many steps. Returns how many there were.
  int rehydrate(int steps_max = INT32_MAX) {
    int steps = 0;
    while (steps < steps_max && !process->rehydrating.is_done()) {
      process->rehydrating.step(now);
      ++steps;
    }
    return steps;
  }

  void close() {
    process->forwarding.step(now, true);
    STATUS_EQUAL(Status::ok, process->queue.close(now));
  }

  sim::Supply supply;
  sim::Clock clock{1};
  sim::Flash flash{supply, clock, 1};
  files::MeteredFlash metered{flash};
  flows::compacting::WireShaping shaping;
  DeskMemory memory;
  std::array<stores::SensorEntry, 8> facts;
  stores::Roster roster{facts};
  std::optional<Process> process;
  std::map<std::uint32_t, std::vector<Reading>> taken;  // on the clock of the boot that took it
  Random random{3};
  std::uint64_t boots = 0;
  std::uint32_t blocks = 1000;
  Duration length = hours(24);
  Duration period = seconds(1);  // of scans
  Uptime now;
  Uptime forward_at;
};

}  // namespace hf::test

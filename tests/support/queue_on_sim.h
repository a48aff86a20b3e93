// An offline queue of small sizes on a simulated flash: boots, power cuts, and time that a test
// lets pass.
#pragma once

#include <array>
#include <optional>

#include "config/limits/limits.h"
#include "files/database/engine.h"
#include "platform/sim/clock.h"
#include "platform/sim/entropy.h"
#include "platform/sim/flash.h"
#include "platform/sim/keys.h"
#include "platform/sim/supply.h"
#include "stores/offline_queue/offline_queue.h"
#include "tests/support/plain_shaping.h"

namespace hf::test {

inline constexpr std::size_t kBlock = files::Journal::kBlockBytes;

struct QueueRoom {
  alignas(8) std::array<std::byte, limits::kGateway64m.sqlite_arena_bytes> arena;
  alignas(8) std::array<std::byte, 64 * 4500> page_cache;
  std::array<std::byte, 24 * 1024> fresh_bytes;
  std::array<stores::queue::FreshFrame, 64> fresh_frames;
  std::array<std::byte, 2048> event_bytes;
  std::array<stores::queue::FreshFrame, 16> event_frames;
  std::array<std::byte, 8000> work;
  std::array<std::byte, 8000> spare;
  std::array<std::byte, 2 * kBlock> journal_scratch;
  std::array<std::byte, 8000 + files::Sealing::kSealBytes> sealing;
  std::array<std::byte, 8192> out;

  stores::QueueMemory memory() {
    return {.fresh_bytes = fresh_bytes,
            .fresh_frames = fresh_frames,
            .event_bytes = event_bytes,
            .event_frames = event_frames,
            .work = work,
            .spare = spare,
            .journal_scratch = journal_scratch};
  }
};

inline QueueRoom& queue_room() {
  static QueueRoom room;
  return room;
}

inline stores::QueueSettings small_queue() {
  stores::QueueSettings settings;
  settings.file_bytes_max = 512 * 1024;
  settings.journal_bytes = 8 * kBlock;
  settings.file_cache_pages = 40;
  settings.page_bytes = 1024;
  return settings;
}

class QueueOnSim {
 public:
  explicit QueueOnSim(std::uint64_t seed = 1, const sim::MediumModel& model = {})
      : clock(seed), flash(supply, clock, seed), keys(supply, seed), entropy(seed) {
    flash.set_model(model);
  }
  ~QueueOnSim() { end(); }

  // The board starts, and a process opens the queue. Uptime begins anew.
  Status start() {
    ++boots;
    now = {};
    return start_process();
  }
  // Only the process does; uptime goes on.
  Status start_process() {
    end();
    engine.emplace(files::EngineMemory{queue_room().arena, queue_room().page_cache}, metered,
                   boots);
    HF_TRY(engine->start());
    engine->arena().fail_at(refuse_memory_at, refuse_memory_for_ever);
    sealing.emplace(keys);
    queue.emplace(*engine, metered, shaping, queue_room().memory(), settings,
                  stores::SealingParts{&*sealing, &entropy, queue_room().sealing});
    return queue->open(boot(), now);
  }
  // The process is gone, as by kill -9.
  void end() {
    queue.reset();
    sealing.reset();
    engine.reset();
  }
  void cut_power() {
    supply.cut();
    come_back();
  }
  void come_back() {
    end();
    supply.restore();
    flash.power_on();
  }

  BootId boot() const { return BootId{boots * 1'000'003}; }
  void pass(Duration time) { now = now + time; }

  sim::Supply supply;
  sim::Clock clock;
  sim::Flash flash;
  sim::Keys keys;  // as the flash, they outlive a process and a cut
  sim::Entropy entropy;
  files::MeteredFlash metered{flash};
  PlainShaping shaping;
  stores::QueueSettings settings = small_queue();
  std::optional<files::Engine> engine;
  std::optional<files::Sealing> sealing;
  std::optional<stores::OfflineQueue> queue;
  std::uint64_t boots = 0;
  std::uint64_t refuse_memory_at = 0;  // the n-th piece SQLite asks for after a start; 0: none
  bool refuse_memory_for_ever = false;
  Uptime now;
};

}  // namespace hf::test

// A shelf of small sizes on a simulated flash: boots, power cuts, and a medium that fails.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "config/limits/limits.h"
#include "files/database/engine.h"
#include "platform/sim/clock.h"
#include "platform/sim/flash.h"
#include "platform/sim/supply.h"
#include "state/shelf.h"
#include "vocabulary/bytes.h"

namespace hf::test {

struct ShelfRoom {
  alignas(8) std::array<std::byte, limits::kGateway64m.sqlite_arena_bytes> arena;
  alignas(8) std::array<std::byte, 64 * 4500> page_cache;
  std::array<std::byte, state::kItemBytesMax> out;
};

inline ShelfRoom& shelf_room() {
  static ShelfRoom room;
  return room;
}

inline constexpr state::ShelfSettings kSmallShelf{
    .file_bytes_max = 256 * 1024, .cache_pages = 20, .page_bytes = 1024, .log_pages_max = 20};

class ShelfOnSim {
 public:
  explicit ShelfOnSim(std::uint64_t seed = 1, const sim::MediumModel& model = {})
      : clock(seed), flash(supply, clock, seed) {
    flash.set_model(model);
  }
  ~ShelfOnSim() { end(); }

  // A new process opens the shelf.
  Status start() {
    end();
    engine.emplace(files::EngineMemory{shelf_room().arena, shelf_room().page_cache}, flash,
                   ++boots);
    HF_TRY(engine->start());
    shelf.emplace(*engine, flash, settings);
    return shelf->open(now);
  }
  // The process is gone, as by kill -9.
  void end() {
    if (shelf) shelf->close();
    shelf.reset();
    engine.reset();
    flash.restart_process();
  }
  void come_back() {
    end();
    supply.restore();
    flash.power_on();
  }
  void cut_power() {
    supply.cut();
    come_back();
  }

  Status put(std::string_view key, std::string_view text) {
    return shelf->put("equipment", key, bytes_of(text));
  }
  // What stands there, or the word of the outcome.
  std::string get(std::string_view key) {
    return text(shelf->get("equipment", key, shelf_room().out));
  }
  std::string read(std::uint8_t ring, std::uint64_t number) {
    return text(shelf->read(ring, number, shelf_room().out));
  }

  sim::Supply supply;
  sim::Clock clock;
  sim::Flash flash;
  state::ShelfSettings settings = kSmallShelf;
  std::optional<files::Engine> engine;
  std::optional<state::Shelf> shelf;
  std::uint64_t boots = 0;
  Uptime now;

 private:
  static std::string text(const Result<std::uint32_t>& got) {
    if (!got.ok()) return std::string(to_text(got.status()));
    return std::string(text_of(std::span{shelf_room().out}.first(got.value())));
  }
};

}  // namespace hf::test

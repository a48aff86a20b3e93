// SQLite itself, given memory, files and luck of ours: started once at boot, before any Database.
//
// SQLite keeps its settings in the process, so one Engine runs at a time. A test that builds
// several worlds one after the other ends one Engine before it starts the next; nothing is carried
// over.
//
// Memory: pages come from `page_cache`, all else from `arena`; both are counted, neither grows, and
// an arena that is used up is an outcome (`busy`). SQLite takes nothing from the system's heap.
// Threads: none. The engine and all its databases belong to one thread; SQLite's own locks are off.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "files/database/arena.h"
#include "hal/flash.h"
#include "vocabulary/outcome.h"

namespace hf::files {

class FlashVfs;

inline constexpr std::size_t kPageBytesMax = 4096;  // of any database; a slot of the page cache

// Both aligned to Arena::kAlignment, both outlive the engine. Sizes: config/limits.
struct EngineMemory {
  std::span<std::byte> arena;
  std::span<std::byte> page_cache;
};

struct PageCacheUse {
  std::uint32_t slots = 0;
  std::uint32_t slots_used = 0;
  std::uint32_t slots_peak = 0;
  std::size_t overflow_bytes_peak = 0;  // pages that had to live in the arena; 0 when sized well
};

class Engine {
 public:
  // `seed`: see flash_vfs.h; from hal::Entropy on a board, new for every boot.
  // REQUIRES: no other Engine runs.
  Engine(EngineMemory memory, hal::Flash& flash, std::uint64_t seed);
  ~Engine();  // REQUIRES: every Database is closed, or is destroyed first.
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // ok.  busy: the arena is too small even to begin.  unsupported: this SQLite was built without
  // what we rely on. Called once.
  Status start();

  // Counts since start(). Before: zeros.
  ArenaUse arena_use() const { return arena_.use(); }
  PageCacheUse page_cache_use() const;

  // For tests: to plant refusals (arena.h) and to look at its soundness.
  Arena& arena() { return arena_; }

 private:
  friend class Connection;
  friend class Database;

  FlashVfs& vfs();
  Status configure();

  // The caches of all open databases share the slots. full: that many are not left.
  Status reserve_pages(std::uint32_t count);
  void return_pages(std::uint32_t count) { pages_reserved_ -= count; }

  // Room for a FlashVfs, whose header names sqlite3.h, which only this room may see.
  static constexpr std::size_t kVfsBytesMax = 320;

  Arena arena_;
  std::span<std::byte> page_cache_;
  std::uint32_t slots_ = 0;
  std::uint32_t pages_reserved_ = 0;
  bool started_ = false;
  alignas(8) std::array<std::byte, kVfsBytesMax> vfs_storage_;
};

}  // namespace hf::files

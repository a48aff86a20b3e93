#include "files/database/engine.h"

#include <sqlite3.h>

#include <new>

#include "files/database/flash_vfs.h"
#include "files/database/sqlite_outcome.h"
#include "vocabulary/assertion.h"

namespace hf::files {
namespace {

// SQLite's memory calls carry no context, so what they serve is a global: the arena of the engine
// that runs.
Arena* arena_in_force = nullptr;

std::size_t as_size(int bytes) { return bytes > 0 ? static_cast<std::size_t>(bytes) : 0; }

void* allocate(int bytes) { return arena_in_force->allocate(as_size(bytes)); }
void release(void* block) { arena_in_force->release(block); }
void* resize(void* block, int bytes) { return arena_in_force->resize(block, as_size(bytes)); }
int capacity(void* block) {
  return block == nullptr ? 0 : static_cast<int>(Arena::capacity(block));
}
int rounded(int bytes) { return static_cast<int>(Arena::rounded(as_size(bytes))); }
int begin(void*) { return SQLITE_OK; }
void end(void*) {}

constexpr sqlite3_mem_methods kMemoryCalls = {
    .xMalloc = allocate,
    .xFree = release,
    .xRealloc = resize,
    .xSize = capacity,
    .xRoundup = rounded,
    .xInit = begin,
    .xShutdown = end,
    .pAppData = nullptr,
};

constexpr int kStatementJournalsInMemory = -1;

std::size_t slot_bytes() {
  int header_bytes = 0;
  HF_ASSERT(sqlite3_config(SQLITE_CONFIG_PCACHE_HDRSZ, &header_bytes) == SQLITE_OK);
  return (kPageBytesMax + as_size(header_bytes) + 7) / 8 * 8;
}

}  // namespace

Engine::Engine(EngineMemory memory, hal::Flash& flash, std::uint64_t seed)
    : arena_(memory.arena), page_cache_(memory.page_cache) {
  static_assert(sizeof(FlashVfs) <= kVfsBytesMax);
  HF_ASSERT(arena_in_force == nullptr);
  arena_in_force = &arena_;
  new (vfs_storage_.data()) FlashVfs(flash, seed);
}

Engine::~Engine() {
  HF_ASSERT(pages_reserved_ == 0);  // a database still open would keep pointers into our memory
  if (started_) {
    vfs().remove();
    HF_ASSERT(sqlite3_shutdown() == SQLITE_OK);
  }
  vfs().~FlashVfs();
  arena_in_force = nullptr;
}

FlashVfs& Engine::vfs() {
  return *std::launder(static_cast<FlashVfs*>(static_cast<void*>(vfs_storage_.data())));
}

// The order does not matter, but all of it must come before sqlite3_initialize().
Status Engine::configure() {
  const std::size_t bytes = slot_bytes();
  slots_ = static_cast<std::uint32_t>(page_cache_.size() / bytes);
  const int answers[] = {
      sqlite3_config(SQLITE_CONFIG_SINGLETHREAD),
      sqlite3_config(SQLITE_CONFIG_MEMSTATUS,
                     0),  // the arena counts; SQLite's counters cost a lock
      sqlite3_config(SQLITE_CONFIG_MALLOC, &kMemoryCalls),
      sqlite3_config(SQLITE_CONFIG_PAGECACHE, page_cache_.data(), static_cast<int>(bytes),
                     static_cast<int>(slots_)),
      sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, kStatementJournalsInMemory),
      sqlite3_config(SQLITE_CONFIG_URI, 0),  // a file name is a name, never a list of options
  };
  for (const int answer : answers) {
    if (answer != SQLITE_OK) return Status::unsupported;
  }
  return Status::ok;
}

Status Engine::start() {
  HF_ASSERT(!started_);
  HF_TRY(configure());
  if (const int code = sqlite3_initialize(); code != SQLITE_OK) {
    HF_ASSERT(sqlite3_shutdown() == SQLITE_OK);
    return outcome_of(code);
  }
  vfs().install();
  started_ = true;
  int now = 0;
  int peak = 0;
  sqlite3_status(SQLITE_STATUS_PAGECACHE_USED, &now, &peak, 1);  // process-wide: begin anew
  sqlite3_status(SQLITE_STATUS_PAGECACHE_OVERFLOW, &now, &peak, 1);
  return Status::ok;
}

PageCacheUse Engine::page_cache_use() const {
  PageCacheUse use{.slots = slots_};
  if (!started_) return use;
  int now = 0;
  int peak = 0;
  sqlite3_status(SQLITE_STATUS_PAGECACHE_USED, &now, &peak, 0);
  use.slots_used = static_cast<std::uint32_t>(now);
  use.slots_peak = static_cast<std::uint32_t>(peak);
  sqlite3_status(SQLITE_STATUS_PAGECACHE_OVERFLOW, &now, &peak, 0);
  use.overflow_bytes_peak = as_size(peak);
  return use;
}

Status Engine::reserve_pages(std::uint32_t count) {
  if (count > slots_ - pages_reserved_) return Status::full;
  pages_reserved_ += count;
  return Status::ok;
}

}  // namespace hf::files

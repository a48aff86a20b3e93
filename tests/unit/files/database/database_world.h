// What every test of the database stands on: memory, an engine, and a small schema of frames.
#pragma once

#include <CppUTest/TestHarness.h>

#include <array>
#include <optional>

#include "config/limits/limits.h"
#include "files/database/database.h"
#include "files/database/engine.h"
#include "files/database/statement.h"
#include "files/database/transaction.h"
#include "hal/flash.h"

namespace hf::files {

inline constexpr std::string_view kFile = "frames.db";
inline constexpr std::uint32_t kApplication = 0x48464654;  // "HFFT"

inline constexpr Migration kFirstVersion[] = {
    {.version = 1,
     .sql =
         "CREATE TABLE frame (sequence INTEGER PRIMARY KEY AUTOINCREMENT, bytes BLOB NOT NULL);"},
};
inline constexpr Migration kSecondVersion[] = {
    kFirstVersion[0],
    {.version = 2, .sql = "CREATE TABLE gap (first INTEGER PRIMARY KEY, last INTEGER NOT NULL);"},
};

inline constexpr DatabaseSettings kSettings{
    .file = kFile,
    .application_id = kApplication,
    .file_bytes_max = 512 * 1024,
    .log_bytes_kept = 256 * 1024,
    .cache_pages = 40,
};

struct EngineRoom {
  alignas(8) std::array<std::byte, limits::kGateway64m.sqlite_arena_bytes> arena;
  alignas(8) std::array<std::byte, limits::kGateway64m.sqlite_page_cache_bytes> page_cache;

  EngineMemory memory() { return {.arena = arena, .page_cache = page_cache}; }
};

inline EngineRoom& engine_room() {
  static EngineRoom room;
  return room;
}

// One boot: an engine, a database, its statements.
class World {
 public:
  explicit World(hal::Flash& flash, std::uint64_t seed = 1)
      : engine(engine_room().memory(), flash, seed), started(engine.start()), database(engine) {}

  Status open(const DatabaseSettings& settings = kSettings,
              std::span<const Migration> migrations = kFirstVersion) {
    HF_TRY(started);
    HF_TRY(database.open(settings, migrations));
    const Status prepared = prepare();
    if (!is_ok(prepared)) close();
    return prepared;
  }

  Status prepare() {
    HF_TRY(insert.prepare(database, "INSERT INTO frame (bytes) VALUES (?1)"));
    HF_TRY(remove.prepare(database, "DELETE FROM frame WHERE sequence <= ?1"));
    HF_TRY(count.prepare(database, "SELECT count(*) FROM frame"));
    return read.prepare(database, "SELECT bytes FROM frame WHERE sequence = ?1");
  }

  void close() {
    for (Statement* statement : {&insert, &remove, &count, &read}) statement->finish();
    database.close();
  }

  ~World() { close(); }

  Status add(std::span<const std::byte> bytes) { return insert.bind(1, bytes).run(); }
  Status remove_to(std::int64_t sequence) { return remove.bind(1, sequence).run(); }

  std::int64_t rows() {
    const auto stepped = count.step();
    if (!stepped.ok()) return -1;
    const std::int64_t rows = count.column_number(0);
    count.reset();
    return rows;
  }

  Engine engine;
  Status started;
  Database database;
  Statement insert, remove, count, read;
};

inline void check_status(Status expected, Status actual, const char* file, std::size_t line) {
  STRCMP_EQUAL_LOCATION(std::string(to_text(expected)).c_str(),
                        std::string(to_text(actual)).c_str(), nullptr, file, line);
}

}  // namespace hf::files

#define STATUS_EQUAL(expected, actual) \
  ::hf::files::check_status((expected), (actual), __FILE__, __LINE__)

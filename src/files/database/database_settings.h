// How a database file is to be opened, and what was found when it was.
#pragma once

#include <cstdint>
#include <string_view>

#include "files/database/engine.h"
#include "hal/flash.h"

namespace hf::files {

// The longest suffix SQLite appends is "-journal".
inline constexpr std::size_t kDatabaseNameCharactersMax = hal::kFileNameCharactersMax - 8;

enum class JournalMode : std::uint8_t {
  write_ahead_log,  // commits append to a "-wal" beside the file; checkpoint() copies them over
  rollback,         // commits rewrite the file in place behind a "-journal"; more syncs, no log
};

// A log, but for file systems it is at odds with: that cannot sync one file without the other, or
// rewrite a whole erase block for an overwrite in place.
JournalMode journal_mode_for(const hal::Medium& medium);

struct DatabaseSettings {
  std::string_view file;             // 1 to kDatabaseNameCharactersMax characters
  std::uint32_t application_id = 0;  // who we are; stands in the file. Not 0.
  JournalMode journal = JournalMode::write_ahead_log;
  std::uint32_t page_bytes = kPageBytesMax;  // a power of two from 512 to kPageBytesMax

  // Quota of the main file: beyond it inserts are `full` while deletes still work, which they do
  // not on a medium that is really full. A file found larger keeps its size and grows no further.
  std::uint64_t file_bytes_max = 0;

  std::uint64_t log_bytes_kept = 0;  // a log that grew longer is cut back to this when begun anew
  std::uint32_t cache_pages = 0;     // taken from the engine's slots while open
};

// One step of the schema. Steps are numbered from 1 without a gap; each runs in one transaction
// together with the number it leaves in the file (user_version).
struct Migration {
  std::uint32_t version;
  const char* sql;
};

enum class FileFound : std::uint8_t {
  fresh,             // none, or one that was born but never got a schema
  sound,             // ours; nothing wrong was seen on the way in
  zeroed,            // its first page is all zeros
  truncated,         // shorter than it says of itself
  not_sqlite,        // some other kind of file
  foreign,           // SQLite, of another application
  newer,             // ours, of a later version whose schema is unknown here
  other_page_size,   // ours, made with another page size
  damaged,           // SQLite met a page that cannot be
  log_without_file,  // a log with content beside no file: SQLite would delete the log
  unreadable,        // the medium did not let us look
};

std::string_view to_text(FileFound found);

struct Finding {
  FileFound what = FileFound::fresh;
  std::uint32_t application_id = 0;
  std::uint32_t version = 0;  // of the schema, as found
  std::uint64_t bytes = 0;    // of the main file, as found
};

// The file of an owner that was last found to be none of its own, or no longer a whole one.
struct SetAside {
  FileFound found = FileFound::fresh;
  std::uint32_t number = 0;  // in its name now (files/aside); 0: there was none since the start
};

}  // namespace hf::files

// Settings of the offline queue, as a person may change them; the file names and sizes that tests
// make small; and the numbers that are neither, with their reasons.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/limits/limits.h"
#include "config/settings/table.h"
#include "files/database/database_settings.h"
#include "vocabulary/time.h"

namespace hf::stores {

inline constexpr Duration kWindowLeast = settings::least_duration("durability.window");
inline constexpr Duration kWindowMax = settings::most_duration("durability.window");

struct QueueSettings {
  // What each of these means and may be stands in the table.
  Duration window = settings::initial_duration("durability.window");
  Duration batch_period = settings::initial_duration("durability.batch_period");
  bool persist_history = settings::initial<bool>("history.persist");
  Duration history = settings::initial_duration("history.keep");
  Duration live_horizon = settings::initial_duration("queue.live_horizon");
  std::uint64_t flash_bytes_per_day = settings::initial<std::uint64_t>("flash.bytes_per_day");
  bool is_sealed = settings::initial<bool>("flash.sealed");
  Duration key_period = settings::initial_duration("flash.key_period");
  std::uint32_t refusals_max = settings::initial<std::uint32_t>("queue.refusals_max");

  // Sizes of the board class.
  std::uint64_t file_bytes_max = settings::initial<std::uint64_t>("queue.bytes");
  std::uint64_t journal_bytes = limits::kBoard.journal_bytes;
  std::uint32_t file_cache_pages = limits::kBoard.queue_cache_pages;
  std::uint32_t page_bytes = 2048;  // measured: 4096 costs 12 % more flash a day, online

  // Positions reserved ahead: at three rows a second these last 90 hours without a commit, and 54
  // bits last for ever. What is not used of them costs one gap record after a power cut.
  std::uint64_t rows_reserved = 1'000'000;

  friend bool operator==(const QueueSettings&, const QueueSettings&) = default;
};

namespace queue {

inline constexpr std::string_view kFileStem = "queue";
inline constexpr std::string_view kFileName = "queue.db";
inline constexpr std::string_view kJournalName = "queue.journal";

// Old pages are kept beside until a commit is done, and new ones are written once: a frame is all
// new pages. A write-ahead log takes everything twice. docs/decisions/0008.
inline constexpr files::JournalMode kJournalMode = files::JournalMode::rollback;

// That file stays as long as an ordinary commit needs it, for making room in it costs metadata; one
// that grew longer is cut back.
inline constexpr std::uint64_t kUndoBytesKept = std::uint64_t{256} * limits::kKiB;

// What upstream has too waits this many batch periods for its commit.
inline constexpr std::int64_t kHistoryPeriods = 3;

// Or until it fills so much of the memory for fresh frames: the rest is for what comes meanwhile.
inline constexpr std::uint32_t kHistoryParts = 7;
inline constexpr std::uint32_t kFreshParts = 8;

// After a failure of the medium: soon again, then ever more rarely, but never given up.
inline constexpr Duration kRetryFirst = seconds(1);
inline constexpr Duration kRetryMax = minutes(5);

// Upkeep: the next step soon while there is work, else a rest; and how much of the file is looked
// through at a time, so that 500 MB take a week and nobody notices.
inline constexpr Duration kTendSoon = milliseconds(100);
inline constexpr Duration kTendRest = seconds(30);
inline constexpr std::uint32_t kCheckPages = 8;

// A boot that ends sooner is a short one; after this many in a row the supply is not to be trusted,
// and for this long nothing is written that can wait.
inline constexpr Duration kShortBoot = minutes(1);
inline constexpr std::int64_t kShortBootsMax = 3;
inline constexpr Duration kHoldOff = minutes(2);
inline constexpr Duration kHoldOffWindow = seconds(60);

}  // namespace queue
}  // namespace hf::stores

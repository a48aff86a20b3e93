// What the queue counts since its start. Every loss has its counter here (docs/style.md).
#pragma once

#include <cstdint>

namespace hf::stores {

struct QueueCounters {
  std::uint64_t frames_kept = 0;
  std::uint64_t rows_kept = 0;
  std::uint64_t events_kept = 0;
  std::uint64_t commits = 0;
  std::uint64_t journal_appends = 0;
  std::uint64_t journal_records_lost = 0;  // safe once, and gone: the medium lied or rots
  std::uint64_t gaps_declared = 0;
  std::uint64_t rows_found_missing = 0;  // upstream asked for them: the medium forgot what it had
  std::uint64_t rows_dropped_in_memory = 0;
  std::uint64_t events_dropped_in_memory = 0;
  std::uint64_t medium_failures = 0;
  std::uint64_t files_set_aside = 0;
  std::uint64_t files_given_up = 0;  // of those, for want of room
  std::uint64_t frames_salvaged = 0;
  std::uint64_t streams_begun = 0;
  std::uint64_t positions_forgotten = 0;  // receipts for positions that the file knew nothing of
  std::uint64_t frames_corrupt = 0;       // met in the file or the journal; never served
  std::uint64_t frames_refused = 0;
  std::uint64_t frames_quarantined = 0;
  std::uint64_t rows_pruned = 0;
  std::uint64_t rows_condensed = 0;
  std::uint64_t rows_dropped = 0;
  std::uint64_t frames_compacted = 0;
  std::uint64_t keys_made = 0;
  std::uint64_t keys_erased = 0;
};

}  // namespace hf::stores

// Coalescing: state that changes often on its way to upstream. Of each key only the latest value is
// kept waiting, and several keys go into the queue with one commit.
//
// The wait is counted from the first change, not from the last: a key that changes without end is
// written once per debounce, not never. A row that waits is in memory only; a collection whose
// changes must be safe at once has a debounce of zero.
//
//   C1  Of several values for a key the last one is kept, and it is kept no later than the debounce
//       of its collection after the first.
//   C2  Nothing is dropped: when all places are taken, what is due next goes at once.
//
// Memory is the caller's. Owned by the service loop.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/settings/table.h"
#include "stores/offline_queue/offline_queue.h"
#include "vocabulary/fixed_string.h"

namespace hf::stores {

struct CollectionSettings {
  bool goes_upstream = true;  // else its rows are refused here
  // Zero: each row is a commit of its own.
  Duration debounce = settings::initial_duration("sync.equipment.debounce");
  // 1 … kRowsPerCommitMax
  std::uint32_t rows_per_commit = settings::initial<std::uint32_t>("sync.equipment.batch");
};

inline constexpr std::size_t kRowsPerCommitMax =
    settings::most<std::size_t>("sync.equipment.batch");
inline constexpr std::size_t kCollectionsMax = 16;
inline constexpr std::size_t kStateFrameBytesMax = 1024;
using StateKey = FixedString<64>;

struct WaitingRow {
  std::uint8_t collection = 0;
  StateKey key;
  Uptime due;
  std::uint16_t bytes = 0;
  std::array<std::byte, kStateFrameBytesMax> frame;
};

class Coalescing {
 public:
  // REQUIRES: both outlive this; at least one row.
  Coalescing(OfflineQueue& queue, std::span<WaitingRow> rows) : queue_(queue), rows_(rows) {}

  // REQUIRES: collection < kCollectionsMax.
  void set(std::uint8_t collection, const CollectionSettings& settings);

  // ok: it waits, or is kept.  refused: the collection does not go upstream.  invalid: key or frame
  // is too large.  Else as OfflineQueue::keep_event().
  Status put(std::uint8_t collection, std::string_view key, std::span<const std::byte> frame,
             Uptime now);

  // Keeps what is due. Answers when it wants to be called next; the end of time: nothing waits.
  Uptime serve(Uptime now);

  // Keeps everything: at an orderly end, or when the supply is going.
  Status flush(Uptime now);

  std::uint32_t waiting() const { return count_; }
  std::uint64_t replaced() const { return replaced_; }  // values that never went

 private:
  WaitingRow* find(std::uint8_t collection, std::string_view key);
  Status keep_due(Uptime until, Uptime now);

  OfflineQueue& queue_;
  std::span<WaitingRow> rows_;  // the first count_ wait, in the order of their first change
  std::uint32_t count_ = 0;
  std::uint64_t replaced_ = 0;
  std::array<CollectionSettings, kCollectionsMax> settings_;
};

}  // namespace hf::stores

// What one class of board may hold. A capacity that is not here is a bug.
//
// Settings may lower a capacity at boot (LoweredTo in the room that owns it), never raise it: the
// memory was sized at compile time. Raw numbers stand in one table per class (limits.h), each with
// its reason; what follows from them is derived here, and the relations that must hold are asserted
// for every class, also for those this build does not use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/limits/documents.h"
#include "config/limits/models.h"
#include "vocabulary/time.h"

namespace hf::limits {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;

struct BoardClass {
  std::string_view name;

  // Sampling
  std::uint32_t sensors_max;        // sensors configured on one gateway
  std::uint32_t nodes_max;          // field devices, and the gateway itself
  Duration sample_period_least;     // the shortest period the telemetry window is sized for
  std::uint32_t scan_readings_max;  // readings taken from the field in one turn of the loop

  // Telemetry window (RAM)
  Duration window;                         // how long readings stay answerable without flash
  std::size_t telemetry_bytes;             // the whole window: blocks, chains, open blocks, indexes
  std::uint32_t telemetry_block_bytes;     // one block of one sensor
  std::uint32_t telemetry_chunk_readings;  // staged raw per sensor before they are coded
  std::uint32_t telemetry_scan_sources_max;   // field buses with a scan clock of their own
  std::uint32_t telemetry_subscriptions_max;  // who is told of new readings

  // SQLite (RAM): the arena serves every connection; exhaustion is an error that is handled
  std::size_t sqlite_arena_bytes;
  std::size_t sqlite_page_cache_bytes;

  // Flash
  std::uint64_t flash_bytes_max;  // everything the product may ever write, in all its files
  std::uint64_t queue_bytes_max;  // the offline queue's share of it

  std::uint64_t state_bytes_max;     // documents, versions of settings, audit and activity
  std::uint32_t state_cache_pages;   // of SQLite's slots
  std::size_t state_document_bytes;  // RAM: all documents as they are encoded
  std::uint32_t documents_max;       // tombstones among them
  std::size_t inbox_bytes;           // RAM: what came down and waits to be merged
  std::uint32_t rules_max;           // of alerting
  std::uint32_t watches_max;         // a rule watching a sensor is one
  std::size_t journal_bytes;  // a file of its own: one batch of small frames, in blocks of 4 KiB

  // Frames: scratch for building one, and the largest that may be sent
  std::size_t frame_bytes_max;
  std::uint32_t frame_rows_max;     // instants in one frame: a scan of one bus is one
  std::uint32_t frames_merged_max;  // that become one in one go

  // Offline queue (RAM): fresh frames since the last batch, and events while the medium is away
  std::size_t fresh_bytes;
  std::uint32_t fresh_frames_max;
  std::size_t waiting_event_bytes;
  std::uint32_t waiting_events_max;
  std::uint32_t queue_cache_pages;  // of SQLite's slots

  // The whole core, beside program code and stack
  std::size_t core_ram_bytes_max;

  std::uint32_t anchor_boots_max;  // boots whose time of day is remembered

  // What a role may call its own; libraries and the reserve of thread stacks do not count
  std::size_t link_role_bytes_max;
};

// Readings the window must be able to hold at full rate.
constexpr std::uint64_t window_readings(const BoardClass& board) {
  return board.sensors_max *
         static_cast<std::uint64_t>(board.window.ms / board.sample_period_least.ms);
}

// The queue's own: the rings, room for two frames, and the journal's scratch for a third.
constexpr std::size_t queue_ram_bytes(const BoardClass& board) {
  constexpr std::size_t kFreshFrameBytes = 56;  // asserted where it is defined
  return board.fresh_bytes + board.waiting_event_bytes +
         kFreshFrameBytes * (board.fresh_frames_max + board.waiting_events_max) +
         3 * board.frame_bytes_max;
}

// Whoever takes frames apart or puts them together holds columns of the largest: the cutter, the
// merger, the condenser, who rehydrates. Asserted, with all other objects, in gateway.h.
constexpr std::size_t column_ram_bytes(const BoardClass& board) {
  constexpr std::size_t kBytesPerRow = 256;
  constexpr std::size_t kOtherObjects = 40 * kKiB;  // stores, flows and what they count
  return kBytesPerRow * board.frame_rows_max + kOtherObjects;
}

// Documents with their index, audit and working room, and the rules with what they watch.
constexpr std::size_t state_ram_bytes(const BoardClass& board) {
  constexpr std::size_t kPileEntryBytes = 16;  // these are asserted in src/gateway/state_side.h
  constexpr std::size_t kAuditEntryBytes = 640;
  constexpr std::size_t kRuleBytes = 128;
  constexpr std::size_t kWatchBytes = 160;
  constexpr std::size_t kSequenceBytes = 8;
  constexpr std::size_t kFramesBytes =
      24 * kKiB;  // that go up in one commit, and a page of readings
  return board.state_document_bytes + kPileEntryBytes * board.documents_max +
         kAuditEntryBytes * kAuditEntries + 5 * kDocumentBytesMax + board.inbox_bytes +
         kRuleBytes * board.rules_max + kWatchBytes * board.watches_max +
         kSequenceBytes * board.sensors_max + kFramesBytes + 2 * kModelBytesMax + kModelTreeBytes;
}

// Everything the core allots at boot. A room that takes memory adds its line here.
constexpr std::size_t core_ram_bytes(const BoardClass& board) {
  // One that is cut, one that is sealed, one from the history, two of a parcel for the link.
  constexpr std::size_t kFrames = 5;
  return board.telemetry_bytes + board.sqlite_arena_bytes + board.sqlite_page_cache_bytes +
         kFrames * board.frame_bytes_max + queue_ram_bytes(board) + column_ram_bytes(board) +
         state_ram_bytes(board);
}

constexpr bool holds_together(const BoardClass& board) {
  return board.sensors_max > 0 && board.sensors_max < 65536 &&  // SensorIndex is 16 bits
         board.sample_period_least.ms > 0 &&                    //
         board.telemetry_block_bytes % 8 == 0 &&                // blocks begin aligned
         board.telemetry_bytes / board.telemetry_block_bytes >=
             4ULL * board.sensors_max &&  // fair shares
         // The state file, its log, and as much twice of such files set aside; those of the queue
         // count against its own bytes.
         board.queue_bytes_max + board.journal_bytes + 4 * board.state_bytes_max <
             board.flash_bytes_max &&
         core_ram_bytes(board) <= board.core_ram_bytes_max;
}

}  // namespace hf::limits

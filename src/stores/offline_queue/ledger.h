// The ledger: what the queue file knows of itself besides its frames. Small, and written with every
// commit, so that it and the frames always agree.
#pragma once

#include <array>
#include <cstdint>

#include "files/sealing/sealing.h"
#include "stores/offline_queue/interval_set.h"
#include "stores/offline_queue/position.h"
#include "vocabulary/fixed_vector.h"
#include "wire/frames/frame.h"

namespace hf::stores::queue {

// More than two need a second damaged file, or a second memory-only spell, before the first was
// drained. One that only memory knew makes way as soon as memory has nothing of it: see
// docs/decisions/0019.
inline constexpr std::size_t kStreamsMax = 4;

// What the hub has, is given or is asked for comes in runs: the drained past, the live present, and
// a hole for each lost message. A hub's receipt names as many holes at most (docs/formats).
inline constexpr std::size_t kRunsMax = 32;
using Runs = IntervalSet<kRunsMax>;

// How much is known of a span of time: the steps of the resolution ladder, and events beside it.
enum class Tier : std::uint8_t { readings, ten_seconds, one_minute, events };
inline constexpr std::size_t kTierCount = 4;
constexpr std::size_t index_of(Tier tier) { return static_cast<std::size_t>(tier); }

constexpr Tier tier_of(wire::FrameKind kind) {
  if (wire::lane_of(kind) == Lane::events) return Tier::events;
  if (kind == wire::FrameKind::envelopes_10s) return Tier::ten_seconds;
  return kind == wire::FrameKind::envelopes_1min ? Tier::one_minute : Tier::readings;
}

// What of one tier is in the file.
struct Holding {
  std::int64_t frames = 0;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
};

struct LaneRecord {
  // What became of positions below is settled: in the file, received, or declared in a gap record.
  Position accounted_to = 0;
  // Positions below may have been given, also when nothing on flash tells of them.
  Position reserved_to = 0;  // INVARIANT: accounted_to <= reserved_to
  Runs received;             // upstream has these for good
};

struct StreamRecord {
  StreamOrdinal ordinal = 0;
  std::uint64_t id = 0;
  std::array<LaneRecord, kLaneCount> lanes;
};

struct Ledger {
  std::uint64_t journal_kept_through = 0;  // records of the journal up to here are in the file
  std::uint64_t bytes_written = 0;         // to the medium, over all boots
  std::int64_t running_ms = 0;             // that the gateway was powered, over all boots
  std::uint32_t salvaging = 0;             // the file set aside that still has frames; 0: none
  std::int64_t short_boots = 0;            // in a row
  std::array<Holding, kTierCount> holdings;
  files::KeyNumber cipher_key = files::kNotSealed;  // the newest that was seen
  std::int64_t cipher_key_since_ms = 0;             // on the clock of running_ms
  files::KeyNumber cipher_key_oldest = 1;           // below, all are erased

  Holding& holding(wire::FrameKind kind) { return holdings[index_of(tier_of(kind))]; }
};

}  // namespace hf::stores::queue

// A stream as this process knows it. For this room only.
//
// Its record says what the file says, or will say with the next commit; what only this process
// knows (positions given, in flight, refused) stands beside it.
#pragma once

#include <array>
#include <cstdint>

#include "stores/offline_queue/ledger.h"

namespace hf::stores::queue {

struct LaneState {
  LaneRecord record;
  // INVARIANT: record.accounted_to <= next. Up to record.reserved_to, but for the gap records of a
  // commit that failed.
  Position next = 0;
  Runs in_flight;
  Runs quarantined;
  Runs absent;  // declared: there is nothing to be sent
};

struct StreamState {
  StreamOrdinal ordinal = 0;
  std::uint64_t id = 0;
  StreamOrdinal ordinal_before = 0;  // by which frames in memory still call it, during recovery
  bool said_farewell = false;        // upstream was told that nothing more comes of it
  bool is_filed = false;             // the file knows of it
  std::array<LaneState, kLaneCount> lanes;

  LaneState& lane(Lane which) { return lanes[index_of(which)]; }
  const LaneState& lane(Lane which) const { return lanes[index_of(which)]; }
};

// How often a frame was refused. The least refused makes way when all places are taken.
struct RefusedFrame {
  StreamOrdinal stream = 0;
  Lane lane = Lane::readings;
  Position first = 0;
  std::uint32_t times = 0;
};
inline constexpr std::size_t kRefusedFramesMax = 16;

}  // namespace hf::stores::queue

// Proves what a store has, from the frames themselves: that each reading is there once, that
// nothing is missing without a word about why, and that the tables beside the frames say the same.
//
// It believes nothing that was noted when frames came in: every frame is opened, decoded and
// counted again, and positions are added up anew. Readings of the same sensor and moment in two
// frames would be a gateway's mistake that no arithmetic on positions can see; they are counted
// too. In one frame they are a sensor that was read twice; where one frame ends in the moment in
// which the next begins they are that as well, if their values differ, or one of both frames has
// more than one of them.
//
// Cost: every byte read and decoded once; memory for an hour of readings.
#pragma once

#include <map>

#include "tools/hub/intake/checked_frame.h"
#include "tools/hub/reading/gateway_clock.h"
#include "tools/hub/storage/archive.h"

namespace hf::hub {

struct Findings {
  std::uint64_t frames = 0;
  std::uint64_t rows = 0;        // that are there, in any resolution
  std::uint64_t readings = 0;    // one by one
  std::uint64_t condensed = 0;   // readings that envelopes stand for
  std::uint64_t let_go = 0;      // rows that were there, and went by a bound somebody set
  std::uint64_t missing = 0;     // rows nobody knows about: still to come, or lost without a word
  std::uint64_t duplicated = 0;  // readings that count twice
  std::uint64_t damaged = 0;     // frames that cannot be read any more
  std::uint64_t incoherent = 0;  // lanes whose tables say something else than their frames
  std::uint64_t broken_chains = 0;  // of activity: whoever looks for them counts them
  std::map<std::uint8_t, std::uint64_t> declared;  // rows that are lost, by reason
  std::uint64_t reserved = 0;  // positions that a cut left unused: is_reserved()

  bool is_complete() const {
    return missing == 0 && duplicated == 0 && damaged == 0 && incoherent == 0;
  }
  void add(const Findings& other);
  void add_lost(std::uint8_t reason, std::uint64_t rows);
};

// What a reason is called: a word of wire::GapReason, "stream_ended", or "reason_N".
std::string reason_text(std::uint8_t reason);

class Proof {
 public:
  // `archive` must outlive it.
  explicit Proof(Archive& archive) : archive_(archive) {}

  // Throws Failure. Of a part of time: only the frames of readings in it, and what is missing
  // between the first and the last of their positions.
  Findings of_gateway(std::int64_t gateway_id, const UtcRange& range = {});

 private:
  struct Moments;
  struct LaneState;
  void count_frame(const KnownFrame& frame, LaneState& state, Findings& findings);
  void count_moments(const KnownFrame& frame, LaneState& state, Findings& findings);
  void prove_lane(const KnownLane& lane, std::span<const Run> lost, Findings& findings);
  void count_lane_within(const KnownLane& lane, const GatewayClock& clock, const UtcRange& range,
                         Findings& findings);
  std::vector<Run> gaps_of(const KnownLane& events, wire::Lane of);

  Archive& archive_;
  FrameChecker checker_;
  DecodingRoom room_;
};

}  // namespace hf::hub

// Honest gaps: every position that is missing is named in a gap record, and nothing comes any more
// of what a gap record gave up.
#pragma once

#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

class HonestGaps final : public Checker {
 public:
  explicit HonestGaps(Findings& findings) : findings_(findings) {}

  void frame_arrived(const ArrivedFrame& frame, const Upstream& upstream) override {
    // The farewell to a stream gives up all of it; a gap record of it that was lost comes again.
    if (frame.rows_new == 0 || frame.header.kind == wire::FrameKind::gap) return;
    const auto lane =
        upstream.lanes().find({frame.header.stream, wire::lane_of(frame.header.kind)});
    const std::uint64_t given_up = lane->second.given_up.count_in(frame.rows);
    findings_.note(Promise::honest_gaps,
                   "rows that had been given up, at position " + std::to_string(frame.rows.first),
                   std::min(given_up, frame.rows_new));
  }

  // Of a stream that only memory knew there may be holes when its process ended.
  void run_ended(Truth& /*truth*/, const Upstream& upstream) override {
    for (const std::uint64_t stream : upstream.known()) {
      for (const wire::Lane name : {wire::Lane::readings, wire::Lane::events}) {
        const auto lane = upstream.lanes().find({stream, name});
        if (lane != upstream.lanes().end()) look_for_holes(lane->second);
      }
    }
  }

 private:
  void look_for_holes(const LaneUpstream& lane) {
    const Position top = std::max(lane.rows.end(), lane.declared.end());
    lane.rows.each_gap({0, top}, [&](const Interval& hole) {
      lane.declared.each_gap(hole, [&](const Interval& untold) {
        findings_.note(Promise::honest_gaps,
                       "nobody tells of positions from " + std::to_string(untold.first) + " to " +
                           std::to_string(untold.end),
                       untold.count());
      });
    });
  }

  Findings& findings_;
};

}  // namespace hf::simulation

// Honest gaps: every position that is missing is named in one gap record and no more, nothing comes
// of what one gave up, what arrives in less detail was announced by one, and the hub that sends
// receipts counts the same.
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

  void gap_arrived(const ArrivedGap& gap, const Upstream& upstream) override {
    const auto lane = upstream.lanes().find({gap.stream, gap.record.lane});
    if (!gap.record.stands_for_positions() || lane == upstream.lanes().end()) return;
    const Interval rows{gap.record.from, gap.record.to};
    const std::string where = " at positions from " + std::to_string(rows.first) + " to " +
                              std::to_string(rows.end) + ", for reason " +
                              std::to_string(static_cast<unsigned>(gap.record.reason));
    // The farewell to a stream gives up all of it, whatever came before.
    if (gap.record.reason == wire::GapReason::medium && rows.first == 0) return;
    findings_.note(Promise::honest_gaps, "a loss is told twice" + where,
                   lane->second.given_up.count_in(rows));
    // Who died does not know what of its last seconds had arrived; who lives does.
    const bool is_of_the_dead = gap.record.reason == wire::GapReason::window ||
                                gap.record.reason == wire::GapReason::never_used;
    if (is_of_the_dead) return;
    findings_.note(Promise::honest_gaps, "what had arrived is told as lost" + where,
                   lane->second.rows.count_in(rows));
  }

  // Of a stream that only memory knew there may be holes when its process ended.
  void run_ended(Truth& /*truth*/, const Upstream& upstream) override {
    for (const auto& [key, lane] : upstream.lanes()) look_for_coarse(lane);
    for (const std::uint64_t stream : upstream.known()) {
      for (const wire::Lane name : {wire::Lane::readings, wire::Lane::events}) {
        const auto lane = upstream.lanes().find({stream, name});
        if (lane != upstream.lanes().end()) look_for_holes(lane->second);
      }
    }
  }

  void hub_ended(const sim::Hub& hub, const Upstream& upstream) override {
    for (const auto& [id, gateway] : hub.gateways()) {
      for (const auto& [key, lane] : gateway.lanes) {
        const auto ours = upstream.lanes().find(key);
        const std::uint64_t rows = ours == upstream.lanes().end() ? 0 : count(ours->second.rows);
        const std::uint64_t lost =
            ours == upstream.lanes().end() ? 0 : count(ours->second.given_up);
        if (rows == lane.rows.count() && lost == lane.declared.count()) continue;
        findings_.note(Promise::honest_gaps,
                       "the hub counts " + std::to_string(lane.rows.count()) + " rows and " +
                           std::to_string(lane.declared.count()) + " told as lost; there are " +
                           std::to_string(rows) + " and " + std::to_string(lost));
      }
    }
  }

 private:
  static std::uint64_t count(const Intervals& all) { return all.count_in({0, all.end()}); }

  void look_for_holes(const LaneUpstream& lane) {
    const Position top = std::max(lane.rows.end(), lane.given_up.end());
    lane.rows.each_gap({0, top}, [&](const Interval& hole) {
      lane.given_up.each_gap(hole, [&](const Interval& untold) {
        findings_.note(Promise::honest_gaps,
                       "nobody tells of positions from " + std::to_string(untold.first) + " to " +
                           std::to_string(untold.end),
                       untold.count());
      });
    });
  }

  void look_for_coarse(const LaneUpstream& lane) {
    for (std::size_t step = 0; step < lane.condensed.size(); ++step) {
      for (const auto& [first, end] : lane.condensed[step].runs()) {
        lane.thinned[step].each_gap({first, end}, [&](const Interval& untold) {
          findings_.note(
              Promise::honest_gaps,
              "envelopes that nobody tells of, at positions from " + std::to_string(untold.first),
              untold.count());
        });
      }
    }
  }

  Findings& findings_;
};

}  // namespace hf::simulation

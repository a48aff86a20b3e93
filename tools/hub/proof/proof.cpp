#include "tools/hub/proof/proof.h"

#include <algorithm>
#include <array>
#include <bit>
#include <deque>
#include <functional>
#include <iterator>
#include <utility>

#include "vocabulary/bytes.h"

namespace hf::hub {
namespace {

using stores::queue::common_part;

constexpr Duration kOverlapMost = hours(1);  // how far apart in positions one time may stand

std::uint64_t count(std::span<const Interval> intervals) {
  std::uint64_t positions = 0;
  for (const Interval& each : intervals) positions += each.count();
  return positions;
}

bool is_counted(const KnownFrame& frame, Position at) {
  return std::ranges::any_of(frame.counted,
                             [at](const Interval& each) { return each.contains(at); });
}

}  // namespace

// Readings of late, in order of time.
struct Proof::Moments {
  struct Reading {
    std::int64_t at_ms = 0;
    std::uint16_t sensor = 0;
    std::uint64_t value = 0;  // its bits
    auto operator<=>(const Reading&) const = default;
  };
  BootId boot;
  Uptime first;
  Uptime last;
  std::vector<Reading> sorted;

  // How many of mine that one has too, which is not earlier. Where it begins in the moment in which
  // I end, a sensor that was read often then may be in both: only who is there once in each, with
  // the same value, is there twice.
  std::uint64_t count_in(const Moments& other) const {
    const auto moment = [](const Reading& each) { return std::pair(each.at_ms, each.sensor); };
    const auto shares = [&](std::span<const Reading> mine, std::span<const Reading> theirs,
                            auto projection) {
      std::vector<Reading> both;
      std::ranges::set_intersection(mine, theirs, std::back_inserter(both), {}, projection,
                                    projection);
      return both.size();
    };
    const bool touches = last == other.first;
    const auto mine = std::ranges::lower_bound(sorted, last.ms, {}, &Reading::at_ms);
    const auto theirs = std::ranges::upper_bound(other.sorted, other.first.ms, {}, &Reading::at_ms);
    if (!touches) return shares(sorted, other.sorted, moment);
    return shares({sorted.begin(), mine}, other.sorted, moment) +
           shares({mine, sorted.end()}, {theirs, other.sorted.end()}, moment) +
           shares(read_once({mine, sorted.end()}), read_once({other.sorted.begin(), theirs}),
                  std::identity{});
  }

 private:
  // Of one moment.
  static std::vector<Reading> read_once(std::span<const Reading> readings) {
    std::vector<Reading> once;
    for (const Reading& each : readings) {
      if (std::ranges::count(readings, each.sensor, &Reading::sensor) == 1) once.push_back(each);
    }
    return once;
  }
};

struct Proof::LaneState {
  std::array<Coverage, 4> by_resolution;
  Coverage best;
  std::deque<Moments> of_late;
};

void Findings::add(const Findings& other) {
  frames += other.frames;
  rows += other.rows;
  readings += other.readings;
  condensed += other.condensed;
  let_go += other.let_go;
  missing += other.missing;
  duplicated += other.duplicated;
  damaged += other.damaged;
  incoherent += other.incoherent;
  broken_chains += other.broken_chains;
  reserved += other.reserved;
  for (const auto& [reason, lost] : other.declared) declared[reason] += lost;
}

void Findings::add_lost(std::uint8_t reason, std::uint64_t rows_lost) {
  (is_reserved(reason) ? reserved : declared[reason]) += rows_lost;
}

std::string reason_text(std::uint8_t reason) {
  constexpr std::array<std::string_view, 9> kWords = {"no_reason",   "never_used", "window",
                                                      "thinned",     "dropped",    "medium",
                                                      "not_fetched", "unreadable", "key_gone"};
  if (reason == kStreamEnded) return "stream_ended";
  if (reason < kWords.size()) return std::string{kWords[reason]};
  return "reason_" + std::to_string(reason);
}

Findings Proof::of_gateway(std::int64_t gateway_id, const UtcRange& range) {
  Findings findings;
  const std::vector<KnownLane> lanes = archive_.lanes(gateway_id);
  if (!range.is_all()) {
    const GatewayClock clock(archive_, gateway_id);
    for (const KnownLane& lane : lanes) {
      if (lane.lane == wire::Lane::readings) count_lane_within(lane, clock, range, findings);
    }
    return findings;
  }
  for (const KnownLane& lane : lanes) {
    std::vector<Run> lost;
    for (const KnownLane& events : lanes) {
      const bool is_its = events.stream == lane.stream && events.lane == wire::Lane::events;
      if (is_its) lost = gaps_of(events, lane.lane);
    }
    prove_lane(lane, lost, findings);
  }
  return findings;
}

void Proof::count_frame(const KnownFrame& frame, LaneState& state, Findings& findings) {
  ++findings.frames;
  CheckedFrame checked;
  const auto bytes = bytes_of(frame.body);
  const bool is_sound = !checker_.check(bytes, checked) && checked.rows() == frame.rows &&
                        checked.header.kind == frame.kind && checked.header.boot == frame.boot &&
                        checked.readings_in(frame.counted) == frame.readings;
  if (!is_sound) {
    ++findings.damaged;
    return;
  }
  const wire::Resolution resolution = checked.resolution();
  for (const Interval& rows : frame.counted) {
    Coverage& same = state.by_resolution[static_cast<std::size_t>(resolution)];
    const std::uint64_t new_rows = count(same.take({rows, resolution}));
    if (new_rows < rows.count()) findings.duplicated += rows.count() - new_rows;
    state.best.take({rows, resolution});
  }
  if (frame.kind == wire::FrameKind::readings) {
    findings.readings += frame.readings;
    count_moments(frame, state, findings);
  } else if (wire::bucket_of(frame.kind).ms > 0) {
    findings.condensed += frame.readings;
  }
}

void Proof::count_moments(const KnownFrame& frame, LaneState& state, Findings& findings) {
  wire::ReadingsCursor cursor;
  if (!is_ok(cursor.open(bytes_of(frame.body), kRowsMax))) return;
  const auto moments = std::span{room_.moments}.first(cursor.header().row_count);
  if (!is_ok(cursor.take_rows(moments))) return;
  Moments now{frame.boot, frame.first, frame.last, {}};
  while (cursor.has_next()) {
    wire::SensorColumn column;
    if (!is_ok(cursor.take(room_.columns(), column))) return;
    for (std::size_t i = 0; i < column.rows.size(); ++i) {
      const std::uint16_t row = column.rows[i];
      if (!is_counted(frame, frame.rows.first + row)) continue;
      now.sorted.push_back(
          {moments[row].ms, column.sensor.value, std::bit_cast<std::uint64_t>(column.values[i])});
    }
  }
  std::ranges::sort(now.sorted);
  for (const Moments& before : state.of_late) {
    if (before.boot != now.boot || before.last < now.first || before.first > now.last) continue;
    findings.duplicated += before.count_in(now);
  }
  while (!state.of_late.empty() && (state.of_late.front().boot != now.boot ||
                                    state.of_late.front().last + kOverlapMost < now.first)) {
    state.of_late.pop_front();
  }
  state.of_late.push_back(std::move(now));
}

void Proof::prove_lane(const KnownLane& lane, std::span<const Run> lost, Findings& findings) {
  LaneState state;
  const std::vector<Run> let_go = archive_.let_go(lane.id);
  for (const Run& run : let_go) {  // what of it is there as well would be there twice
    state.by_resolution[static_cast<std::size_t>(run.resolution)].take(run);
  }
  archive_.frames(lane.id, {}, [&](const KnownFrame& frame) {
    count_frame(frame, state, findings);
    return true;
  });
  for (const Run& run : state.best.runs()) findings.rows += run.rows.count();
  for (const Run& run : let_go) findings.let_go += count(state.best.take(run));
  const std::vector<Run> noted = archive_.runs(lane.id);
  for (const Run& run : lost) state.best.take(run);
  for (const Run& run : noted) {
    if (run.reason == kStreamEnded) state.best.take(run);
  }
  const bool is_coherent = state.best.runs() == noted &&
                           state.best.next_unheard(0) == lane.watermark &&
                           state.best.through() == lane.through;
  if (!is_coherent) ++findings.incoherent;
  findings.missing += count(state.best.holes(0));
  for (const Run& run : state.best.runs()) {
    if (run.resolution == wire::Resolution::nothing) {
      findings.add_lost(run.reason, run.rows.count());
    }
  }
}

std::vector<Run> Proof::gaps_of(const KnownLane& events, wire::Lane of) {
  std::vector<Run> lost;
  archive_.frames(events.id, {}, [&](const KnownFrame& frame) {
    wire::OpenedFrame opened;
    wire::GapRecord gap;
    const bool is_gap = frame.kind == wire::FrameKind::gap &&
                        is_ok(wire::open_frame(bytes_of(frame.body), opened)) &&
                        is_ok(wire::read_gap(opened, gap));
    const bool is_lost = is_gap && gap.lane == of && gap.kept == wire::Resolution::nothing &&
                         gap.sensor == wire::kAllSensors && gap.from < gap.to;
    if (is_lost) {
      lost.push_back(
          {{gap.from, gap.to}, wire::Resolution::nothing, static_cast<std::uint8_t>(gap.reason)});
    }
    return true;
  });
  return lost;
}

void Proof::count_lane_within(const KnownLane& lane, const GatewayClock& clock,
                              const UtcRange& range, Findings& findings) {
  LaneState state;
  Interval hull{stores::queue::kPositionEnd, 0};
  for (const Archive::Within& within : clock.within(range)) {
    archive_.frames(lane.id, within, [&](const KnownFrame& frame) {
      const bool reaches = clock.place(frame.boot, frame.last).likely >= range.from &&
                           clock.place(frame.boot, frame.first).likely < range.to;
      if (!reaches) return true;
      count_frame(frame, state, findings);
      hull = {std::min(hull.first, frame.rows.first), std::max(hull.end, frame.rows.end)};
      return true;
    });
  }
  if (hull.empty()) return;
  const Coverage noted(archive_.runs(lane.id));
  for (const Interval& hole : noted.holes(0)) findings.missing += common_part(hole, hull).count();
  for (const Run& run : noted.runs()) {
    const std::uint64_t rows = common_part(run.rows, hull).count();
    if (run.resolution == wire::Resolution::nothing && rows > 0) {
      findings.add_lost(run.reason, rows);
    } else {
      findings.rows += rows;
    }
  }
}

}  // namespace hf::hub

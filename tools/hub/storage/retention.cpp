#include "tools/hub/storage/retention.h"

#include <algorithm>
#include <map>

#include "tools/hub/intake/checked_frame.h"
#include "tools/hub/storage/archive.h"
#include "tools/hub/storage/intervals.h"

namespace hf::hub {

struct Retention::Frame {
  std::int64_t id = 0;
  std::int64_t lane_id = 0;
  Interval rows;
  wire::FrameKind kind = wire::FrameKind::readings;
  std::uint64_t readings = 0;
  UtcTime received;
  std::vector<Interval> counted;
  std::uint64_t bytes = 0;
};

void Retention::step(UtcTime now) {
  if (!bounds_.any()) return;
  if (!is_sweeping_) {
    if (now < look_at_ && look_at_ - now <= kLookEvery) return;
    look_at_ = now + kLookEvery;
    const Rows rows = sql_.query("SELECT coalesce(sum(length(body)), 0) FROM frame");
    bytes_left_ = static_cast<std::uint64_t>(rows.at(0).at(0).number());
    is_sweeping_ = true;
  }
  const std::vector<Frame> frames = oldest(now);
  if (frames.empty()) {
    is_sweeping_ = false;
    return;
  }
  try {
    bytes_left_ -= std::min(bytes_left_, erase(frames));
  } catch (const Conflict&) {  // with another worker: what is left goes next time
  }
}

// Frames are numbered as they come, so the lowest numbers are the oldest.
std::vector<Retention::Frame> Retention::oldest(UtcTime now) {
  const Rows rows = sql_.query(
      "SELECT frame_id, lane_id, position, row_count, kind, readings, received_ms, counted,"
      " length(body) FROM frame WHERE kind <> $1 ORDER BY frame_id LIMIT $2",
      {static_cast<std::int64_t>(wire::FrameKind::gap), kFramesAtOnce});
  std::vector<Frame> frames;
  std::uint64_t left = bytes_left_;
  for (const Row& row : rows) {
    Frame frame;
    frame.id = row.at(0).number();
    frame.lane_id = row.at(1).number();
    frame.rows = {row.at(2).bits(), row.at(2).bits() + row.at(3).bits()};
    frame.kind = static_cast<wire::FrameKind>(row.at(4).number());
    frame.readings = row.at(5).bits();
    frame.received = {row.at(6).number()};
    frame.counted = counted_of(row.at(7), frame.rows);
    frame.bytes = row.at(8).bits();
    const bool is_too_old = bounds_.age.ms > 0 && now - frame.received > bounds_.age;
    const bool is_too_much = bounds_.bytes > 0 && left > bounds_.bytes;
    if (!is_too_old && !is_too_much) break;
    left -= std::min(left, frame.bytes);
    frames.push_back(std::move(frame));
  }
  return frames;
}

// Locks as the keeper does: lanes, by rising id. Of frames that another worker let go meanwhile
// nothing is recorded.
std::uint64_t Retention::erase(const std::vector<Frame>& frames) {
  std::map<std::int64_t, std::vector<Frame>> by_lane;
  for (const Frame& frame : frames) by_lane[frame.lane_id].push_back(frame);
  LetGo now_gone;
  Transaction transaction(sql_);
  for (auto& [lane_id, of_lane] : by_lane) {
    sql_.query("SELECT watermark FROM lane WHERE lane_id = $1" + std::string{sql_.row_lock()},
               {lane_id});
    std::erase_if(of_lane, [&](const Frame& frame) {
      return sql_.query("DELETE FROM frame WHERE frame_id = $1 RETURNING frame_id", {frame.id})
          .empty();
    });
    record(lane_id, of_lane);
    for (const Frame& frame : of_lane) {
      ++now_gone.frames;
      now_gone.bytes += frame.bytes;
      now_gone.readings += frame.readings;
    }
  }
  transaction.commit();
  counts_.frames += now_gone.frames;
  counts_.bytes += now_gone.bytes;
  counts_.readings += now_gone.readings;
  return now_gone.bytes;
}

// L2. Runs of what is gone, as `run` has them of what is known.
void Retention::record(std::int64_t lane_id, const std::vector<Frame>& frames) {
  if (frames.empty()) return;
  const std::vector<Run> before = Archive(sql_).let_go(lane_id);
  Coverage gone(before);
  LetGo sum;
  UtcTime newest;
  for (const Frame& frame : frames) {
    for (const Interval& counted : frame.counted) {
      gone.take({counted, resolution_of(frame.kind)});
    }
    ++sum.frames;
    sum.bytes += frame.bytes;
    sum.readings += frame.readings;
    newest = std::max(newest, frame.received);
  }
  for (const Run& run : before) {
    if (std::ranges::find(gone.runs(), run) != gone.runs().end()) continue;
    sql_.query("DELETE FROM let_go WHERE lane_id = $1 AND first_position = $2",
               {lane_id, as_parameter(run.rows.first)});
  }
  for (const Run& run : gone.runs()) {
    if (std::ranges::find(before, run) != before.end()) continue;
    sql_.query(
        "INSERT INTO let_go (lane_id, first_position, end_position, resolution)"
        " VALUES ($1, $2, $3, $4)",
        {lane_id, as_parameter(run.rows.first), as_parameter(run.rows.end),
         static_cast<std::int64_t>(run.resolution)});
  }
  sql_.query(
      "INSERT INTO let_go_sum (lane_id, frames, bytes, readings, newest_ms)"
      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (lane_id) DO UPDATE SET"
      " frames = let_go_sum.frames + excluded.frames, bytes = let_go_sum.bytes + excluded.bytes,"
      " readings = let_go_sum.readings + excluded.readings,"
      " newest_ms = CASE WHEN excluded.newest_ms > let_go_sum.newest_ms"
      " THEN excluded.newest_ms ELSE let_go_sum.newest_ms END",
      {lane_id, as_parameter(sum.frames), as_parameter(sum.bytes), as_parameter(sum.readings),
       newest.ms});
}

}  // namespace hf::hub

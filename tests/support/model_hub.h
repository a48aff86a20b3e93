// What upstream would know: rows by stream and position, gap records, and the receipts it would
// send. Judges what it is given by arithmetic: a position has one row, a row one position.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "stores/offline_queue/offline_queue.h"
#include "tests/support/plain_shaping.h"
#include "wire/frames/gap_record.h"

namespace hf::test {

class ModelHub {
 public:
  using Position = stores::queue::Position;
  using Interval = stores::queue::Interval;
  struct Gap {
    Interval rows;
    wire::GapReason reason;
    wire::Resolution kept;
  };
  struct LaneOfStream {
    std::map<Position, std::uint64_t> rows;  // serial numbers; 0: an envelope or a gap record
    std::vector<Gap> gaps;
  };
  using Key = std::pair<std::uint64_t, wire::Lane>;

  void take(const stores::Offer& offer) {
    wire::OpenedFrame opened;
    if (!is_ok(wire::open_frame(offer.bytes, opened)) ||
        opened.header.position != offer.frame_rows.first || opened.header.stream != offer.stream) {
      ++corrupt;
      return;
    }
    ++frames;
    bytes += offer.bytes.size();
    if (opened.header.kind == wire::FrameKind::gap) note_gap(offer.stream, opened);
    LaneOfStream& lane = lanes[{offer.stream, offer.lane}];
    for (Position at = offer.rows.first; at < offer.rows.end; ++at) {
      const std::size_t row = at - offer.frame_rows.first;
      take_row(lane, at, serial_at(opened, row));
    }
  }

  stores::Receipt receipt(std::uint64_t stream, wire::Lane lane_name) {
    const LaneOfStream& lane = lanes[{stream, lane_name}];
    stores::Receipt receipt{.stream = stream, .lane = lane_name};
    holes.clear();
    Position at = 0;
    const auto have = [&](const Interval& rows) {
      if (rows.first > at) holes.push_back({at, rows.first});
      at = std::max(at, rows.end);
    };
    std::vector<Interval> known;
    for (const auto& gap : lane.gaps) known.push_back(gap.rows);
    for (const auto& [position, serial] : lane.rows) known.push_back({position, position + 1});
    std::ranges::sort(known, {}, &Interval::first);
    for (const Interval& rows : known) have(rows);
    receipt.through = at;
    receipt.watermark = holes.empty() ? at : holes.front().first;
    receipt.holes = holes;
    return receipt;
  }

  bool has(std::uint64_t serial) const { return serials.count(serial) == 1; }

  std::map<Key, LaneOfStream> lanes;
  std::set<std::uint64_t> serials;
  std::vector<Interval> holes;
  std::uint64_t frames = 0, bytes = 0;
  int corrupt = 0, duplicated = 0;

 private:
  void take_row(LaneOfStream& lane, Position at, std::uint64_t serial) {
    const auto [row, is_new] = lane.rows.emplace(at, serial);
    if (!is_new) {
      if (row->second != serial && row->second != 0 && serial != 0)
        ++duplicated;  // two rows, one position
      return;
    }
    if (serial == 0) return;
    if (serial == UINT64_MAX) {
      ++corrupt;
    } else if (!serials.insert(serial).second) {
      ++duplicated;  // one row, two positions
    }
  }

  std::uint64_t serial_at(const wire::OpenedFrame& frame, std::size_t row) {
    const auto kind = frame.header.kind;
    if (kind == wire::FrameKind::gap) return 0;
    if (kind == wire::FrameKind::envelopes_10s || kind == wire::FrameKind::envelopes_1min) return 0;
    if (frame.body.size() < (row + 1) * kPlainRowBytes) return UINT64_MAX;
    const std::uint64_t serial = serial_of_row(frame.body.subspan(row * kPlainRowBytes));
    return serial == 0 ? UINT64_MAX : serial;
  }

  void note_gap(std::uint64_t stream, const wire::OpenedFrame& frame) {
    wire::GapRecord gap;
    if (!is_ok(wire::read_gap(frame, gap))) {
      ++corrupt;
      return;
    }
    lanes[{stream, gap.lane}].gaps.push_back({{gap.from, gap.to}, gap.reason, gap.kept});
  }
};

}  // namespace hf::test

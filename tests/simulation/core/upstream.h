// Everything that arrived upstream: the positions of each stream, their gap records, and what is in
// them compared with what was measured. It is the hub that a checker wishes for: it forgets
// nothing, and it knows the truth.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "tests/simulation/core/bugs.h"
#include "tests/simulation/core/findings.h"
#include "tests/simulation/core/intervals.h"
#include "tests/simulation/core/trace.h"
#include "tests/simulation/core/truth.h"
#include "wire/frames/envelopes_frame.h"
#include "wire/frames/gap_record.h"
#include "wire/frames/readings_frame.h"
#include "wire/uplink/topics.h"

namespace hf::simulation {

class Checker;

struct ArrivedFrame {
  wire::FrameHeader header;
  wire::TopicClass topic_class = wire::TopicClass::frames;
  Duration at;                 // when it came, in the world's time
  Interval rows;               // its positions
  std::uint64_t rows_new = 0;  // that had not arrived
  std::uint64_t first = 0;     // readings, by what they were
  std::uint64_t again = 0;     // in rows that are new
  std::uint64_t unknown = 0;
  std::uint64_t given_twice = 0;  // new readings, or another event, at positions that had arrived
  bool is_rising = true;          // the times of its rows
};

struct ArrivedGap {
  std::uint64_t stream = 0;
  wire::GapRecord record;
};

struct LaneUpstream {
  Intervals rows;                            // that arrived, in whatever detail
  Intervals given_up;                        // that will not come, as gap records say
  std::array<Intervals, 2> thinned;          // as they say, to 10 s or less, and to 1 min
  std::array<Intervals, 2> condensed;        // that came first as envelopes of 10 s, of 1 min
  std::map<Position, std::uint32_t> events;  // their checksums
};

class Upstream {
 public:
  using Key = std::pair<std::uint64_t, wire::Lane>;

  Upstream(Truth& truth, Findings& findings, Trace& trace)
      : truth_(truth), findings_(findings), trace_(trace) {}
  void tell(std::span<const std::unique_ptr<Checker>> checkers) { checkers_ = checkers; }

  void set_bug(Bug bug) { bug_ = bug; }

  void take(std::span<const std::byte> bytes, wire::TopicClass topic_class, Duration at);

  // The gateway names the streams of which something may still come.
  void note_known(std::span<const std::uint64_t> streams) {
    known_.assign(streams.begin(), streams.end());
  }
  std::span<const std::uint64_t> known() const { return known_; }

  const std::map<Key, LaneUpstream>& lanes() const { return lanes_; }
  LaneUpstream& lane(std::uint64_t stream, wire::Lane lane) { return lanes_[{stream, lane}]; }

  std::uint64_t frames() const { return frames_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  void take_event(const wire::OpenedFrame& opened, std::uint32_t checksum, ArrivedFrame& frame);
  void take_gap(const wire::OpenedFrame& opened);
  void take_anchor(const wire::OpenedFrame& opened);
  void take_readings(std::span<const std::byte> bytes, ArrivedFrame& frame);
  bool find_moments(ArrivedFrame& frame);
  void take_column(const wire::SensorColumn& column, ArrivedFrame& frame);
  void take_envelopes(std::span<const std::byte> bytes, ArrivedFrame& frame);
  void mark_new(LaneUpstream& lane, ArrivedFrame& frame);
  std::uint32_t take_envelope(const ArrivedFrame& frame, const wire::EnvelopeColumn& column,
                              std::size_t index, LifeOfBoard& life);
  std::span<const std::byte> tampered(std::span<const std::byte> bytes);
  void note_unsound(const char* what);

  Truth& truth_;
  Findings& findings_;
  Trace& trace_;
  std::span<const std::unique_ptr<Checker>> checkers_;
  std::map<Key, LaneUpstream> lanes_;
  std::vector<std::uint64_t> known_;
  std::uint64_t frames_ = 0;
  std::uint64_t readings_frames_ = 0;  // of them, when they are tampered with
  std::uint64_t bytes_ = 0;

  Bug bug_ = Bug::none;
  std::vector<std::byte> tampered_;

  // Of the frame that is being looked at.
  std::vector<Uptime> times_;
  std::vector<Moment*> moments_;
  std::vector<bool> is_new_;
  wire::ColumnRoom room_;
  std::array<wire::Bucket, wire::kFrameRowsMax> buckets_;
  std::array<std::uint16_t, wire::kFrameRowsMax> bucket_places_;
  std::array<wire::Envelope, wire::kFrameRowsMax> envelopes_;
};

}  // namespace hf::simulation

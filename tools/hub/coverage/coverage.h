// Coverage: what the hub knows of each position of one lane of one stream, as runs.
//
// A position may be heard of more than once: sent again, condensed meanwhile, or declared lost
// while it was still on its way. What counts is the best that was ever heard, so the order in which
// frames come, and how often, changes nothing: full readings before envelopes, envelopes before the
// word that there is nothing.
//
//   H1  Each position is in at most one run; neighbours that say the same are one run.
//   H2  take() returns exactly the positions of which less was known before; a second time, none.
//   H3  The runs after a set of frames are the same in every order of these frames.
//
// Cost: O(runs) to change, O(log runs) to ask. A day without trouble is one run. Not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "stores/offline_queue/position.h"
#include "wire/frames/gap_record.h"

namespace hf::hub {

using stores::queue::Interval;
using stores::queue::Position;

// Reasons of a gap record, and one that only a hub can give: the process that had the stream in
// memory is gone, so what is missing in it will never come.
inline constexpr std::uint8_t kNoReason = 0;
inline constexpr std::uint8_t kStreamEnded = 255;

// Positions are reserved ahead in large runs, so that none is ever given twice. A cut leaves the
// rest of a run behind: it was never used, but for the rows of the window that the cut took along.
// So it is not told among what is lost, of which it would be nearly all.
constexpr bool is_reserved(std::uint8_t reason) {
  return reason == static_cast<std::uint8_t>(wire::GapReason::never_used) ||
         reason == static_cast<std::uint8_t>(wire::GapReason::window);
}

struct Run {
  Interval rows;
  wire::Resolution resolution = wire::Resolution::full;
  std::uint8_t reason = kNoReason;  // why there is nothing; of other runs kNoReason
  friend bool operator==(const Run&, const Run&) = default;
};

class Coverage {
 public:
  Coverage() = default;
  // REQUIRES: runs as runs() gives them, or a part of those.
  explicit Coverage(std::vector<Run> runs) : runs_(std::move(runs)) {}

  // What the news counts for: rising, apart, within news.rows.
  std::vector<Interval> take(const Run& news);

  // The first position from `from` on of which nothing was heard.
  Position next_unheard(Position from) const;

  // The end of the last run; zero when there is none.
  Position through() const { return runs_.empty() ? 0 : runs_.back().rows.end; }

  // Positions between `from` and through() of which nothing was heard, rising; the first `most`.
  std::vector<Interval> holes(Position from, std::size_t most = SIZE_MAX) const;

  const std::vector<Run>& runs() const { return runs_; }

 private:
  std::vector<Run>::const_iterator first_ending_after(Position at) const;
  void lay(const Run& run);

  std::vector<Run> runs_;
};

// A gap record of the same positions, however it is ranked among reasons: the lowest number wins,
// so that two records in two orders leave the same word. Better(a, b): a is kept.
constexpr bool says_more(const Run& news, const Run& known) {
  if (news.resolution != known.resolution) return news.resolution > known.resolution;
  return news.resolution == wire::Resolution::nothing && news.reason < known.reason;
}

}  // namespace hf::hub

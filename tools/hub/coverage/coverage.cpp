#include "tools/hub/coverage/coverage.h"

#include <algorithm>

namespace hf::hub {
namespace {

using stores::queue::common_part;

void add_touching(std::vector<Interval>& intervals, const Interval& added) {
  if (added.empty()) return;
  if (!intervals.empty() && intervals.back().end == added.first) {
    intervals.back().end = added.end;
  } else {
    intervals.push_back(added);
  }
}

bool say_the_same(const Run& a, const Run& b) {
  return a.resolution == b.resolution && a.reason == b.reason;
}

void add_run(std::vector<Run>& runs, const Run& added) {
  if (added.rows.empty()) return;
  const bool joins =
      !runs.empty() && runs.back().rows.end == added.rows.first && say_the_same(runs.back(), added);
  if (joins) {
    runs.back().rows.end = added.rows.end;
  } else {
    runs.push_back(added);
  }
}

}  // namespace

std::vector<Run>::const_iterator Coverage::first_ending_after(Position at) const {
  return std::partition_point(runs_.begin(), runs_.end(),
                              [at](const Run& run) { return run.rows.end <= at; });
}

std::vector<Interval> Coverage::take(const Run& news) {
  std::vector<Interval> counted;
  Position at = news.rows.first;
  for (auto run = first_ending_after(at); run != runs_.end() && run->rows.first < news.rows.end;
       ++run) {
    const Interval known = common_part(run->rows, news.rows);
    add_touching(counted, {at, known.first});
    if (says_more(news, *run)) add_touching(counted, known);
    at = known.end;
  }
  add_touching(counted, {at, news.rows.end});
  for (const Interval& rows : counted) lay({rows, news.resolution, news.reason});
  return counted;
}

// Puts `run` over whatever is there.
void Coverage::lay(const Run& run) {
  // One more on each side: they may join.
  auto from = std::partition_point(runs_.begin(), runs_.end(),
                                   [&](const Run& each) { return each.rows.end < run.rows.first; });
  auto to = from;
  while (to != runs_.end() && to->rows.first <= run.rows.end) ++to;
  std::vector<Run> laid;
  for (auto each = from; each != to; ++each) {
    Run before = *each;
    before.rows.end = std::min(before.rows.end, run.rows.first);
    add_run(laid, before);
  }
  add_run(laid, run);
  for (auto each = from; each != to; ++each) {
    Run after = *each;
    after.rows.first = std::max(after.rows.first, run.rows.end);
    add_run(laid, after);
  }
  const auto at = runs_.erase(from, to);
  runs_.insert(at, laid.begin(), laid.end());
}

Position Coverage::next_unheard(Position from) const {
  for (auto run = first_ending_after(from); run != runs_.end() && run->rows.first <= from; ++run) {
    from = run->rows.end;
  }
  return from;
}

std::vector<Interval> Coverage::holes(Position from, std::size_t most) const {
  std::vector<Interval> holes;
  for (auto run = first_ending_after(from); run != runs_.end() && holes.size() < most; ++run) {
    if (run->rows.first > from) holes.push_back({from, run->rows.first});
    from = run->rows.end;
  }
  return holes;
}

}  // namespace hf::hub

// Positions that are in a set, as runs: what a hub keeps instead of one number.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>

#include "stores/offline_queue/position.h"

namespace hf::simulation {

using stores::queue::Interval;
using stores::queue::Position;

class Intervals {
 public:
  // `on_new` gets each part of `added` that was not there yet.
  template <typename OnNew>
  void add(const Interval& added, OnNew on_new) {
    each_gap(added, on_new);
    Interval whole = added;
    auto at = first_touching(added.first);
    while (at != runs_.end() && at->first <= added.end) {
      whole = {std::min(whole.first, at->first), std::max(whole.end, at->second)};
      at = runs_.erase(at);
    }
    if (!whole.empty()) runs_[whole.first] = whole.end;
  }
  void add(const Interval& added) {
    add(added, [](const Interval&) {});
  }

  // Each part of `within` that is not there.
  template <typename OnGap>
  void each_gap(const Interval& within, OnGap on_gap) const {
    Position at = within.first;
    for (auto run = first_touching(within.first); run != runs_.end() && run->first < within.end;
         ++run) {
      if (run->first > at) on_gap(Interval{at, run->first});
      at = std::max(at, run->second);
    }
    if (at < within.end) on_gap(Interval{at, within.end});
  }

  std::uint64_t count_in(const Interval& within) const {
    std::uint64_t missing = 0;
    each_gap(within, [&](const Interval& gap) { missing += gap.count(); });
    return within.count() - missing;
  }

  Position end() const { return runs_.empty() ? 0 : std::prev(runs_.end())->second; }
  const std::map<Position, Position>& runs() const { return runs_; }

 private:
  using Runs = std::map<Position, Position>;  // first, end
  template <typename Map>
  static auto touching(Map& runs, Position at) {
    auto run = runs.upper_bound(at);
    if (run != runs.begin() && std::prev(run)->second >= at) --run;
    return run;
  }
  Runs::const_iterator first_touching(Position at) const { return touching(runs_, at); }
  Runs::iterator first_touching(Position at) { return touching(runs_, at); }

  Runs runs_;  // apart
};

}  // namespace hf::simulation

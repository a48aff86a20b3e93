// A set of positions as at most N intervals, sorted, apart from each other. In the object; no heap.
//
// Positions are given, sent and received in runs, so a day of them is a handful of intervals. Where
// the world brings more than N the set refuses rather than forgets: what that means (send again,
// wait) only the owner knows.
//
// Cost: O(log N) to ask, O(N) to change.
#pragma once

#include <algorithm>

#include "stores/offline_queue/position.h"
#include "vocabulary/fixed_vector.h"
#include "vocabulary/outcome.h"

namespace hf::stores::queue {

template <std::size_t N>
class IntervalSet {
 public:
  // ok: all of `added` is in the set.  full: it would be one interval too many; unchanged.
  constexpr Status add(Interval added) {
    if (added.empty()) return Status::ok;
    // Neighbours that touch become one.
    const std::size_t from = first_ending_at(added.first);
    std::size_t to = from;
    Interval joined = added;
    while (to < runs_.size() && runs_[to].first <= added.end) {
      joined = {std::min(joined.first, runs_[to].first), std::max(joined.end, runs_[to].end)};
      ++to;
    }
    if (to == from && runs_.full()) return Status::full;
    replace(from, to, joined);
    return Status::ok;
  }

  // Cannot fail: where cutting out a middle would make one interval too many, the smaller rest goes
  // as well. For sets in which less is the safe side.
  constexpr void remove(Interval removed) {
    if (removed.empty()) return;
    for (std::size_t at = first_ending_at(removed.first); at < runs_.size();) {
      const Interval run = runs_[at];
      if (run.first >= removed.end) return;
      const Interval before{run.first, std::min(run.end, removed.first)};
      const Interval after{std::max(run.first, removed.end), run.end};
      if (before.empty() && after.empty()) {
        runs_.erase(at);
      } else if (before.empty() || after.empty()) {
        runs_[at++] = before.empty() ? after : before;
      } else if (runs_.full()) {
        runs_[at++] = before.count() < after.count() ? after : before;
      } else {
        runs_[at] = after;
        insert(at, before);
        return;
      }
    }
  }

  constexpr void clear() { runs_.clear(); }

  constexpr bool contains(Position at) const { return next_outside(at) != at; }
  constexpr bool contains(const Interval& wanted) const {
    return wanted.empty() || next_outside(wanted.first) >= wanted.end;
  }

  // The first position from `from` on that is not in the set.
  constexpr Position next_outside(Position from) const {
    const std::size_t at = first_ending_after(from);
    return at < runs_.size() && runs_[at].first <= from ? runs_[at].end : from;
  }

  // The first position from `from` on that is in the set; `none` when there is none.
  constexpr Position next_inside(Position from, Position none) const {
    const std::size_t at = first_ending_after(from);
    return at < runs_.size() ? std::max(from, runs_[at].first) : none;
  }

  constexpr std::uint64_t count_in(const Interval& range) const {
    std::uint64_t count = 0;
    for (const Interval& run : runs_) count += common_part(run, range).count();
    return count;
  }

  constexpr std::span<const Interval> runs() const { return runs_.span(); }
  constexpr bool full() const { return runs_.full(); }

 private:
  constexpr std::size_t first_ending_at(Position position) const {
    return static_cast<std::size_t>(
        std::partition_point(runs_.begin(), runs_.end(),
                             [&](const Interval& run) { return run.end < position; }) -
        runs_.begin());
  }
  constexpr std::size_t first_ending_after(Position position) const {
    return first_ending_at(position + 1);
  }

  constexpr void replace(std::size_t from, std::size_t to, const Interval& with) {
    if (from == to) return insert(from, with);
    runs_[from] = with;
    for (std::size_t surplus = to - from - 1; surplus > 0; --surplus) runs_.erase(from + 1);
  }

  constexpr void insert(std::size_t at, const Interval& run) {
    runs_.push(run);
    std::rotate(runs_.begin() + at, runs_.end() - 1, runs_.end());
  }

  FixedVector<Interval, N> runs_;  // INVARIANT: none empty, each ends before the next begins
};

}  // namespace hf::stores::queue

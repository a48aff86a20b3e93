// Anchors: what is known of how the uptime of each boot lies in the time of day.
//
// Readings carry (boot, uptime) for ever; their time of day is looked up here when somebody asks.
// So a clock that is set an hour after the start heals the hour before it, and nothing is
// rewritten.
//
// The best quality wins, not the latest word: once a boot has a synced anchor, a coarse one changes
// nothing. Between two anchors of that quality time runs evenly (that is the drift of the board's
// crystal); before the first and after the last it runs at the board's own rate. Two anchors that
// contradict each other by more than a crystal can drift mean that somebody set the clock: then the
// later one holds for its time and after, the earlier one before.
//
//   A1  A boot with an anchor has an answer for every uptime, whenever it was asked or anchored.
//   A2  A worse anchor never changes an answer that a better one gave.
//   A3  A boot without any anchor lies between its neighbours: the answer is an interval, never a
//       guess.
//   A4  Anchors are bounded in number. The first and the last of a boot stay, what lies between
//       them is thinned; the oldest boot goes first. Both are counted.
//
// The gateway and the hub answer by this same code. Memory is the caller's. Owned by the service
// loop.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::stores {

// At this uptime of this boot it was that time of day, give or take `error`.
struct Anchor {
  BootId boot;
  Uptime uptime;
  UtcTime utc;
  Duration error;
  TimeQuality quality = TimeQuality::unset;
};

// When something happened, as far as is known: within earliest … latest, `likely` being the best
// single answer. A boot nobody can place has quality unset and the widest bounds its neighbours
// allow.
struct UtcSpan {
  UtcTime earliest;
  UtcTime likely;
  UtcTime latest;
  TimeQuality quality = TimeQuality::unset;
};

inline constexpr std::uint32_t kAnchorsPerBootMax =
    16;                                            // enough for a drift that follows the day's heat
inline constexpr std::int64_t kDriftPpmMax = 500;  // the worst crystal we know drifts 200

struct BootAnchors {
  BootId boot;
  Uptime last_heard;  // the boot lived at least this long
  std::uint32_t count = 0;
  Anchor anchors[kAnchorsPerBootMax + 1];  // by uptime, all of the best quality seen; one spare
};

class Anchors {
 public:
  // REQUIRES: at least two boots fit: this one and the one before.
  explicit Anchors(std::span<BootAnchors> memory);

  // Makes `boot` the newest one. Known already: nothing changes. The oldest goes when all are
  // taken.
  void begin_boot(BootId boot);

  // The boot was alive at `uptime`: bounds where it and the next one can lie.
  void hear(BootId boot, Uptime uptime);

  // ok: kept, or known to be no better.  not_found: that boot was forgotten.  invalid: quality
  // unset.
  Status add(const Anchor& anchor);

  // ok: `span` is set.  not_found: that boot was forgotten, or never begun.
  Status place(BootId boot, Uptime uptime, UtcSpan& span) const;

  // Oldest first; valid until the next call that changes anything.
  std::span<const BootAnchors> boots() const { return boots_.first(count_); }

  std::uint64_t boots_forgotten() const { return boots_forgotten_; }
  std::uint64_t anchors_thinned() const { return anchors_thinned_; }

 private:
  const BootAnchors* find(BootId boot) const;
  BootAnchors* find(BootId boot);
  void insert(BootAnchors& known, const Anchor& anchor);
  void thin(BootAnchors& known);
  UtcSpan between_neighbours(const BootAnchors& known, Uptime uptime) const;

  std::span<BootAnchors> boots_;  // oldest first
  std::uint32_t count_ = 0;
  std::uint64_t boots_forgotten_ = 0;
  std::uint64_t anchors_thinned_ = 0;
};

}  // namespace hf::stores

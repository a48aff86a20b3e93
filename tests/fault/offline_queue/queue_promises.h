// What was promised to a queue's users, and what became of it.
//
// Judged by arithmetic. Every row carries a serial number, so what the hub was sent tells:
//   lost        a serial that was promised, is not there, and was not given up for want of room
//   corrupt     bytes that are not what was kept
//   duplicated  two rows at one position, or one row at two
//   untold      a position below the highest one sent that is neither there nor in a gap record
//   refused     the queue did not open on flash
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/model_hub.h"

namespace hf::test {

struct Tally {
  std::uint64_t cuts = 0;
  std::uint64_t lost = 0;
  std::uint64_t corrupt = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t untold = 0;
  std::uint64_t refused = 0;
  std::string first;  // where the first of these was

  bool is_clean() const { return lost + corrupt + duplicated + untold + refused == 0; }
};

class QueuePromises {
 public:
  explicit QueuePromises(ModelHub& hub) : hub_(hub) {}

  std::uint64_t next_serial() const { return places_.size(); }

  // The last rows kept got these positions.
  void note_places(std::uint64_t stream, wire::Lane lane, std::uint64_t next, std::uint32_t rows) {
    for (std::uint32_t row = 0; row < rows; ++row) {
      places_.push_back({stream, lane, next - rows + row});
    }
  }
  // Not promised yet. REQUIRES: noted.
  void note_young(Uptime taken, std::uint32_t rows) {
    young_.push_back({taken, {next_serial() - rows, next_serial()}});
  }
  void forget_young() { young_.clear(); }

  // What was taken by `limit` is safe from here on.
  void promise(Uptime limit) {
    std::erase_if(young_, [&](const Young& young) {
      if (young.taken > limit) return false;
      for (std::uint64_t serial = young.serials.first; serial < young.serials.end; ++serial) {
        safe_.push_back(serial);
      }
      return true;
    });
  }
  void promise_serial(std::uint64_t serial) { safe_.push_back(serial); }

  // `known` are the streams of which something may still come.
  void judge(std::span<const std::uint64_t> known, Tally& tally) {
    for (const std::uint64_t serial : safe_) {
      tally.lost += hub_.has(serial) || was_given_up(places_[serial]) ? 0 : 1;
    }
    tally.untold += count_untold(known);
  }

  // For a medium that lies: what is lost must be told. Returns how many rows were.
  std::uint64_t judge_on_liar(std::span<const std::uint64_t> known, Tally& tally) {
    std::uint64_t told = 0;
    for (const std::uint64_t serial : safe_) {
      if (hub_.has(serial)) continue;
      ++(is_told(places_[serial], known) ? told : tally.lost);
    }
    return told;
  }

 private:
  struct Placed {
    std::uint64_t stream;
    wire::Lane lane;
    std::uint64_t position;
  };
  struct Young {
    Uptime taken;
    stores::queue::Interval serials;
  };

  static bool is_in(std::span<const std::uint64_t> known, std::uint64_t stream) {
    return std::ranges::find(known, stream) != known.end();
  }

  // A stream that was in memory only, when its process ended, is told by its absence.
  std::uint64_t count_untold(std::span<const std::uint64_t> known) {
    std::uint64_t untold = 0;
    for (const auto& [key, lane] : hub_.lanes) {
      if (!is_in(known, key.first)) continue;
      const stores::Receipt receipt = hub_.receipt(key.first, key.second);
      for (const auto& hole : receipt.holes) untold += hole.count();
    }
    return untold;
  }

  // By decision, because there was no room; and said so.
  bool was_given_up(const Placed& placed) {
    return is_in_gap(placed, [](wire::GapReason reason) {
      return reason == wire::GapReason::dropped || reason == wire::GapReason::thinned;
    });
  }

  bool is_told(const Placed& placed, std::span<const std::uint64_t> known) {
    return !is_in(known, placed.stream) || is_in_gap(placed, [](wire::GapReason) { return true; });
  }

  template <typename Counts>
  bool is_in_gap(const Placed& placed, Counts counts) {
    const auto& gaps = hub_.lanes[{placed.stream, placed.lane}].gaps;
    return std::ranges::any_of(gaps, [&](const auto& gap) {
      return gap.rows.contains(placed.position) && counts(gap.reason);
    });
  }

  ModelHub& hub_;
  std::vector<Placed> places_{{}};   // by serial number, from 1
  std::vector<Young> young_;         // kept, not promised yet
  std::vector<std::uint64_t> safe_;  // promised
};

}  // namespace hf::test

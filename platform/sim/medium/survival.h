// Draws the lots at one power cut: which of the unsynced changes reached the medium.
//
// Each cut first draws a manner, because drawing every sector by itself would almost never show
// the two cases that find the most bugs: nothing survived, and everything did.
#pragma once

#include <cstdint>

#include "platform/sim/medium/medium_model.h"
#include "vocabulary/random.h"

namespace hf::sim {

// The place of a change in the order of all changes to one medium.
using ChangeOrder = std::uint64_t;

class Survival {
 public:
  // Changes from `oldest` up to and without `next` are unsynced; `next - 1` may be the one that was
  // under way. REQUIRES: oldest <= next.
  Survival(const MediumModel& model, Random& random, ChangeOrder oldest, ChangeOrder next);

  // How many bytes of one sector of one write survive: 0, `bytes`, or (a torn sector) some between.
  // REQUIRES: asked in the order of the sectors of each write.
  std::uint32_t bytes_of_sector(ChangeOrder change, std::uint32_t bytes);

  // How many of `count` sizes a file went through survive, as a beginning: sizes are journalled in
  // order everywhere. `order_of(i)` is the change that made the i-th.
  template <typename OrderOf>
  std::size_t sizes(std::size_t count, OrderOf order_of) {
    if (manner_ == Manner::scattered) return static_cast<std::size_t>(random_.below(count + 1));
    std::size_t kept = 0;
    while (kept < count && order_of(kept) < end_) ++kept;
    if (kept < count && order_of(kept) == end_ && random_.chance(1, 2)) ++kept;
    return kept;
  }

  // Whether one change of a name survives. REQUIRES: asked in the order of the changes.
  bool name_change(ChangeOrder change);

 private:
  enum class Manner : std::uint8_t { beginning, scattered };

  const MediumModel& model_;
  Random& random_;
  Manner manner_;
  ChangeOrder end_;  // beginning: changes before it survive, and part of the one at it
  std::uint64_t keep_percent_ = 0;
  bool sectors_go_on_ = true;  // of the change at end_
  bool names_go_on_ = true;
};

}  // namespace hf::sim

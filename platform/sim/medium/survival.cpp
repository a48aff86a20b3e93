#include "platform/sim/medium/survival.h"

namespace hf::sim {
namespace {

constexpr std::uint64_t kTornOneIn = 8;  // of the sectors that survive in a scattered manner

}  // namespace

Survival::Survival(const MediumModel& model, Random& random, ChangeOrder oldest, ChangeOrder next)
    : model_(model), random_(random), manner_(Manner::beginning), end_(oldest) {
  switch (random_.below(model_.reorders ? 5 : 3)) {
    case 0: break;  // nothing survived
    case 1: end_ = next; break;
    case 2: end_ = oldest + random_.below(next - oldest + 1); break;
    default:
      manner_ = Manner::scattered;
      keep_percent_ = 5 + random_.below(91);
      break;
  }
}

std::uint32_t Survival::bytes_of_sector(ChangeOrder change, std::uint32_t bytes) {
  bool tears = false;
  if (manner_ == Manner::scattered) {
    if (!random_.chance(keep_percent_, 100)) return 0;
    tears = random_.chance(1, kTornOneIn);
  } else {
    if (change != end_) return change < end_ ? bytes : 0;
    if (!random_.chance(1, 2)) return 0;
    tears = random_.chance(1, kTornOneIn);
  }
  if (!tears || !model_.tears_sectors) return bytes;
  return static_cast<std::uint32_t>(random_.below(bytes));
}

bool Survival::name_change(ChangeOrder change) {
  if (manner_ == Manner::beginning) return change < end_;
  const bool survives = random_.chance(keep_percent_, 100);
  if (!model_.orders_names) return survives;
  names_go_on_ = names_go_on_ && survives;
  return names_go_on_;
}

}  // namespace hf::sim

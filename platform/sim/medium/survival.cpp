#include "platform/sim/medium/survival.h"

namespace hf::sim {
namespace {

constexpr std::uint64_t kTornOneIn = 8;  // of the sectors that survive

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
  bool survives = false;
  if (manner_ == Manner::scattered) {
    survives = random_.chance(keep_percent_, 100);
  } else {
    if (change != end_) return change < end_ ? bytes : 0;
    survives = sectors_go_on_;
    sectors_go_on_ = sectors_go_on_ && random_.chance(3, 4);
  }
  if (!survives) return 0;
  const bool is_torn = model_.tears_sectors && random_.chance(1, kTornOneIn);
  return is_torn ? static_cast<std::uint32_t>(random_.below(bytes)) : bytes;
}

bool Survival::name_change(ChangeOrder change) {
  if (manner_ == Manner::beginning) return change < end_;
  const bool survives = random_.chance(keep_percent_, 100);
  if (!model_.orders_names) return survives;
  names_go_on_ = names_go_on_ && survives;
  return names_go_on_;
}

}  // namespace hf::sim

// Accounts: every reading that was taken is in the window, or in one of the counts beside it.
#pragma once

#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

class Accounts final : public Checker {
 public:
  explicit Accounts(Findings& findings) : findings_(findings) {}

  void looked_at(gateway::Gateway& gateway, const sim::Board& /*board*/) override {
    const stores::SamplingCounts& counts = gateway.ledger().sampling;
    const std::uint64_t told =
        counts.kept + counts.flood + counts.within_dead_band + counts.unknown + counts.refused;
    if (told != counts.taken) {
      findings_.note(Promise::accounts, std::to_string(counts.taken) + " readings taken and " +
                                            std::to_string(told) + " accounted for");
    }
    if (counts.refused + counts.unknown > 0) {
      findings_.note(Promise::accounts, "readings in order were refused");
    }
  }

 private:
  Findings& findings_;
};

}  // namespace hf::simulation

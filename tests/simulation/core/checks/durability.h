// Durability: what was W old while the medium was well arrives, whatever the power does.
#pragma once

#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

class Durability final : public Checker {
 public:
  explicit Durability(Findings& findings) : findings_(findings) {}

  void run_ended(Truth& truth, const Upstream& /*upstream*/) override {
    for (const LifeOfBoard& life : truth.lives()) {
      for (const Moment& moment : life.moments) {
        if (moment.open == 0 || !life.is_due(moment.at)) continue;
        findings_.note(Promise::durability,
                       "safe once and gone: readings of boot " + std::to_string(life.ordinal) +
                           " at " + std::to_string(moment.at.ms) + " ms",
                       moment.open);
      }
    }
  }

 private:
  Findings& findings_;
};

}  // namespace hf::simulation

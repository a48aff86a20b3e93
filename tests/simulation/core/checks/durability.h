// Durability: what was W old while the medium was well arrives, whatever the power does.
#pragma once

#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

class Durability final : public Checker {
 public:
  explicit Durability(Findings& findings) : findings_(findings) {}

  void run_ended(Truth& truth, const Upstream& /*upstream*/) override {
    for (const LifeOfBoard& life : truth.lives()) {
      std::uint64_t gone = 0;
      Uptime first, last;
      for (const Moment& moment : life.moments) {
        if (moment.open == 0 || !life.is_due(moment.at)) continue;
        if (gone == 0) first = moment.at;
        last = moment.at;
        gone += moment.open;
      }
      findings_.note(Promise::durability,
                     std::to_string(gone) + " readings that were safe are gone, of boot " +
                         std::to_string(life.ordinal) + ", first from uptime " +
                         std::to_string(first.ms) + " ms, last from " + std::to_string(last.ms),
                     gone);
    }
  }

 private:
  Findings& findings_;
};

}  // namespace hf::simulation

// Soundness: whatever arrives was measured, with that value, at that time, by that sensor.
#pragma once

#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

class Soundness final : public Checker {
 public:
  explicit Soundness(Findings& findings) : findings_(findings) {}

  void frame_arrived(const ArrivedFrame& frame, const Upstream& /*upstream*/) override {
    findings_.note(Promise::soundness,
                   std::to_string(frame.unknown) + " readings that nobody measured, at position " +
                       std::to_string(frame.rows.first),
                   frame.unknown);
  }

 private:
  Findings& findings_;
};

}  // namespace hf::simulation

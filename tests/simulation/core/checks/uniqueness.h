// Uniqueness: a reading arrives at one position only, and a position is given to one row only.
#pragma once

#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

class Uniqueness final : public Checker {
 public:
  explicit Uniqueness(Findings& findings) : findings_(findings) {}

  void frame_arrived(const ArrivedFrame& frame, const Upstream& /*upstream*/) override {
    const std::string where = ", at position " + std::to_string(frame.rows.first);
    findings_.note(Promise::uniqueness,
                   std::to_string(frame.again) + " readings came a second time" + where,
                   frame.again);
    findings_.note(Promise::uniqueness,
                   std::to_string(frame.given_twice) + " things at positions given before" + where,
                   frame.given_twice);
  }

 private:
  Findings& findings_;
};

}  // namespace hf::simulation

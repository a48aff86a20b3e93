// Liveness: once nothing goes wrong any more, everything that waits arrives within four hours.
#pragma once

#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

inline constexpr Duration kDrainMost = hours(4);  // by far: a day takes minutes on any link of ours

class Liveness final : public Checker {
 public:
  explicit Liveness(Findings& findings) : findings_(findings) {}

  void drained(Duration took, bool is_all) override {
    if (is_all) return;
    findings_.note(Promise::liveness, "something still waited after " + clock_face(took));
  }

 private:
  Findings& findings_;
};

}  // namespace hf::simulation

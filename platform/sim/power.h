// The supply and the warmth of the simulated board, as the test sets them.
#pragma once

#include "hal/power.h"

namespace hf::sim {

class Power final : public hal::Power {
 public:
  hal::PowerState state() const override { return state_; }

  void set(const hal::PowerState& state) { state_ = state; }
  // The wire that warns: power is about to go, or sound again.
  void set_failing(bool is_failing) { state_.failing = is_failing; }

 private:
  hal::PowerState state_;
};

}  // namespace hf::sim

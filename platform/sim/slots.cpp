#include "platform/sim/slots.h"

#include <utility>

namespace hf::sim {
namespace {

hal::Slot other(hal::Slot slot) { return slot == hal::Slot::a ? hal::Slot::b : hal::Slot::a; }

}  // namespace

Result<hal::SlotState> Slots::state() const {
  if (!has_two_) return Status::unsupported;
  return state_;
}

Status Slots::confirm() {
  if (!has_two_) return Status::unsupported;
  if (!supply_.is_on() || !is_writable_) return Status::unavailable;
  if (!supply_.lasts_for_a_change()) return Status::unavailable;
  state_.on_trial = false;
  state_.trial_boots_left = 0;
  return Status::ok;
}

// A cut in the middle leaves the count too high, never too low.
Status Slots::note_stable() {
  if (!supply_.is_on() || !is_writable_) return Status::unavailable;
  if (!supply_.lasts_for_a_change()) return Status::unavailable;
  short_boots_ = 0;
  is_stable_ = true;
  return Status::ok;
}

Status Slots::reboot() {
  if (!may_reboot_ || !supply_.is_on()) return Status::refused;
  will_reboot_ = true;
  return Status::ok;
}

bool Slots::take_reboot() { return std::exchange(will_reboot_, false); }

void Slots::power_on() {
  will_reboot_ = false;
  if (!is_stable_) ++short_boots_;
  is_stable_ = false;
  if (boots_to_try_ > 0) {
    state_ = {.running = other(state_.running),
              .on_trial = true,
              .trial_boots_left = static_cast<std::uint8_t>(boots_to_try_ - 1)};
    boots_to_try_ = 0;
  } else if (state_.on_trial && state_.trial_boots_left == 0) {
    state_ = {.running = other(state_.running), .on_trial = false, .trial_boots_left = 0};
  } else if (state_.on_trial) {
    --state_.trial_boots_left;
  }
}

}  // namespace hf::sim

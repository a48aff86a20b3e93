// Two system slots and a boot loader that counts, as U-Boot with its environment does.
#pragma once

#include "hal/slots.h"
#include "platform/sim/supply.h"

namespace hf::sim {

class Slots final : public hal::Slots {
 public:
  explicit Slots(Supply& supply) : supply_(supply) {}

  Result<hal::SlotState> state() const override;
  Status confirm() override;
  std::uint32_t short_boots() const override { return short_boots_; }
  Status note_stable() override;
  Status reboot() override;

  // An update was written to the other slot: it gets so many boots to be confirmed in, from the
  // next one on. REQUIRES: boots > 0.
  void try_other(std::uint8_t boots) { boots_to_try_ = boots; }
  void set_two(bool has_two) { has_two_ = has_two; }
  void set_reboot_allowed(bool is_allowed) { may_reboot_ = is_allowed; }
  void set_writable(bool is_writable) { is_writable_ = is_writable; }

  // True once after each reboot() that was answered with ok.
  bool take_reboot();

  // The boot loader runs.
  void power_on();

 private:
  Supply& supply_;
  hal::SlotState state_;
  std::uint8_t boots_to_try_ = 0;
  std::uint32_t short_boots_ = 0;
  bool is_stable_ = false;
  bool has_two_ = true;
  bool may_reboot_ = true;
  bool is_writable_ = true;
  bool will_reboot_ = false;
};

}  // namespace hf::sim

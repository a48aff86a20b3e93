// The two system slots and the count of boots: how an update is tried, kept or taken back.
//
// Contract, proved on each platform by tests/contract/slots_contract.cpp:
//   1. A slot on trial falls back to the other one by itself unless confirm() is called within the
//      trial boots of the boot loader. We never have to be alive for the way back.
//   2. confirm() is durable when it returns ok, and may be called again.
//   3. short_boots() counts boots in a row that ended before note_stable(); it survives power cuts
//      and may be one too high, never too low.
#pragma once

#include <cstdint>

#include "vocabulary/outcome.h"

namespace hf::hal {

enum class Slot : std::uint8_t { a, b };

struct SlotState {
  Slot running = Slot::a;
  bool on_trial = false;
  std::uint8_t trial_boots_left = 0;
};

class Slots {
 public:
  // unsupported: this board has one system only.
  virtual Result<SlotState> state() const = 0;

  // ok: the running slot is the good one now.  unsupported.  unavailable: could not be written.
  virtual Status confirm() = 0;

  virtual std::uint32_t short_boots() const = 0;
  virtual Status note_stable() = 0;

  // ok: the board goes down in an orderly way soon after.  refused: not allowed to us.
  virtual Status reboot() = 0;

 protected:
  ~Slots() = default;
};

}  // namespace hf::hal

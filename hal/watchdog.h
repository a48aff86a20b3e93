// The last guard: resets the board when the core stops making progress.
//
// Contract, proved on each platform by tests/contract/watchdog_contract.cpp:
//   1. From start() on, the board resets unless feed() is called at least once per period.
//   2. feed() takes less than a millisecond and never fails visibly.
//   3. stop() is for an orderly end of the service only; where the hardware cannot be stopped it
//      says so, and the board will reset.
//   4. last_reset() answers for the boot that is running, the same each time.
#pragma once

#include <cstdint>

#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::hal {

enum class ResetCause : std::uint8_t { unknown, power_on, watchdog, software };

class Watchdog {
 public:
  // The period in force, which is at most `period` where the hardware allows it. busy: started
  // already.  unavailable: no watchdog on this board.
  virtual Result<Duration> start(Duration period) = 0;

  virtual void feed() = 0;

  // ok.  unsupported: cannot be stopped.  stale: was not started.
  virtual Status stop() = 0;

  virtual ResetCause last_reset() const = 0;

 protected:
  ~Watchdog() = default;
};

}  // namespace hf::hal

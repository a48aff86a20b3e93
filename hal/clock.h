// What time it is, and how far that can be believed.
//
// Contract, proved on each platform by tests/contract/clock_contract.cpp:
//   1. uptime() never goes back, counts through suspend, and does not notice when UTC is set.
//   2. uptime() goes on counting when only our process restarts: boot_id() stays the same then, and
//      differs after every power-on.
//   3. utc() may be anything until its quality says otherwise; it never blocks and never fails.
//   4. When UTC is set or steps by kStepLeast or more, take_step() reports it once, with the size
//      of the step, no later than one second after it happened. Slewing is not a step. Steps that
//      were not taken are summed, so none is lost.
//   5. After raise_floor() utc() is not before that time, and at least of quality `floor`, until a
//      source that is synced says otherwise: what was believed once may have been wrong. A floor
//      below one that was raised before changes nothing.
#pragma once

#include "vocabulary/time.h"

namespace hf::hal {

inline constexpr Duration kStepLeast = milliseconds(500);

struct ClockStep {
  Uptime noticed_at;
  Duration by;  // positive: UTC went forward
};

class Clock {
 public:
  virtual Uptime uptime() const = 0;
  virtual UtcReading utc() const = 0;
  virtual BootId boot_id() const = 0;

  // True: `step` holds what happened since the last call. False: nothing did; `step` is unchanged.
  virtual bool take_step(ClockStep& step) = 0;

  // The true time is not before this: it was known once.
  virtual void raise_floor(UtcTime not_before) = 0;

 protected:
  ~Clock() = default;  // platforms own it; nobody deletes through the interface
};

}  // namespace hf::hal

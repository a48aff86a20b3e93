// What will happen in the simulated world, in order of virtual time. Passing time is doing it.
//
// The time used here is the world's own: it counts on while the board is off, and over boots.
#pragma once

#include <functional>
#include <map>

#include "platform/sim/clock.h"

namespace hf::sim {

class Agenda {
 public:
  explicit Agenda(Clock& clock) : clock_(clock) {}

  Duration now() const { return clock_.elapsed(); }

  // Things due at the same moment are done in the order in which they were planned. What lies in
  // the past is done when time next passes.
  void at(Duration moment, std::function<void()> action);
  void after(Duration delay, std::function<void()> action) { at(now() + delay, std::move(action)); }

  // Does all that is due within `time`, each at its moment; the clock stands at the end of it then.
  void pass(Duration time);

 private:
  Clock& clock_;
  std::multimap<Duration, std::function<void()>> planned_;
};

}  // namespace hf::sim

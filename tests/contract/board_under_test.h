// One board of one platform, fresh for each test, with the hands a test needs to play the world
// around it. Each platform answers it in one file (on_sim.cpp, on_linux.cpp); the suites beside it
// are written once and know no platform.
//
// A hand that a platform cannot offer (nobody may pull the plug of a build machine) returns false,
// and the suite leaves that clause to the platforms that can; each clause is shown by at least one.
#pragma once

#include <memory>

#include "hal/board.h"

namespace hf::contract {

class BoardUnderTest {
 public:
  virtual ~BoardUnderTest() = default;

  virtual hal::Board& board() = 0;

  // Lets time pass: virtual where there is a virtual clock, else really: keep it to milliseconds.
  virtual void pass(Duration time) = 0;

  // Our process ends and starts again; the board stays on. References from board() die.
  virtual void restart_process() = 0;

  // Power goes away at once and comes back. References from board() die.
  virtual bool cut_power() { return false; }

  // Somebody sets the time of day.
  virtual bool set_utc(UtcTime /*to*/) { return false; }
};

// Made anew, with empty flash.
std::unique_ptr<BoardUnderTest> make_board_under_test();

}  // namespace hf::contract

// One board of one platform, fresh for each test, with the hands a test needs to play the world
// around it. Each platform answers it in one file (on_sim.cpp, on_linux.cpp); the suites beside it
// are written once and know no platform.
//
// A hand that a platform cannot offer (nobody may pull the plug of a build machine) returns false,
// and the suite leaves that clause to the platforms that can; each clause is shown by at least one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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

  // Power goes away in the middle of the next change to anything durable; cut_power() brings it
  // back.
  virtual bool cut_power_in_next_change() { return false; }

  // Lets minutes pass without waiting for them.
  virtual bool pass_minutes_at_once(int /*count*/) { return false; }

  // Clock. Somebody sets the time of day; the board sleeps; a source of time appears.
  virtual bool set_utc(UtcTime /*to*/) { return false; }
  virtual bool suspend(Duration /*time*/) { return false; }
  virtual bool sync_clock() { return false; }

  // Flash. The next call on any file fails, as from an I/O error; the medium has only so much room.
  virtual bool fail_next_flash_write() { return false; }
  virtual bool fail_next_flash_sync() { return false; }
  virtual bool limit_flash(std::uint64_t /*bytes_total*/) { return false; }
  virtual bool make_flash_read_only() { return false; }
  // Another process holds this file open for writing from now on.
  virtual bool open_elsewhere(std::string_view /*name*/) { return false; }

  // Entropy. The pool is as empty as right after power-on.
  virtual bool empty_entropy_pool() { return false; }

  // Keys. What is stored rots.
  virtual bool damage_secret(hal::SecretId /*id*/) { return false; }

  // Log. All lines so far, oldest first, each without its end of line.
  virtual bool log_lines(std::vector<std::string>& /*lines*/) { return false; }
};

// Made anew, with empty flash.
std::unique_ptr<BoardUnderTest> make_board_under_test();

}  // namespace hf::contract

// Leaves the test when this platform does not offer the hand.
#define HF_NEEDS(hand)   \
  do {                   \
    if (!(hand)) return; \
  } while (false)

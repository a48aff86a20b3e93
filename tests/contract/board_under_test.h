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
#include "tests/contract/broker_in_test.h"

namespace hf::contract {

// How long a test waits for what must happen at all, on a machine that has other work. Nothing is
// concluded from how soon.
inline constexpr int kSoonMs = 30'000;

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

  // Lets time pass without waiting for it.
  virtual bool pass_at_once(Duration /*time*/) { return false; }

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

  // Link. Null: there is none to connect to. Otherwise the link may be asked to connect.
  virtual BrokerInTest* broker() { return nullptr; }

  // Sensors. A field driver measures this.
  virtual bool measure(const Reading& /*reading*/) { return false; }

  // Watchdog. Whether its hardware can be stopped; whether it has reset the board since this was
  // asked last (then the board is on again, and references from board() are dead).
  virtual bool fit_watchdog(bool /*is_stoppable*/) { return false; }
  virtual bool see_reset(bool& /*was_reset*/) { return false; }

  // Power. What the hardware reports; the wire that warns.
  virtual bool set_power(const hal::PowerState& /*state*/) { return false; }
  virtual bool warn_of_power_loss(bool /*is_failing*/) { return false; }

  // Network. What happens to the interface of the default route.
  virtual bool set_carrier(hal::Carrier /*carrier*/) { return false; }

  // Processes. A running role ends by itself, is killed, no longer hears that it should stop, takes
  // memory; whether it found anything open or blocked that is not its own.
  virtual bool end_role(hal::RoleInstance /*who*/, std::int32_t /*code*/) { return false; }
  virtual bool kill_role(hal::RoleInstance /*who*/, std::int32_t /*signal*/) { return false; }
  virtual bool make_role_deaf(hal::RoleInstance /*who*/) { return false; }
  virtual bool let_role_take(hal::RoleInstance /*who*/, std::uint64_t /*bytes*/) { return false; }
  virtual bool see_inherited(hal::RoleInstance /*who*/, bool& /*inherited*/) { return false; }
  // Whether the process of that role is alive, whatever the core believes.
  virtual bool see_alive(hal::RoleInstance /*who*/, bool& /*is_alive*/) { return false; }

  // Slots. An update was written to the other slot; whether the board went down for a reboot that
  // was asked for (then it is on again).
  virtual bool try_other_slot(std::uint8_t /*boots*/) { return false; }
  virtual bool see_reboot(bool& /*rebooted*/) { return false; }

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

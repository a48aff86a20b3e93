// A whole gateway board on a desk: every part that hal/board.h asks for, on one virtual clock, all
// decided by one seed. Equal seeds and equal calls give equal worlds.
//
// The link works while its role runs: processes.start({Role::link}) first, as on a real board.
// Parts are public: a test plays the world by calling their hands. The board can go off at any
// call that changes something durable (lose_power_after), whenever time passes (the watchdog bites,
// a reboot was asked for), or at once (cut_power). So who runs a gateway on it asks is_on() and
// calls power_on():
//
//   while (board.is_on()) { gateway.turn(); board.pass(milliseconds(100)); }
//   board.power_on();
#pragma once

#include "hal/board.h"
#include "platform/sim/agenda.h"
#include "platform/sim/clock.h"
#include "platform/sim/entropy.h"
#include "platform/sim/flash.h"
#include "platform/sim/keys.h"
#include "platform/sim/link.h"
#include "platform/sim/log.h"
#include "platform/sim/network.h"
#include "platform/sim/power.h"
#include "platform/sim/processes.h"
#include "platform/sim/sensors.h"
#include "platform/sim/slots.h"
#include "platform/sim/watchdog.h"

namespace hf::sim {

class Board {
 public:
  explicit Board(std::uint64_t seed);
  Board(const Board&) = delete;  // parts refer to each other
  Board& operator=(const Board&) = delete;

  hal::Board& board() { return board_; }
  std::uint64_t seed() const { return seed_; }  // say it when a test fails

  // Virtual time passes, and everything that is due happens.
  void pass(Duration time);

  bool is_on() const { return supply.is_on(); }
  // The first `changes` durable changes from now on are made; power goes during the next.
  void lose_power_after(std::uint64_t changes) { supply.lose_after(changes); }
  void cut_power();
  // A new boot, after a cut of any kind. On a board that is on, this is a cut first.
  void power_on(Rtc rtc = Rtc::none);
  // Our process ends and starts again: unsynced bytes stay, descriptors and roles do not.
  void restart_process();

 private:
  const std::uint64_t seed_;
  Random seeds_;  // each part draws its own, in the order of the members below
  hal::ResetCause next_reset_ = hal::ResetCause::power_on;

 public:
  Supply supply;
  Clock clock;
  Agenda agenda;
  Flash flash;
  Network network;
  Path path;
  Broker broker;
  Link link;
  Sensors sensors;
  Watchdog watchdog;
  Power power;
  Entropy entropy;
  Keys keys;
  Processes processes;
  Slots slots;
  Log log;

 private:
  hal::Board board_;
};

}  // namespace hf::sim

// The board that is this Linux machine: every answer to hal/, owned by one object.
//
// Making one never fails: a part that is not there answers so (`missing`, `unavailable`,
// `unsupported`, unknown). What needs time or news of the kernel is registered with the loop.
//
// Allocates nothing after construction. One thread, the one that made it.
#pragma once

#include <string>

#include "hal/board.h"
#include "platform/linux/clock.h"
#include "platform/linux/entropy.h"
#include "platform/linux/event_loop.h"
#include "platform/linux/flash.h"
#include "platform/linux/keys.h"
#include "platform/linux/link_client.h"
#include "platform/linux/log.h"
#include "platform/linux/network.h"
#include "platform/linux/no_link.h"
#include "platform/linux/notify_socket.h"
#include "platform/linux/power.h"
#include "platform/linux/processes.h"
#include "platform/linux/sensors.h"
#include "platform/linux/slots.h"
#include "platform/linux/watchdog.h"

namespace hf::on_linux {

struct BoardOptions {
  // Below it: `files` (hal::Flash), `keys`, and the count of boots. Made where there is none.
  std::string data_directory;

  UtcTime built;  // when this program was: no clock shows less; 0: not said
  hal::LinkCost link_cost = hal::LinkCost::unknown;  // told by a person
  std::string sysfs = "/sys";                        // tests give a made-up one
  std::string thermal_zone = "thermal_zone0";
  std::string power_failing_line;  // a GPIO's `value` file; empty: no such wire
  char power_failing_when = '0';
  std::string watchdog_device;  // normally /dev/watchdog0; empty: none of ours
  std::string notify_socket;    // NOTIFY_SOCKET; empty: no service manager
  bool systemd_guards_us = false;
  bool may_reboot = false;

  int log_descriptor = 2;
  LogForm log_form = LogForm::words;

  ProcessOptions processes;
  LinkOptions link_role;            // for the link, where `processes` have that role
  SensorSource* sensors = nullptr;  // not owned; null: no sensors
  hal::Link* link = nullptr;        // not owned; null: by the link role, or NoLink
};

// What systemd, where it started us, left in the environment.
void read_environment(BoardOptions& options);

class Board {
 public:
  explicit Board(const BoardOptions& options);
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  hal::Board& hal() { return hal_; }
  EventLoop& loop() { return loop_; }
  NotifySocket& notify_socket() { return notify_socket_; }
  Processes& processes() { return processes_; }

 private:
  hal::Link& choose_link(const BoardOptions& options);
  void register_with_loop();

  EventLoop loop_;  // first: it holds signals back while the others come to be
  Clock clock_;
  Log log_;
  Flash flash_;
  Keys keys_;
  Slots slots_;
  Entropy entropy_;
  Power power_;
  Network network_;
  NotifySocket notify_socket_;
  WatchdogDevice watchdog_device_;
  Watchdog watchdog_;
  Processes processes_;
  LinkClient link_client_;
  Sensors sensors_;
  NoLink no_link_;
  hal::Board hal_;
};

}  // namespace hf::on_linux

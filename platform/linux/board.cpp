#include "platform/linux/board.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

namespace hf::on_linux {
namespace {

constexpr Duration kLinkPeriod = seconds(1);     // how late a deadline of the link may be noticed
constexpr Duration kCollectPeriod = seconds(1);  // the period readings are taken at
constexpr Duration kLogPeriod = seconds(10);     // how late the end of a flood may be said

// The data directory first: what follows lies in it.
std::string made(const std::string& directory) {
  ::mkdir(directory.c_str(), 0750);
  return directory;
}

PowerOptions power_options(const BoardOptions& options) {
  PowerOptions power;
  power.failing_when = options.power_failing_when;
  // A path that does not fit names nothing on a board: the part is then not there.
  static_cast<void>(power.sysfs.try_assign(options.sysfs));
  static_cast<void>(power.thermal_zone.try_assign(options.thermal_zone));
  static_cast<void>(power.failing_line.try_assign(options.power_failing_line));
  return power;
}

std::string text_or_empty(const char* text) { return text == nullptr ? "" : text; }

// `/dev/watchdog0` is described in class/watchdog/watchdog0, and `/dev/watchdog` is the same one.
std::string watchdog_state_folder(const BoardOptions& options) {
  std::string name = options.watchdog_device.substr(options.watchdog_device.rfind('/') + 1);
  if (name == "watchdog") name = "watchdog0";
  return options.sysfs + "/class/watchdog/" + name;
}

}  // namespace

void read_environment(BoardOptions& options) {
  options.notify_socket = text_or_empty(std::getenv("NOTIFY_SOCKET"));
  options.systemd_guards_us = systemd_guards_us();
  options.log_form = log_form_of(options.log_descriptor);
}

Board::Board(const BoardOptions& options)
    : clock_(options.built),
      log_(clock_, options.log_descriptor, options.log_form),
      flash_((made(options.data_directory) + "/files").c_str()),
      keys_((options.data_directory + "/keys").c_str()),
      slots_(options.data_directory.c_str(), clock_.boot_id(), options.may_reboot),
      power_(power_options(options)),
      network_(options.sysfs.c_str(), options.link_cost),
      notify_socket_(options.notify_socket.c_str()),
      watchdog_device_(options.watchdog_device.c_str(), watchdog_state_folder(options).c_str()),
      watchdog_(watchdog_device_, notify_socket_, options.systemd_guards_us),
      processes_(options.processes),
      link_client_(loop_, processes_, keys_, clock_, network_, options.link_role),
      sensors_(clock_, options.sensors),
      hal_{.clock = clock_,
           .flash = flash_,
           .link = choose_link(options),
           .sensors = sensors_,
           .watchdog = watchdog_,
           .power = power_,
           .entropy = entropy_,
           .keys = keys_,
           .network = network_,
           .processes = processes_,
           .slots = slots_,
           .log = log_} {
  register_with_loop();
}

hal::Link& Board::choose_link(const BoardOptions& options) {
  if (options.link != nullptr) return *options.link;
  const auto roles = options.processes.roles;
  const bool has_role = std::find(roles.begin(), roles.end(), hal::Role::link) != roles.end();
  return has_role ? static_cast<hal::Link&>(link_client_) : no_link_;
}

void Board::register_with_loop() {
  Status status = Status::ok;
  const auto also = [&](Status next) { status = is_ok(status) ? next : status; };
  also(loop_.every(kCollectPeriod, callback<&Sensors::collect>(sensors_)));
  also(loop_.every(kLinkPeriod, callback<&LinkClient::attend>(link_client_)));
  also(loop_.every(kLogPeriod, callback<&Log::note_time>(log_)));
  also(loop_.every(Power::kRefreshPeriod, callback<&Power::refresh>(power_)));
  if (clock_.step_descriptor() >= 0) {
    also(loop_.watch(clock_.step_descriptor(), Readiness::readable,
                     callback<&Clock::notice_step>(clock_)));
  }
  if (network_.descriptor() >= 0) {
    also(loop_.watch(network_.descriptor(), Readiness::readable,
                     callback<&Network::notice>(network_)));
  }
  HF_ASSERT(is_ok(status));  // the tables are ours and large enough

  // Where the warning line is a plain file the kernel has no edges to tell of; state() reads it.
  if (power_.failing_descriptor() >= 0) {
    static_cast<void>(loop_.watch(power_.failing_descriptor(), Readiness::urgent,
                                  callback<&Power::notice_failing>(power_)));
  }
}

}  // namespace hf::on_linux

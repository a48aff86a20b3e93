#include "platform/linux/watchdog.h"

#include <fcntl.h>
#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "platform/linux/folder.h"

namespace hf::on_linux {
namespace {

constexpr char kStillAlive = '\0';
constexpr char kMagicClose = 'V';  // "I close you on purpose"

void write_one(const Descriptor& device, char byte) {
  // Nothing can be done about a failure but let the board reset, which it then does.
  static_cast<void>(uninterrupted([&] { return ::write(device.number(), &byte, 1); }) == 1);
}

}  // namespace

WatchdogDevice::WatchdogDevice(const char* path, const char* state_folder) {
  if (!is_ok(path_.try_assign(path)) || path_.empty()) return;
  // Without opening the device, which would start it.
  const Descriptor folder = open_folder(state_folder);
  if (folder.is_open()) learn_reset_cause(read_number(folder.number(), "bootstatus").value_or(0));
}

Result<Duration> WatchdogDevice::start(Duration period) {
  if (device_.is_open()) return Status::busy;
  device_ = Descriptor{uninterrupted([&] { return ::open(path_.c_str(), O_WRONLY | O_CLOEXEC); })};
  if (!device_.is_open()) return errno == EBUSY ? Status::busy : Status::unavailable;

  // The driver counts whole seconds and answers with what it took. One that cannot be set says
  // what it has; one that does not even say that is not a watchdog we could promise anything for.
  int seconds_in_force = static_cast<int>(std::max<std::int64_t>(1, period.ms / 1000));
  if (!control(WDIOC_SETTIMEOUT, seconds_in_force) &&
      !control(WDIOC_GETTIMEOUT, seconds_in_force)) {
    write_one(device_, kMagicClose);
    device_.close();
    return Status::unavailable;
  }
  int boot_status = 0;
  if (last_reset_ == hal::ResetCause::unknown && control(WDIOC_GETBOOTSTATUS, boot_status)) {
    learn_reset_cause(boot_status);
  }
  return seconds(seconds_in_force);
}

void WatchdogDevice::feed() {
  if (device_.is_open()) write_one(device_, kStillAlive);
}

Status WatchdogDevice::stop() {
  if (!device_.is_open()) return Status::stale;
  // A driver that must not be stopped ("nowayout") refuses this; one that does not know the
  // question may still know the magic close.
  int disable = WDIOS_DISABLECARD;
  if (!control(WDIOC_SETOPTIONS, disable) && errno != ENOTTY && errno != EOPNOTSUPP &&
      errno != EINVAL) {
    return Status::unsupported;
  }
  write_one(device_, kMagicClose);
  return device_.close() ? Status::ok : Status::unsupported;
}

hal::ResetCause WatchdogDevice::last_reset() const {
  has_answered_ = true;
  return last_reset_;
}

bool WatchdogDevice::control(unsigned long request, int& value) {
  return ::ioctl(device_.number(), request, &value) == 0;
}

void WatchdogDevice::learn_reset_cause(std::int64_t boot_status) {
  // Few drivers report anything else, so that none of our bits means only: not by the watchdog.
  if (!has_answered_ && (boot_status & WDIOF_CARDRESET) != 0) {
    last_reset_ = hal::ResetCause::watchdog;
  }
}

Result<Duration> Watchdog::start(Duration period) {
  if (device_runs_ || service_runs_) return Status::busy;
  Result<Duration> in_force = Status::unavailable;
  if (device_.present()) in_force = device_.start(period);
  device_runs_ = in_force.ok();
  if (service_guards_ && is_ok(service_.set_alive_period(period))) {
    service_runs_ = true;
    in_force = Duration{std::min(in_force.value_or(period).ms, period.ms)};
  }
  feed();
  return in_force;
}

void Watchdog::feed() {
  if (device_runs_) device_.feed();
  // A service manager that does not listen cannot be helped; it will restart us.
  if (service_runs_) static_cast<void>(service_.tell_alive());
}

Status Watchdog::stop() {
  if (!device_runs_ && !service_runs_) return Status::stale;
  if (service_runs_) static_cast<void>(service_.set_alive_period({}));
  service_runs_ = false;
  if (!device_runs_) return Status::ok;
  HF_TRY(device_.stop());
  device_runs_ = false;
  return Status::ok;
}

bool systemd_guards_us() {
  const char* period = std::getenv("WATCHDOG_USEC");
  const char* process = std::getenv("WATCHDOG_PID");
  if (period == nullptr) return false;
  if (process == nullptr) return true;
  const std::string_view text = process;
  pid_t meant = 0;
  std::from_chars(text.data(), text.data() + text.size(), meant);
  return meant == ::getpid();
}

}  // namespace hf::on_linux

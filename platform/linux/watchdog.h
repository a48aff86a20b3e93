// hal::Watchdog from what the machine offers: the watchdog device, the service manager, or both.
//
// The device resets the board. The service manager only restarts us; it guards the device itself
// (RuntimeWatchdogSec) where it runs the system. Where our unit has WatchdogSec= and we were given
// the device too, both are fed: each would act when it is not.
//
// Never allocates. One thread.
#pragma once

#include "hal/watchdog.h"
#include "platform/linux/descriptor.h"
#include "platform/linux/notify_socket.h"
#include "vocabulary/fixed_string.h"

namespace hf::on_linux {

// The character device of a hardware (or soft) watchdog.
class WatchdogDevice {
 public:
  // `path`: empty, there is none. `state_folder`: its folder in sysfs, class/watchdog/watchdog0.
  WatchdogDevice(const char* path, const char* state_folder);
  virtual ~WatchdogDevice() = default;

  bool present() const { return !path_.empty(); }
  Result<Duration> start(Duration period);
  void feed();
  Status stop();
  hal::ResetCause last_reset() const;

 protected:
  // ioctl(); its own, so that a test can play the driver. True: done.
  virtual bool control(unsigned long request, int& value);

 private:
  void learn_reset_cause(std::int64_t boot_status);

  FixedString<63> path_;
  Descriptor device_;
  hal::ResetCause last_reset_ = hal::ResetCause::unknown;
  mutable bool has_answered_ = false;  // then last_reset_ stays as it is
};

class Watchdog final : public hal::Watchdog {
 public:
  // `service_guards`: our unit asks for signs of life (WATCHDOG_USEC is set for us).
  Watchdog(WatchdogDevice& device, NotifySocket& service, bool service_guards)
      : device_(device), service_(service), service_guards_(service_guards) {}

  Result<Duration> start(Duration period) override;
  void feed() override;
  Status stop() override;
  hal::ResetCause last_reset() const override { return device_.last_reset(); }

 private:
  WatchdogDevice& device_;
  NotifySocket& service_;
  bool service_guards_;
  bool device_runs_ = false;
  bool service_runs_ = false;
};

// WATCHDOG_USEC is set, and for this process (WATCHDOG_PID).
bool systemd_guards_us();

}  // namespace hf::on_linux

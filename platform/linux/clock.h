// hal::Clock from the kernel: CLOCK_BOOTTIME, CLOCK_REALTIME, what NTP says of it, and the boot id.
//
// How far UTC is believed:
//   synced   the kernel's clock is disciplined (adjtimex), its error bound below kSyncedErrorMax
//   coarse   disciplined with a larger bound, or somebody set it while we were running
//   floor    anything else: the kernel may show a time it restored from a file at boot
//   unset    as floor, but no floor was given
// UTC is never below the floor (the build date, or what raise_floor() said): a kernel that shows
// 1970 is answered with the floor and the time since then, so that certificates can be judged.
//
// Never allocates. One thread.
#pragma once

#include "hal/clock.h"
#include "platform/linux/descriptor.h"

namespace hf::on_linux {

inline constexpr Duration kSyncedErrorMax = seconds(2);  // timesyncd lets it grow to one second
inline constexpr Duration kSetErrorMax = seconds(5);     // a person, an HTTP date, a modem
inline constexpr Duration kFloorError = days(3650);      // how long a gateway may lie in a store

Uptime boot_clock_now();

// What the kernel says of its own clock.
struct Discipline {
  bool synchronised = false;
  Duration error;
};

// `after_floor`: how long ago the floor was learnt. `was_set`: UTC was set while we ran.
UtcReading judge_utc(UtcTime kernel, const Discipline& discipline, UtcTime floor,
                     Duration after_floor, bool was_set);

// Tells steps of UTC from slewing, and keeps the sum of those nobody took. An offset is UTC minus
// uptime.
class StepGauge {
 public:
  explicit StepGauge(Duration offset) : offset_(offset) {}

  bool jumps_to(Duration offset) const;

  // `was_set`: the kernel says that UTC was set since the last note().
  void note(Duration offset, bool was_set, Uptime now);
  bool take(hal::ClockStep& step);

 private:
  Duration offset_;
  Duration pending_;
  Uptime noticed_at_;
};

class Clock final : public hal::Clock {
 public:
  explicit Clock(UtcTime built);

  Uptime uptime() const override { return boot_clock_now(); }
  UtcReading utc() const override;
  BootId boot_id() const override { return boot_id_; }
  bool take_step(hal::ClockStep& step) override;
  void raise_floor(UtcTime not_before) override;

  // Readable when UTC was set; the loop then calls notice_step(). Negative: this kernel cannot
  // tell, and steps are found by comparing the clocks.
  int step_descriptor() const { return set_watch_.number(); }
  void notice_step();

 private:
  bool take_cancellation();

  BootId boot_id_;
  UtcTime built_;  // a clock that shows less is wrong, whoever set it
  UtcTime floor_;  // a synced clock may show less: then the floor was wrong
  Uptime floor_learnt_at_;
  Descriptor set_watch_;
  StepGauge gauge_;
  bool was_set_ = false;
};

}  // namespace hf::on_linux

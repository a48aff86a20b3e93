// A clock that stands still until it is told to go on, over a true time that only the test knows.
//
// The board's oscillator drives uptime; true time runs beside it, apart by the drift. While UTC is
// synced it follows true time; otherwise it runs with the oscillator from wherever it was last set.
#pragma once

#include "hal/clock.h"
#include "vocabulary/random.h"

namespace hf::sim {

// What the real-time clock shows at power-on.
enum class Rtc : std::uint8_t {
  none,   // UTC begins at 1970
  wrong,  // UTC begins at some date within ten years of the true one
  good,   // UTC begins within seconds of the true one, and is said to be coarse
};

class Clock final : public hal::Clock {
 public:
  explicit Clock(std::uint64_t seed);

  Uptime uptime() const override;
  UtcReading utc() const override;
  BootId boot_id() const override { return boot_id_; }
  bool take_step(hal::ClockStep& step) override;
  void raise_floor(UtcTime not_before) override;

  // Time passes, for the board and for the world.
  void pass(Duration time);

  // Somebody sets the time of day. A difference below hal::kStepLeast is no step.
  void set_utc(UtcTime to, TimeQuality quality = TimeQuality::coarse, Duration error = seconds(1));

  // "NTP" arrives: UTC becomes true, and stays so until the source is lost.
  void sync();
  void lose_sync();  // UTC runs on alone, so drift begins to show

  // Parts per million by which uptime runs faster than true time.
  void set_drift_ppm(std::int32_t ppm) { drift_ppm_ = ppm; }

  UtcTime true_utc() const;

  // Since the world began, by the board's oscillator; not since power-on.
  Duration elapsed() const { return milliseconds(elapsed_ms_); }

  // A new boot: uptime begins at zero, under a new boot id.
  void power_on(Rtc rtc);
  // Steps that nobody took are lost with the process, as they are on a real board.
  void restart_process() {
    step_ = {};
    has_floor_ = false;
  }

 private:
  UtcTime shown() const;

  Random random_;
  BootId boot_id_;
  std::int64_t elapsed_ms_ = 0;        // by the oscillator, since the world began
  std::int64_t powered_on_at_ms_ = 0;  // the same
  std::int64_t drift_ppm_ = 0;
  std::int64_t ahead_nanoseconds_ = 0;  // of the oscillator over true time
  UtcTime utc_at_zero_;                 // what UTC showed, or would have, at elapsed_ms_ == 0
  Duration error_;
  TimeQuality quality_ = TimeQuality::unset;
  hal::ClockStep step_;
  UtcTime floor_at_zero_;  // as utc_at_zero_
  bool has_floor_ = false;
};

}  // namespace hf::sim

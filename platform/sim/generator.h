// Readings as machines give them: decimals with noise, registers times a scale, counters, switches,
// positions; some stuck, some bursting, some out of contact. Equal seeds give equal readings.
//
// Real values are coarse: they come from a converter of 8 to 12 bits, or from a driver that rounds
// to a decimal or two. Compression, thinning and alerting live on that, so the generator must not
// give what no sensor gives: sixteen noisy digits.
#pragma once

#include <cstdint>
#include <vector>

#include "vocabulary/random.h"
#include "vocabulary/reading.h"

namespace hf::sim {

enum class SignalKind : std::uint8_t {
  decimal,    // 21.4, 21.5 …: a slow drift and noise, rounded to one or two decimals
  converter,  // a register of 8, 10 or 12 bits, times a scale
  single,     // a 32-bit float, as many Modbus meters give it
  counter,    // only grows: energy, pieces, hours
  on_off,     // 0 or 1, seldom changes
  position,   // degrees with six decimals, moving
  stuck,      // the same value for hours
  bursting,   // silent, then many readings within a second
  flaky,      // often NaN or without contact
};
inline constexpr std::uint8_t kSignalKindCount = 9;

class Generator {
 public:
  // The mix of kinds is that of a typical machine: most sensors are decimal or converter.
  Generator(std::uint64_t seed, std::uint16_t sensors, Duration period = seconds(1));
  // All sensors of one kind.
  Generator(std::uint64_t seed, std::uint16_t sensors, Duration period, SignalKind kind);

  // Appends every reading that is due since the last call and not after `now`, oldest first. The
  // first call gives one scan, at `now`.
  void readings_until(Uptime now, std::vector<Reading>& readings);

  // That sensor is measured so often from now on, in whole scans; zero: not at all.
  void pace(SensorIndex sensor, Duration period);

  SignalKind kind(SensorIndex sensor) const { return signals_[sensor.value].kind; }
  std::uint16_t sensors() const { return static_cast<std::uint16_t>(signals_.size()); }

 private:
  struct Signal {
    SignalKind kind = SignalKind::decimal;
    double middle = 0;              // where the value wants to be
    double swing = 1;               // how far it goes from there
    double scale = 1;               // the size of one step of the value
    double value = 0;               // before rounding
    std::uint32_t quiet_scans = 0;  // until something happens
    std::uint32_t steps = 1;        // converter: number of values it can give
    Duration pace;                  // at least so long between two readings …
    Uptime due;                     // … so the next one not before this
    bool is_read = true;
  };

  Signal make(SignalKind kind);
  void scan(Uptime at, std::vector<Reading>& readings);
  void measure(SensorIndex sensor, Uptime at, std::vector<Reading>& readings);
  void drift(Signal& signal);
  double next_value(Signal& signal);
  bool is_quiet(Signal& signal, std::uint32_t mean_scans);

  Random random_;
  Duration period_;
  std::vector<Signal> signals_;
  Uptime next_scan_;
  bool has_begun_ = false;
};

}  // namespace hf::sim

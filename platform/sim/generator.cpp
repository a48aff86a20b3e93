#include "platform/sim/generator.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "vocabulary/assertion.h"

namespace hf::sim {
namespace {

// How common each kind is on a machine, in percent.
struct Share {
  SignalKind kind;
  std::uint32_t percent;
};
constexpr Share kTypicalMachine[] = {
    {SignalKind::decimal, 38}, {SignalKind::converter, 26}, {SignalKind::single, 10},
    {SignalKind::counter, 10}, {SignalKind::on_off, 7},     {SignalKind::position, 2},
    {SignalKind::stuck, 3},    {SignalKind::bursting, 2},   {SignalKind::flaky, 2},
};

constexpr std::uint32_t kSwitchScans = 600;   // mean, between two changes of an on_off signal
constexpr std::uint32_t kStuckScans = 7200;   // the same for a stuck one
constexpr std::uint32_t kBurstScans = 120;    // silence between two bursts
constexpr std::uint32_t kBurstReadings = 40;  // within one period
constexpr double kDegreesPerStep = 1e-6;      // a GPS gives six decimals: 11 cm

SignalKind drawn_kind(Random& random) {
  auto ticket = static_cast<std::uint32_t>(random.below(100));
  for (const Share& share : kTypicalMachine) {
    if (ticket < share.percent) return share.kind;
    ticket -= share.percent;
  }
  return SignalKind::decimal;
}

// Between -1 and 1, the middle more likely than the ends.
double noise(Random& random) { return random.fraction() + random.fraction() - 1; }

// The nearest value that a driver with this step would print.
double rounded(double value, double step) {
  if (step >= 1) return std::round(value / step) * step;
  const double per_unit = std::round(1 / step);
  return std::round(value * per_unit) / per_unit;
}

}  // namespace

Generator::Generator(std::uint64_t seed, std::uint16_t sensors, Duration period)
    : random_(seed), period_(period) {
  HF_ASSERT(period.ms > 0);
  for (std::uint16_t i = 0; i < sensors; ++i) signals_.push_back(make(drawn_kind(random_)));
}

Generator::Generator(std::uint64_t seed, std::uint16_t sensors, Duration period, SignalKind kind)
    : random_(seed), period_(period) {
  HF_ASSERT(period.ms > 0);
  for (std::uint16_t i = 0; i < sensors; ++i) signals_.push_back(make(kind));
}

Generator::Signal Generator::make(SignalKind kind) {
  constexpr double kMiddles[] = {0.7, 4.2, 21, 65, 230, 1450};  // bar, mA, °C, %, V, rpm
  Signal signal;
  signal.kind = kind;
  signal.middle = kMiddles[random_.below(std::size(kMiddles))];
  signal.swing = signal.middle * (0.02 + 0.2 * random_.fraction());
  signal.scale = signal.middle < 50 ? 0.01 : 0.1;
  if (kind == SignalKind::converter) {
    constexpr std::uint32_t kSteps[] = {256, 1024, 4096};
    signal.steps = kSteps[random_.below(std::size(kSteps))];
    signal.scale = signal.middle * 2 / signal.steps;
  }
  if (kind == SignalKind::counter) signal.scale = random_.chance(1, 2) ? 1 : 0.1;
  if (kind == SignalKind::position) {
    signal.middle = -60 + 120 * random_.fraction();
    signal.swing = 0.2;
    signal.scale = kDegreesPerStep;
  }
  signal.value = signal.middle;
  return signal;
}

void Generator::readings_until(Uptime now, std::vector<Reading>& readings) {
  if (!has_begun_) next_scan_ = now;
  has_begun_ = true;
  for (; next_scan_ <= now; next_scan_ = next_scan_ + period_) scan(next_scan_, readings);
}

void Generator::pace(SensorIndex sensor, Duration period) {
  if (sensor.value >= signals_.size()) return;
  Signal& signal = signals_[sensor.value];
  signal.is_read = period.ms > 0;
  signal.pace = period;
  signal.due = {};
}

void Generator::scan(Uptime at, std::vector<Reading>& readings) {
  for (std::uint16_t i = 0; i < sensors(); ++i) {
    Signal& signal = signals_[i];
    if (!signal.is_read || at < signal.due) continue;
    signal.due = at + signal.pace;
    if (signal.kind != SignalKind::bursting) {
      measure({i}, at, readings);
    } else if (!is_quiet(signal, kBurstScans)) {
      for (std::uint32_t burst = 0; burst < kBurstReadings; ++burst) measure({i}, at, readings);
    }
  }
}

void Generator::measure(SensorIndex sensor, Uptime at, std::vector<Reading>& readings) {
  Signal& signal = signals_[sensor.value];
  Reading reading{
      .at = at, .value = next_value(signal), .sensor = sensor, .quality = Quality::good};
  if (signal.kind == SignalKind::flaky && random_.chance(1, 10)) {
    const bool is_nan = random_.chance(1, 2);
    reading.quality = is_nan ? Quality::not_a_number : Quality::no_contact;
    if (is_nan) reading.value = std::numeric_limits<double>::quiet_NaN();
  }
  readings.push_back(reading);
}

// A walk that is drawn back to the middle, the further it strays the harder.
void Generator::drift(Signal& signal) {
  const double pull = (signal.middle - signal.value) * 0.002;
  signal.value += pull + noise(random_) * signal.swing * 0.02;
}

double Generator::next_value(Signal& signal) {
  switch (signal.kind) {
    case SignalKind::decimal:
    case SignalKind::bursting:
    case SignalKind::flaky:
      drift(signal);
      return rounded(signal.value + noise(random_) * signal.scale, signal.scale);
    case SignalKind::converter: {
      drift(signal);
      const double step = std::round(signal.value / signal.scale + noise(random_));
      return std::clamp(step, 0.0, signal.steps - 1.0) * signal.scale;
    }
    case SignalKind::single:
      drift(signal);
      return static_cast<float>(
          rounded(signal.value + noise(random_) * signal.scale, signal.scale));
    case SignalKind::counter:
      if (random_.chance(1, 4))
        signal.value += signal.scale * static_cast<double>(random_.below(5));
      return rounded(signal.value, signal.scale);
    case SignalKind::on_off:
      if (!is_quiet(signal, kSwitchScans)) signal.value = signal.value > 0.5 ? 0 : 1;
      return signal.value > 0.5 ? 1 : 0;
    case SignalKind::position:
      signal.value += noise(random_) * 20 * signal.scale;
      return rounded(signal.value, signal.scale);
    case SignalKind::stuck:
      if (!is_quiet(signal, kStuckScans)) drift(signal);
      return rounded(signal.value, signal.scale);
  }
  return signal.value;
}

// False once in about `mean_scans` scans.
bool Generator::is_quiet(Signal& signal, std::uint32_t mean_scans) {
  if (signal.quiet_scans > 0) {
    --signal.quiet_scans;
    return true;
  }
  signal.quiet_scans = static_cast<std::uint32_t>(random_.below(2ULL * mean_scans));
  return false;
}

}  // namespace hf::sim

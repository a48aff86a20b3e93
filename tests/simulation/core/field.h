// The machine that is watched: a bus scanned at a steady pace, in the time that the board is on;
// with silences, floods and readings that come late, as incidents say.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "platform/sim/board.h"
#include "platform/sim/generator.h"
#include "tests/simulation/core/truth.h"

namespace hf::simulation {

class Field {
 public:
  // `is_noise`: values that nothing can compress, eight bytes each, in place of a machine's.
  Field(std::uint64_t seed, std::uint16_t sensors, Duration period, bool is_noise)
      : generator_(is_noise ? sim::Generator(seed, sensors, period, sim::SignalKind::decimal)
                            : sim::Generator(seed, sensors, period)),
        period_(period),
        noise_(seed),
        is_noise_(is_noise) {}

  // The first scan comes a whole period after the board came on.
  void power_on(Duration now) { next_at_ = now + period_; }

  // Nothing is measured any more.
  void stop() { next_at_ = Duration{std::numeric_limits<std::int64_t>::max()}; }

  // When the bus is scanned next, in the world's time.
  Duration next_at() const { return next_at_; }

  // Scans what is due. REQUIRES: the board is on.
  void scan(sim::Board& board, Truth& truth);

  // What the last scan brought.
  std::span<const Reading> scanned() const { return scanned_; }

  // Sensors from the first up to and without the second say nothing.
  void silence(std::uint16_t from, std::uint16_t to) {
    silent_from_ = from;
    silent_to_ = to;
  }
  // One sensor repeats each reading so many times.
  void flood(std::uint16_t sensor, std::uint32_t times) {
    flooding_ = sensor;
    flood_times_ = times;
  }

  std::uint16_t sensors() const { return generator_.sensors(); }
  Duration period() const { return period_; }

 private:
  bool is_silent(SensorIndex sensor) const {
    return sensor.value >= silent_from_ && sensor.value < silent_to_;
  }

  sim::Generator generator_;
  Duration period_;
  Random noise_;
  bool is_noise_;
  Duration next_at_;
  Uptime generated_until_;  // the generator's own time, which stands still while the board is off
  std::uint16_t silent_from_ = 0;
  std::uint16_t silent_to_ = 0;
  std::uint16_t flooding_ = 0;
  std::uint32_t flood_times_ = 0;
  std::vector<Reading> scanned_;
};

}  // namespace hf::simulation

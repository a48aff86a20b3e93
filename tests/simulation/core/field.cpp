#include "tests/simulation/core/field.h"

namespace hf::simulation {
namespace {

constexpr std::size_t kFloodMost =
    sim::Sensors::kWaitingMax / 4;  // nothing is lost for want of room

}  // namespace

void Field::scan(sim::Board& board, Truth& truth) {
  const Duration now = board.clock.elapsed();
  for (; next_at_ <= now; next_at_ = next_at_ + period_) {
    const Uptime at = board.clock.uptime() - (now - next_at_);
    generated_until_ = generated_until_ + period_;
    scanned_.clear();
    std::size_t taken = 0;
    generator_.readings_until(generated_until_, scanned_);
    for (Reading& reading : scanned_) {
      if (is_silent(reading.sensor)) continue;
      reading.at = at;
      if (is_noise_) reading.value = noise_.fraction();
      const bool floods = flood_times_ > 0 && reading.sensor.value == flooding_;
      for (std::uint32_t time = 0; time <= (floods ? flood_times_ : 0); ++time) {
        if (time > 0 && taken >= kFloodMost) break;
        truth.note(reading);
        board.sensors.measure(reading);
        ++taken;
      }
    }
  }
}

}  // namespace hf::simulation

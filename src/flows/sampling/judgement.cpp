#include "flows/sampling/judgement.h"

#include <bit>
#include <cmath>

namespace hf::flows {
namespace {

bool is_flood(const stores::SensorFacts& facts, SensorMemory& memory, Uptime at) {
  if (at - memory.second_begun >= seconds(1)) {
    memory.second_begun = at;
    memory.readings_in_second = 0;
  }
  if (memory.readings_in_second >= facts.rate_max_per_second) return true;
  ++memory.readings_in_second;
  return false;
}

// Bits, not values: NaN must equal itself here, and a sign that flips on zero is a change.
bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool is_stuck(const stores::SensorFacts& facts, SensorMemory& memory, const Reading& reading) {
  if (!memory.has_kept || !same_bits(reading.value, memory.seen_value)) {
    memory.seen_value = reading.value;
    memory.changed_at = reading.at;
  }
  return facts.stuck_after.ms > 0 && reading.at - memory.changed_at >= facts.stuck_after;
}

bool is_out_of_range(const stores::SensorFacts& facts, double value) {
  return facts.low_limit < facts.high_limit &&
         (value < facts.low_limit || value > facts.high_limit);
}

Quality quality_of(const stores::SensorFacts& facts, SensorMemory& memory, const Reading& reading) {
  const bool stuck = is_stuck(facts, memory, reading);  // first: it must see every reading
  if (reading.quality != Quality::good) return reading.quality;
  if (!std::isfinite(reading.value)) return Quality::not_a_number;
  if (is_out_of_range(facts, reading.value)) return Quality::out_of_range;
  return stuck ? Quality::stuck : Quality::good;
}

bool is_within_dead_band(const stores::SensorFacts& facts, const SensorMemory& memory,
                         const Reading& reading) {
  return facts.dead_band > 0 && memory.has_kept && reading.quality == memory.kept_quality &&
         std::abs(reading.value - memory.kept_value) <= facts.dead_band &&
         reading.at - memory.kept_at < facts.max_silence;
}

}  // namespace

Verdict judge(const stores::SensorFacts& facts, SensorMemory& memory, Reading& reading) {
  if (is_flood(facts, memory, reading.at)) return Verdict::flood;
  reading.quality = quality_of(facts, memory, reading);
  if (is_within_dead_band(facts, memory, reading)) return Verdict::within_dead_band;
  memory.has_kept = true;
  memory.kept_at = reading.at;
  memory.kept_value = reading.value;
  memory.kept_quality = reading.quality;
  return Verdict::keep;
}

}  // namespace hf::flows

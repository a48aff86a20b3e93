#include "flows/sampling/sampling.h"

#include <algorithm>

namespace hf::flows {
namespace {

constexpr Duration kTurn = milliseconds(100);  // a reading waits at most this long to be taken
// Scans are recognised by their common time.
constexpr stores::telemetry::ScanSource kWholeField = 0;

}  // namespace

Sampling::Sampling(hal::Sensors& field, const stores::Roster& roster, stores::Nodes& nodes,
                   stores::telemetry::Telemetry& window, stores::SamplingCounts& counts,
                   const Memory& memory)
    : field_(field),
      roster_(roster),
      nodes_(nodes),
      window_(window),
      counts_(counts),
      memory_(memory) {
  HF_ASSERT(memory_.sensors.size() >= roster_.capacity());
  HF_ASSERT(!memory_.readings.empty() && memory_.scan.size() == memory_.readings.size());
}

Uptime Sampling::step(Uptime now) {
  const std::uint32_t count = field_.take(memory_.readings);
  counts_.taken += count;
  std::span<const Reading> waiting = memory_.readings.first(count);
  while (!waiting.empty()) {
    const auto end = std::find_if(waiting.begin(), waiting.end(), [&](const Reading& reading) {
      return reading.at != waiting.front().at;
    });
    const auto same_time = static_cast<std::size_t>(end - waiting.begin());
    keep(waiting.first(same_time), now);
    waiting = waiting.subspan(same_time);
  }
  nodes_.step(now);
  pace();
  return count == memory_.readings.size() ? now : now + kTurn;
}

// S3
void Sampling::pace() {
  bool any_changed = false;
  for (std::uint32_t index = 0; index < roster_.count(); ++index) {
    const SensorIndex sensor{static_cast<std::uint16_t>(index)};
    const Duration period = nodes_.is_asked(sensor) ? roster_.at(sensor).period : Duration{};
    SensorMemory& memory = memory_.sensors[index];
    if (memory.is_paced && memory.paced == period) continue;
    memory.is_paced = true;
    memory.paced = period;
    field_.pace(sensor, period);
    any_changed = true;
  }
  if (!any_changed) return;
  for (std::uint32_t node = 0; node < nodes_.count(); ++node) {
    Duration least;
    for (std::uint32_t index = 0; index < roster_.count(); ++index) {
      const SensorIndex sensor{static_cast<std::uint16_t>(index)};
      if (nodes_.of(sensor) != node) continue;
      const Duration period = roster_.at(sensor).period;
      least = least.ms == 0 ? period : std::min(least, period);
    }
    nodes_.expect(static_cast<stores::NodeIndex>(node), least);
  }
}

void Sampling::keep(std::span<const Reading> same_time, Uptime now) {
  std::uint32_t worth_keeping = 0;
  for (Reading reading : same_time) {
    if (!roster_.knows(reading.sensor)) {
      ++counts_.unknown;
      continue;
    }
    nodes_.note(reading.sensor, reading.quality, reading.at, now);
    const stores::SensorFacts& facts = roster_.at(reading.sensor);
    reading.value = facts.value_of(reading.value);
    switch (judge(facts, memory_.sensors[reading.sensor.value], reading)) {
      case Verdict::flood: ++counts_.flood; break;
      case Verdict::within_dead_band: ++counts_.within_dead_band; break;
      case Verdict::keep:
        memory_.scan[worth_keeping++] = {
            .value = reading.value, .sensor = reading.sensor, .quality = reading.quality};
        break;
    }
  }
  const std::uint32_t kept =
      window_.add_scan(kWholeField, same_time.front().at, memory_.scan.first(worth_keeping), now);
  counts_.kept += kept;
  counts_.refused += worth_keeping - kept;
}

}  // namespace hf::flows

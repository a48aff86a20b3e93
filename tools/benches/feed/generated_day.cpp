#include "tools/benches/feed/generated_day.h"

#include <cmath>

#include "platform/sim/generator.h"

namespace hf::bench {

Feed generated_day(std::uint32_t sensors, double hours, std::uint64_t seed) {
  Feed feed;
  feed.description = "the generator's typical machine";
  feed.sensors = sensors;
  sim::Generator generator(seed, static_cast<std::uint16_t>(sensors));
  std::vector<Reading> readings;
  const auto seconds = static_cast<std::int64_t>(std::llround(hours * 3600));
  for (std::int64_t second = 1; second <= seconds; ++second) {
    readings.clear();
    generator.readings_until({second * 1000}, readings);
    feed.scans.push_back(
        {.at = {second * 1000}, .first = feed.values.size(), .count = readings.size()});
    for (const Reading& reading : readings) {
      feed.values.push_back(
          {.value = reading.value, .sensor = reading.sensor, .quality = reading.quality});
    }
  }
  return feed;
}

}  // namespace hf::bench

// A telemetry window of a test's own size, and short words for what tests do with it.
#pragma once

#include <bit>
#include <memory>
#include <vector>

#include "stores/telemetry/range_cursor.h"
#include "stores/telemetry/telemetry.h"

namespace hf::stores::telemetry {

inline SensorIndex sensor(std::uint32_t index) { return {static_cast<std::uint16_t>(index)}; }

struct WindowUnderTest {
  explicit WindowUnderTest(std::uint32_t sensors, std::uint32_t blocks,
                           std::uint32_t block_bytes = 1024, Duration length = hours(24))
      : capacities{.sensors = sensors, .block_bytes = block_bytes, .window = length},
        memory((Telemetry::bytes_for(capacities, blocks) + 7) / 8),
        telemetry(std::make_unique<Telemetry>(std::as_writable_bytes(std::span{memory})
                                                  .first(Telemetry::bytes_for(capacities, blocks)),
                                              capacities)) {}

  Status add(std::uint32_t index, std::int64_t at_ms, double value,
             Quality quality = Quality::good) {
    return telemetry->add(
        {.at = {at_ms}, .value = value, .sensor = sensor(index), .quality = quality}, {at_ms});
  }

  // Everything held of one sensor.
  std::vector<Reading> all(std::uint32_t index) const {
    std::vector<Reading> readings;
    SeriesReader reader =
        telemetry->reader(sensor(index), telemetry->series(sensor(index)).first());
    Reading page[100];
    while (const std::uint32_t count = reader.read(page)) {
      readings.insert(readings.end(), page, page + count);
    }
    return readings;
  }

  std::vector<Reading> range(std::uint32_t index, std::int64_t from_ms, std::int64_t to_ms,
                             std::uint32_t page_readings = 7) const {
    std::vector<Reading> readings;
    std::vector<Reading> page(page_readings);
    RangeCursor cursor(*telemetry, sensor(index), {from_ms}, {to_ms});
    while (const std::uint32_t count = cursor.read(page)) {
      readings.insert(readings.end(), page.begin(), page.begin() + count);
    }
    return readings;
  }

  Telemetry::Capacities capacities;
  std::vector<std::uint64_t> memory;
  std::unique_ptr<Telemetry> telemetry;
};

// Bit for bit: NaNs with equal payloads are the same, 0 and -0 are not.
inline bool same(const Reading& a, const Reading& b) {
  return a.at == b.at && a.sensor == b.sensor && a.quality == b.quality &&
         std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value);
}

inline bool same(const std::vector<Reading>& a, const std::vector<Reading>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same(a[i], b[i])) return false;
  }
  return true;
}

}  // namespace hf::stores::telemetry

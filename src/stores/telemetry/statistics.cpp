#include "stores/telemetry/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stores/telemetry/block_extent.h"

namespace hf::stores::telemetry {
namespace {

constexpr std::uint32_t kPageReadings = 64;

void widen(Extremes& extremes, double value) {
  if (std::isnan(value)) return;
  if (!extremes.any) extremes = {.any = true, .least = value, .most = value};
  extremes.least = std::min(extremes.least, value);
  extremes.most = std::max(extremes.most, value);
}

}  // namespace

void StatisticsGatherer::add(std::span<const Reading> readings) {
  for (const Reading& reading : readings) {
    if (so_far_.readings++ == 0) so_far_.first_at = reading.at;
    so_far_.last_at = reading.at;
    if (reading.quality != Quality::good) ++so_far_.not_good;
    if (std::isnan(reading.value)) continue;
    if (so_far_.numbers++ == 0) so_far_.least = so_far_.most = reading.value;
    so_far_.least = std::min(so_far_.least, reading.value);
    so_far_.most = std::max(so_far_.most, reading.value);
    if (!std::isfinite(reading.value)) {
      sum_ += reading.value;
      continue;
    }
    const double part = reading.value - sum_error_;
    const double sum = sum_ + part;
    sum_error_ = std::isfinite(sum) ? (sum - sum_) - part : 0;
    sum_ = sum;
  }
}

Statistics StatisticsGatherer::result() const {
  Statistics result = so_far_;
  if (result.numbers > 0) result.mean = sum_ / result.numbers;
  return result;
}

Statistics statistics(const Telemetry& telemetry, SensorIndex sensor, Uptime from, Uptime to) {
  StatisticsGatherer gatherer;
  RangeCursor cursor(telemetry, sensor, from, to);
  std::array<Reading, kPageReadings> page;
  while (const std::uint32_t count = cursor.read(page)) {
    gatherer.add(std::span{page}.first(count));
  }
  return gatherer.result();
}

Extremes extremes(const Telemetry& telemetry, SensorIndex sensor) {
  const Series& series = telemetry.series(sensor);
  Extremes found;
  Sequence sequence = series.first();
  for (BlockIndex block = series.head(); block != kNoBlock;
       block = telemetry.ground().pool.header(block).next) {
    const BlockHeader& header = telemetry.ground().pool.header(block);
    Extent extent;
    if (get_extent(header, extent)) {
      widen(found, extent.least);
      widen(found, extent.most);
    } else {
      SeriesReader reader = telemetry.reader(sensor, sequence);
      std::array<Reading, kPageReadings> page;
      for (std::uint32_t left = header.count; left > 0;) {
        const std::uint32_t wanted = std::min(left, kPageReadings);
        const std::uint32_t count = reader.read(std::span{page}.first(wanted));
        for (std::uint32_t i = 0; i < count; ++i) widen(found, page[i].value);
        left -= count;
      }
    }
    sequence += header.count;
  }
  for (const double value : series.staging().values()) widen(found, value);
  return found;
}

}  // namespace hf::stores::telemetry

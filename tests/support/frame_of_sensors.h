// Readings of many sensors as a test knows them, and a frame of them: built, read, compared.
#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "tests/support/sensor_series.h"
#include "vocabulary/random.h"
#include "wire/frames/readings_frame.h"

namespace hf::test {

// Of one sensor, by the rows it is in.
struct SensorReadings {
  std::vector<std::uint16_t> rows;
  std::vector<double> values;
  std::vector<Quality> qualities;
};

struct ScannedSensors {
  wire::FrameHeader about;
  std::vector<Uptime> rows;
  std::map<std::uint16_t, SensorReadings> sensors;

  std::size_t reading_count() const {
    std::size_t count = 0;
    for (const auto& [sensor, readings] : sensors) count += readings.rows.size();
    return count;
  }
};

inline bool operator==(const SensorReadings& a, const SensorReadings& b) {
  return a.rows == b.rows && a.qualities == b.qualities && same_bits(a.values, b.values);
}

// Whether a sensor is in a row, by its habit.
inline bool is_in_row(std::uint64_t habit, std::size_t row, std::size_t row_count, Random& random) {
  switch (habit) {
    case 0: return row % 5 == 2;                                // every fifth
    case 1: return row < row_count / 3 || row > row_count / 2;  // failed for a while
    case 2: return random.chance(1, 4);                         // now and then
    case 3: return random.chance(9, 10);                        // mostly
    default: return true;
  }
}

// All kinds of series and habits, by the seed alone.
inline ScannedSensors scanned_sensors(std::uint64_t seed, std::size_t row_count,
                                      std::uint16_t sensor_count) {
  Random random(seed);
  ScannedSensors scanned;
  scanned.about = {.stream = random.next(),
                   .position = random.below(1'000'000),
                   .roster = static_cast<std::uint32_t>(random.next()),
                   .boot = BootId{random.next()}};
  Uptime at{random.between(0, 1'000'000'000)};
  for (std::size_t row = 0; row < row_count; ++row) {
    scanned.rows.push_back(at);
    at = at + milliseconds(random.chance(1, 10) ? random.between(0, 5000) : 1000);
  }
  for (std::uint16_t sensor = 0; sensor < sensor_count; ++sensor) {
    if (random.chance(1, 10)) continue;
    const std::uint64_t habit = random.below(10);
    const std::uint64_t series_seed = random.next();  // first: arguments come in any order
    const auto kind = static_cast<Series>(random.below(kSeriesCount));
    const auto values = sensor_series(kind, row_count, series_seed);
    SensorReadings readings;
    for (std::size_t row = 0; row < row_count; ++row) {
      if (!is_in_row(habit, row, row_count, random)) continue;
      readings.rows.push_back(static_cast<std::uint16_t>(row));
      readings.values.push_back(values[row]);
      const bool is_bad = habit == 5 && random.chance(1, 8);
      readings.qualities.push_back(is_bad ? static_cast<Quality>(random.below(kQualityCount))
                                          : Quality::good);
    }
    if (!readings.rows.empty()) scanned.sensors[sensor] = std::move(readings);
  }
  return scanned;
}

using Lenses = std::map<std::uint16_t, wire::Lens>;  // by sensor

// Empty when it does not fit into `bytes_max`. `lenses`: of the frame before; then of this one.
inline std::vector<std::byte> frame_of(const ScannedSensors& scanned, Lenses& lenses,
                                       std::size_t bytes_max = 1 << 20) {
  std::vector<std::byte> frame(bytes_max);
  const auto builder = std::make_unique<wire::ReadingsBuilder>();
  if (!is_ok(builder->begin(frame, scanned.about, scanned.rows))) return {};
  for (const auto& [sensor, readings] : scanned.sensors) {
    if (!is_ok(builder->add({.sensor = {sensor},
                             .rows = readings.rows,
                             .values = readings.values,
                             .qualities = readings.qualities,
                             .lens = lenses[sensor]}))) {
      return {};
    }
    lenses[sensor] = builder->lens();
  }
  const auto bytes = builder->finish();
  frame.resize(bytes.value_or(0));
  return frame;
}
inline std::vector<std::byte> frame_of(const ScannedSensors& scanned,
                                       std::size_t bytes_max = 1 << 20) {
  Lenses none;
  return frame_of(scanned, none, bytes_max);
}

// What a frame says, or how it went wrong.
inline Status read_frame(std::span<const std::byte> frame, ScannedSensors& scanned) {
  scanned = {};
  wire::ReadingsCursor cursor;
  HF_TRY(cursor.open(frame));
  scanned.about = cursor.header();
  scanned.rows.resize(cursor.header().row_count);
  HF_TRY(cursor.take_rows(scanned.rows));
  const auto room = std::make_unique<wire::ColumnRoom>();
  while (cursor.has_next()) {
    wire::SensorColumn column;
    HF_TRY(cursor.take(room->space(), column));
    scanned.sensors[column.sensor.value] = {
        .rows = {column.rows.begin(), column.rows.end()},
        .values = {column.values.begin(), column.values.end()},
        .qualities = {column.qualities.begin(), column.qualities.end()}};
  }
  return cursor.status();
}

}  // namespace hf::test

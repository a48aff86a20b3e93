// What goes into the telemetry window and what it tells of itself: plain records.
#pragma once

#include <cstdint>

#include "stores/telemetry/block_pool.h"
#include "vocabulary/reading.h"
#include "wire/columns/value_column.h"

namespace hf::stores::telemetry {

using ScanSource = std::uint8_t;  // a field bus: whatever is scanned by one clock

struct ScanValue {
  double value = 0;
  SensorIndex sensor;
  Quality quality = Quality::good;
};

using Sequence = std::int64_t;  // of a reading within its sensor, see series.h

struct Newest {
  Uptime at;
  double value = 0;
  RunKind kind = 0;
};

struct SensorSettings {
  Duration stale_after = seconds(5);
  wire::ValueHints hints;
};

struct Latest {
  Uptime at;
  Duration age;
  double value = 0;
  Quality quality = Quality::good;
  bool stale = false;  // older than the sensor's stale_after
};

// Readings; all only grow.
struct Counts {
  std::uint64_t taken = 0;
  std::uint64_t put_back = 0;
  std::uint64_t expired = 0;  // dropped, older than the window
  std::uint64_t evicted = 0;  // dropped within the window, for want of blocks

  std::uint64_t taken_late = 0;  // also in taken
  std::uint64_t refused_late = 0;
  std::uint64_t refused_future = 0;
  std::uint64_t refused_unknown = 0;
  std::uint64_t scans_untold = 0;  // scans, whose sensors keep the time: their table was full
};

// How long the window is.
struct WindowReport {
  double hours = 0;           // that fit at the present rate; 0 while nothing is known
  bool below_window = false;  // hours < the window that is asked for: warn
  std::uint32_t blocks = 0;
  std::uint32_t blocks_free = 0;
  std::uint32_t blocks_recommended = 0;  // for the window at the present rate
};

}  // namespace hf::stores::telemetry

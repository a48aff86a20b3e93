// A recording played back as if its sensors were attached now: at the pace it was taken, or faster.
//
// The whole file is checked when it is opened, so that a fault in its last line is told at once and
// not after a day of replay; then it is read as it becomes due, so that its size does not matter.
// Sensors get their numbers in the order in which they first appear.
//
// Never allocates. One thread.
#pragma once

#include <array>
#include <cstdint>

#include "config/limits/limits.h"
#include "platform/linux/csv_readings.h"
#include "platform/linux/sensors.h"
#include "vocabulary/fixed_vector.h"

namespace hf::on_linux {

class ReplayedSensors final : public SensorSource {
 public:
  // `speed`: 1 plays as recorded, N as many times faster. REQUIRES: speed > 0.
  explicit ReplayedSensors(std::uint32_t speed);

  // ok: the first reading is due at `start`.  unavailable, corrupt: problem() says why.
  // full: more sensors than this board has room for; problem() says which was too many.
  Status open(const char* path, Uptime start);

  void put_due(Uptime now, ReadingRing& ring) override;
  // Rows of a sensor that is not read are passed over; any other pace is the recording's.
  void pace(SensorIndex sensor, Duration period) override;

  // Every reading was put, or the file changed under us (then there is a problem()).
  bool finished() const { return finished_; }
  std::string_view problem() const { return problem_.view(); }

  std::uint32_t sensor_count() const { return static_cast<std::uint32_t>(names_.size()); }
  // REQUIRES: sensor.value < sensor_count().
  const SensorId& name_of(SensorIndex sensor) const { return names_[sensor.value]; }

 private:
  Status check_all();
  void complain(const char* expected, std::string_view found);
  Status advance();
  Result<SensorIndex> index_of(const SensorId& sensor) const;
  Uptime due_at(std::int64_t timestamp_ms) const;

  std::uint32_t speed_;
  CsvReadings file_;
  FixedString<400> problem_;
  FixedVector<SensorId, limits::kBoard.sensors_max> names_;
  std::array<bool, limits::kBoard.sensors_max> is_silent_{};
  Uptime start_;
  std::int64_t first_timestamp_ms_ = 0;
  CsvRow row_;  // the next to be due, unless finished_
  bool finished_ = true;
};

}  // namespace hf::on_linux

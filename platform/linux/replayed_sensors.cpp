#include "platform/linux/replayed_sensors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace hf::on_linux {

ReplayedSensors::ReplayedSensors(std::uint32_t speed) : speed_(speed) { HF_ASSERT(speed > 0); }

Status ReplayedSensors::open(const char* path, Uptime start) {
  start_ = start;
  finished_ = true;
  names_.clear();
  problem_.clear();
  Status status = file_.open(path);
  if (is_ok(status)) status = check_all();
  if (is_ok(status)) status = file_.rewind();
  if (is_ok(status)) status = advance();
  if (!is_ok(status)) {
    if (problem_.empty()) problem_.assign(file_.problem());
    return status;
  }
  first_timestamp_ms_ = row_.timestamp_ms;
  return Status::ok;
}

Status ReplayedSensors::check_all() {
  CsvRow row;
  Status status = file_.next(row);
  if (status == Status::not_found) {
    complain("at least one reading below the header", "");
    return Status::corrupt;
  }
  for (; is_ok(status); status = file_.next(row)) {
    if (index_of(row.sensor).ok() || is_ok(names_.try_push(row.sensor))) continue;
    complain("no more sensors than this board has room for", row.sensor.text());
    return Status::full;
  }
  return status == Status::not_found ? Status::ok : status;
}

void ReplayedSensors::complain(const char* expected, std::string_view found) {
  std::array<char, decltype(problem_)::capacity() + 1> text;
  std::snprintf(text.data(), text.size(), "%s: expected %s, found \"%.*s\"", file_.path(), expected,
                static_cast<int>(found.size()), found.data());
  problem_.assign(text.data());
}

void ReplayedSensors::put_due(Uptime now, ReadingRing& ring) {
  while (!finished_ && due_at(row_.timestamp_ms) <= now) {
    const bool is_number = std::isfinite(row_.value);
    const SensorIndex sensor = index_of(row_.sensor).value_or(SensorIndex{});
    if (!is_silent_[sensor.value]) {
      ring.put({.at = due_at(row_.timestamp_ms),
                .value = row_.value,
                .sensor = sensor,
                .quality = is_number ? Quality::good : Quality::not_a_number});
    }
    const Status status = advance();
    if (!is_ok(status) && status != Status::not_found) problem_.assign(file_.problem());
  }
}

void ReplayedSensors::pace(SensorIndex sensor, Duration period) {
  if (sensor.value < is_silent_.size()) is_silent_[sensor.value] = period.ms == 0;
}

Status ReplayedSensors::advance() {
  const Status status = file_.next(row_);
  finished_ = !is_ok(status);
  return status;
}

Result<SensorIndex> ReplayedSensors::index_of(const SensorId& sensor) const {
  const auto found = std::find(names_.begin(), names_.end(), sensor);
  if (found == names_.end()) return Status::not_found;
  return SensorIndex{static_cast<std::uint16_t>(found - names_.begin())};
}

Uptime ReplayedSensors::due_at(std::int64_t timestamp_ms) const {
  return start_ + milliseconds((timestamp_ms - first_timestamp_ms_) / speed_);
}

}  // namespace hf::on_linux

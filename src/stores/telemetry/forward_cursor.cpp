#include "stores/telemetry/forward_cursor.h"

namespace hf::stores::telemetry {
namespace {

SensorIndex index(std::uint32_t sensor) { return {static_cast<std::uint16_t>(sensor)}; }

}  // namespace

ForwardCursor::ForwardCursor(Telemetry& telemetry, std::span<Sequence> places)
    : telemetry_(telemetry), places_(places), sensor_(telemetry.sensors()) {
  HF_ASSERT(places.size() == telemetry.sensors());
}

void ForwardCursor::start_at(Uptime since) {
  for (std::uint32_t i = 0; i < telemetry_.sensors(); ++i) {
    places_[i] = find_sequence(telemetry_.series(index(i)), telemetry_.ground(), since);
  }
}

void ForwardCursor::begin_batch(Uptime until) {
  until_ = until;
  go_to(0);
}

void ForwardCursor::go_to(std::uint32_t sensor) {
  sensor_ = sensor;
  told_missed_ = 0;
  if (sensor < telemetry_.sensors()) {
    reader_ = telemetry_.reader(index(sensor), places_[sensor]);
  }
}

bool ForwardCursor::next(std::span<Reading> page, Part& part) {
  while (sensor_ < telemetry_.sensors()) {
    const SensorIndex sensor = index(sensor_);
    const std::uint32_t read = reader_.read(page);
    part = {.sensor = sensor, .count = read, .missed = reader_.missed() - told_missed_};
    while (part.count > 0 && page[part.count - 1].at > until_) --part.count;
    places_[sensor_] = reader_.next() - (read - part.count);
    telemetry_.hand_out_before(sensor, places_[sensor_]);
    told_missed_ = reader_.missed();
    if (part.count < page.size()) go_to(sensor_ + 1);
    if (part.count > 0 || part.missed > 0) return true;
  }
  return false;
}

}  // namespace hf::stores::telemetry

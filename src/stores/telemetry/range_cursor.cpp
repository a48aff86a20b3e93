#include "stores/telemetry/range_cursor.h"

namespace hf::stores::telemetry {

RangeCursor::RangeCursor(const Telemetry& telemetry, SensorIndex sensor, Uptime from, Uptime to)
    : reader_(telemetry.reader(sensor,
                               find_sequence(telemetry.series(sensor), telemetry.ground(), from))),
      to_(to) {}

std::uint32_t RangeCursor::read(std::span<Reading> page) {
  if (ended_) return 0;
  std::uint32_t count = reader_.read(page);
  while (count > 0 && page[count - 1].at > to_) {
    --count;
    ended_ = true;
  }
  return count;
}

}  // namespace hf::stores::telemetry

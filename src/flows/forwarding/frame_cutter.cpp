#include "flows/forwarding/frame_cutter.h"

namespace hf::flows::forwarding {

using stores::telemetry::ForwardCursor;

FrameCutter::FrameCutter(stores::telemetry::Telemetry& telemetry, const stores::Roster& roster,
                         BootId boot)
    : telemetry_(telemetry), roster_(roster), boot_(boot) {}

void FrameCutter::note_rows(Uptime until, Cut& cut) {
  reached_ = places_;
  rows_.clear(until);
  ForwardCursor cursor(telemetry_, std::span{reached_}.first(telemetry_.sensors()));
  cursor.begin_batch(until);
  std::uint32_t sensor = UINT32_MAX;
  ForwardCursor::Part part;
  while (cursor.next(page_, part)) {
    if (part.sensor.value != sensor) rows_.begin_sensor();
    sensor = part.sensor.value;
    cut.missed_count += part.missed;
    for (std::uint32_t i = 0; i < part.count; ++i) rows_.note(page_[i].at);
  }
}

Status FrameCutter::cut(Uptime until, std::span<std::byte> out, Cut& cut) {
  for (;;) {
    cut = {};
    note_rows(until, cut);
    cut.until = rows_.until();
    if (rows_.rows().empty()) return Status::not_found;
    const Status written = write(out, cut);
    if (written != Status::full) return written;
    // Half of the rows. A single one is one scan, and that fits.
    const auto rows = rows_.rows();
    HF_ASSERT(rows.front() < rows.back());
    const Uptime middle = rows[(rows.size() - 1) / 2];
    until = middle < rows.back() ? middle : rows.back() - milliseconds(1);
  }
}

Status FrameCutter::write(std::span<std::byte> out, Cut& cut) {
  wire::FrameHeader about;
  about.boot = boot_;
  about.roster = roster_.fingerprint();
  HF_TRY(builder_.begin(out, about, rows_.rows()));

  reached_ = places_;
  ForwardCursor cursor(telemetry_, std::span{reached_}.first(telemetry_.sensors()));
  cursor.begin_batch(cut.until);
  rows_.begin_sensor();
  SensorIndex sensor;
  std::size_t count = 0;  // of this sensor, in the room
  ForwardCursor::Part part;
  while (cursor.next(page_, part)) {
    if (part.sensor != sensor) {
      HF_TRY(write_sensor(sensor, count));
      sensor = part.sensor;
      count = 0;
      rows_.begin_sensor();
    }
    for (std::uint32_t i = 0; i < part.count; ++i) {
      const Reading& reading = page_[i];
      std::uint16_t row = 0;
      if (!rows_.find(reading.at, row)) {
        ++cut.missed_count;
        continue;
      }
      room_.rows[count] = row;
      room_.values[count] = reading.value;
      room_.qualities[count] = reading.quality;
      ++count;
      ++cut.reading_count;
    }
  }
  HF_TRY(write_sensor(sensor, count));
  const Result<std::uint32_t> bytes = builder_.finish();
  HF_TRY(bytes);
  cut.bytes = bytes.value();
  return Status::ok;
}

Status FrameCutter::write_sensor(SensorIndex sensor, std::size_t count) {
  if (count == 0) return Status::ok;
  wire::ValueHints hints;
  if (roster_.knows(sensor)) hints.decimals = roster_.at(sensor).decimals;
  wire::SensorColumn column = room_.space().column(sensor, count);
  column.lens = lenses_[sensor.value];
  HF_TRY(builder_.add(column, hints));
  lenses_[sensor.value] = builder_.lens();
  return Status::ok;
}

}  // namespace hf::flows::forwarding

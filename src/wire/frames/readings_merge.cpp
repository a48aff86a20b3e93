#include "wire/frames/readings_merge.h"

#include <algorithm>

namespace hf::wire {
namespace {

constexpr std::uint32_t kNoSensor = UINT32_MAX;

bool same_source(const FrameHeader& a, const FrameHeader& b) {
  return a.stream == b.stream && a.roster == b.roster && a.boot == b.boot;
}

}  // namespace

Status ReadingsMerger::open(const FrameSlice& slice, Part& part) {
  HF_TRY(part.cursor.open(slice.frame));
  const std::uint32_t to_row = std::min(slice.to_row, part.cursor.header().row_count);
  if (slice.from_row >= to_row) return Status::invalid;
  part.from_row = slice.from_row;
  part.row_count = to_row - slice.from_row;
  return Status::ok;
}

std::uint32_t ReadingsMerger::count_that_join(std::span<const FrameSlice> slices) {
  std::uint32_t joined = 0;
  std::uint32_t rows = 0;
  FrameHeader first;
  std::uint64_t next_position = 0;
  for (const FrameSlice& slice : slices.first(std::min<std::size_t>(slices.size(), kSlicesMax))) {
    Part& part = parts_[joined];
    if (!is_ok(open(slice, part))) break;
    const FrameHeader& header = part.cursor.header();
    const std::uint64_t position = header.position + part.from_row;
    if (joined == 0) {
      first = header;
    } else if (!same_source(first, header) || position != next_position) {
      break;
    }
    // All rows of the frame pass through the memory for the new one's, also those not wanted.
    if (rows + header.row_count > kFrameRowsMax) break;
    part.base = rows;
    rows += part.row_count;
    next_position = position + part.row_count;
    ++joined;
  }
  return joined;
}

Status ReadingsMerger::take_rows(Part& part, std::uint32_t base) {
  const auto all = std::span{rows_}.subspan(base, part.cursor.header().row_count);
  HF_TRY(part.cursor.take_rows(all));
  std::ranges::copy(all.subspan(part.from_row, part.row_count), all.begin());
  return Status::ok;
}

// All that the parts have of one sensor becomes one column of the new frame.
Status ReadingsMerger::take_sensor(SensorIndex sensor, std::span<Part> parts) {
  std::size_t count = 0;
  for (Part& part : parts) {
    if (!part.cursor.has_next() || part.cursor.next_sensor() != sensor) continue;
    const ColumnSpace space = room_.space().from(count);
    SensorColumn column;
    HF_TRY(part.cursor.take(space, column));
    std::size_t kept = 0;
    for (std::size_t i = 0; i < column.rows.size(); ++i) {
      const std::uint32_t row = space.rows[i];
      if (row < part.from_row || row - part.from_row >= part.row_count) continue;
      space.rows[kept] = static_cast<std::uint16_t>(row - part.from_row + part.base);
      space.values[kept] = space.values[i];
      space.qualities[kept] = space.qualities[i];
      ++kept;
    }
    count += kept;
  }
  return count > 0 ? builder_.add(room_.space().column(sensor, count)) : Status::ok;
}

Result<std::uint32_t> ReadingsMerger::merge(std::span<const FrameSlice> slices,
                                            std::span<std::byte> out) {
  if (slices.empty() || count_that_join(slices) != slices.size()) return Status::invalid;
  const auto parts = std::span{parts_}.first(slices.size());
  std::uint32_t row_count = 0;
  for (Part& part : parts) {
    HF_TRY(take_rows(part, part.base));
    row_count += part.row_count;
  }
  FrameHeader header = parts.front().cursor.header();
  header.position += parts.front().from_row;
  HF_TRY(builder_.begin(out, header, std::span{rows_}.first(row_count)));

  for (;;) {
    std::uint32_t sensor = kNoSensor;
    for (const Part& part : parts) {
      HF_TRY(part.cursor.status());
      if (part.cursor.has_next()) {
        sensor = std::min<std::uint32_t>(sensor, part.cursor.next_sensor().value);
      }
    }
    if (sensor == kNoSensor) return builder_.finish();
    HF_TRY(take_sensor({static_cast<std::uint16_t>(sensor)}, parts));
  }
}

}  // namespace hf::wire

#include "tools/hub/reading/sample.h"

#include <algorithm>

namespace hf::hub {
namespace {

using stores::queue::common_part;

std::uint64_t count_in(std::span<const Interval> intervals, const Interval& rows) {
  std::uint64_t count = 0;
  for (const Interval& each : intervals) count += common_part(each, rows).count();
  return count;
}

}  // namespace

bool SampleReader::read(std::span<const std::byte> frame, std::span<const Interval> counted,
                        const Names& names, const Clock& clock, const Take& take) {
  wire::FrameHeader header;
  items_.clear();
  const bool is_read =
      is_ok(gather_readings(frame, header)) || is_ok(gather_envelopes(frame, header));
  if (!is_read) return false;
  std::ranges::stable_sort(items_, {}, &Item::row);
  Sample sample;
  sample.boot = header.boot;
  sample.stream = header.stream;
  sample.resolution = resolution_of(header.kind);
  const bool is_full = sample.resolution == wire::Resolution::full;
  std::uint32_t row = UINT32_MAX;
  bool is_wanted = false;
  for (const Item& item : items_) {
    if (item.row != row) {
      row = item.row;
      const Interval rows = rows_of(header, row);
      const std::uint64_t rows_counted = count_in(counted, rows);
      is_wanted = rows_counted > 0;
      sample.is_shared = rows_counted < rows.count();
      sample.uptime = is_full ? room_.moments[row] : room_.spans[row].begin;
      if (is_wanted) sample.time = clock(header.boot, sample.uptime);
      sample.position = is_full ? rows.first : header.position;
    }
    if (!is_wanted) continue;
    sample.index = item.sensor;
    sample.sensor = names(header.roster, item.sensor);
    sample.value = item.value;
    sample.quality = item.quality;
    sample.envelope = item.envelope;
    take(sample);
  }
  return true;
}

// The positions of a row, or of a bucket of envelopes.
Interval SampleReader::rows_of(const wire::FrameHeader& header, std::uint32_t moment) const {
  const Position first = header.position;
  if (resolution_of(header.kind) == wire::Resolution::full) {
    return {first + moment, first + moment + 1};
  }
  const std::uint32_t before = moment == 0 ? 0 : room_.spans[moment - 1].rows_end;
  return {first + before, first + room_.spans[moment].rows_end};
}

Status SampleReader::gather_readings(std::span<const std::byte> frame, wire::FrameHeader& header) {
  wire::ReadingsCursor cursor;
  HF_TRY(cursor.open(frame, kRowsMax));
  header = cursor.header();
  moment_count_ = header.row_count;
  HF_TRY(cursor.take_rows(std::span{room_.moments}.first(moment_count_)));
  while (cursor.has_next()) {
    wire::SensorColumn column;
    HF_TRY(cursor.take(room_.columns(), column));
    for (std::size_t i = 0; i < column.rows.size(); ++i) {
      items_.push_back({column.rows[i], column.sensor, column.values[i], column.qualities[i], {}});
    }
  }
  return cursor.status();
}

Status SampleReader::gather_envelopes(std::span<const std::byte> frame, wire::FrameHeader& header) {
  wire::EnvelopesCursor cursor;
  HF_TRY(cursor.open(frame, kRowsMax));
  header = cursor.header();
  moment_count_ = cursor.bucket_count();
  HF_TRY(cursor.take_buckets(std::span{room_.spans}.first(moment_count_)));
  while (cursor.has_next()) {
    wire::EnvelopeColumn column;
    HF_TRY(cursor.take(room_.buckets(), column));
    for (std::size_t i = 0; i < column.buckets.size(); ++i) {
      items_.push_back({column.buckets[i], column.sensor, column.envelopes[i].mean, Quality::good,
                        column.envelopes[i]});
    }
  }
  return cursor.status();
}

}  // namespace hf::hub

#include "wire/frames/readings_frame.h"

#include <algorithm>

namespace hf::wire {
namespace {

bool all_good(std::span<const Quality> qualities) {
  return std::all_of(qualities.begin(), qualities.end(),
                     [](Quality quality) { return quality == Quality::good; });
}

}  // namespace

Status ReadingsBuilder::begin(std::span<std::byte> out, const FrameHeader& about,
                              std::span<const Uptime> rows) {
  HF_ASSERT(!rows.empty() && rows.size() <= kFrameRowsMax);
  FrameHeader header = about;
  header.kind = FrameKind::readings;
  header.row_count = static_cast<std::uint32_t>(rows.size());
  const auto [first, last] = std::minmax_element(rows.begin(), rows.end());
  header.first = *first;
  header.last = *last;

  HF_TRY(frame_.begin(out, header, rows.size()));
  frame_.body().put_numbers(rows, [&](Uptime at) { return (at - header.first).ms; });
  return frame_.body().status();
}

Status ReadingsBuilder::add(const SensorColumn& column, const ValueHints& hints) {
  const std::size_t count = column.rows.size();
  HF_ASSERT(count > 0 && count == column.values.size() && count == column.qualities.size());
  const bool has_qualities = !all_good(column.qualities);
  frame_.put_sensor(column.sensor, column.rows, has_qualities);
  BodyWriter& body = frame_.body();
  if (has_qualities) {
    body.put_numbers(column.qualities,
                     [](Quality quality) { return static_cast<std::int64_t>(quality); });
  }
  const auto beginning = column.values.first(std::min<std::size_t>(count, kChunkNumbers));
  const bool is_known = column.lens.is_tight_for(beginning);
  lens_ = body.put_values(column.values, is_known ? column.lens : lens_of(hints));
  frame_.count_readings(count);
  return body.status();
}

Status ReadingsCursor::open(std::span<const std::byte> frame, std::uint32_t rows_max) {
  *this = ReadingsCursor{};
  OpenedFrame opened;
  HF_TRY(open_frame(frame, opened));
  header_ = opened.header;
  if (header_.kind != FrameKind::readings || header_.row_count > rows_max) return Status::invalid;
  if (header_.row_count == 0) return Status::corrupt;
  body_ = BodyReader(opened.body);
  return Status::ok;
}

Status ReadingsCursor::take_rows(std::span<Uptime> rows) {
  HF_ASSERT(rows.size() == header_.row_count);
  const std::int64_t most_ms = (header_.last - header_.first).ms;
  body_.take_numbers(rows, [&](std::int64_t ms, Uptime& at) {
    if (ms < 0 || ms > most_ms) return false;
    at = header_.first + Duration{ms};
    return true;
  });
  sensors_.begin(body_, header_.row_count);
  return body_.status();
}

Status ReadingsCursor::take(ColumnSpace space, SensorColumn& column) {
  HF_ASSERT(has_next());
  if (space.rows.size() < header_.row_count) return Status::full;
  const SensorIndex sensor = sensors_.sensor();
  const std::uint32_t count = sensors_.take_rows(body_, space.rows);
  const auto qualities = space.qualities.first(count);
  std::fill(qualities.begin(), qualities.end(), Quality::good);
  if (sensors_.has_more()) {
    body_.take_numbers(qualities, [](std::int64_t number, Quality& quality) {
      quality = static_cast<Quality>(number);
      return number >= 0 && number < kQualityCount;
    });
  }
  body_.take_values(space.values.first(count));
  const Status status = body_.status();
  if (is_ok(status)) column = space.column(sensor, count);
  sensors_.advance(body_);
  return status;
}

}  // namespace hf::wire

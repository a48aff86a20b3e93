// Which sensors a frame has, in rising order, and which of its rows each is in: what stands in
// front of each sensor's columns in every kind of frame that has columns.
//
// A sensor that has the next index and the same habits as the one before it costs 1/50 of a bit.
// docs/formats/frames.md has the grammar. Memory: a writer is 2 bytes for each row of the largest
// frame, a reader about 200 bytes.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "config/limits/limits.h"
#include "vocabulary/identifiers.h"
#include "wire/frames/frame_body.h"
#include "wire/frames/row_set.h"

namespace hf::wire {

inline constexpr std::uint32_t kFrameRowsMax = limits::kBoard.frame_rows_max;
static_assert(kFrameRowsMax <= 65536, "a row number is 16 bits");

// What a sensor has in common with the one before it. `has_more`: the kind of frame says what.
struct SensorShape {
  RowForm form = RowForm::all;
  bool has_more = false;
  friend bool operator==(const SensorShape&, const SensorShape&) = default;
};

class SensorSequenceWriter {
 public:
  void begin(std::uint32_t row_count);

  // REQUIRES: sensors rise; rows rise, are below row_count, and at least one.
  void put(BodyWriter& out, SensorIndex sensor, std::span<const std::uint16_t> rows, bool has_more);
  void put_end(BodyWriter& out);

 private:
  std::uint32_t row_count_ = 0;
  std::uint32_t next_sensor_ = 0;  // the least that may come
  SensorShape shape_;              // of the sensor before
  std::uint32_t listed_count_ = 0;
  std::array<std::uint16_t, kFrameRowsMax> listed_;  // rows of the last sensor not in all of them
};

class SensorSequenceReader {
 public:
  // Goes to the first sensor.
  void begin(BodyReader& in, std::uint32_t row_count);

  // False at the end, and when the body is corrupt.
  bool has_next() const { return has_next_; }
  SensorIndex sensor() const { return {static_cast<std::uint16_t>(sensor_)}; }
  bool has_more() const { return shape_.has_more; }

  // Once for each sensor, before its columns. Returns how many rows; 0: corrupt.
  // REQUIRES: rows.size() >= row_count.
  std::uint32_t take_rows(BodyReader& in, std::span<std::uint16_t> rows);

  // To the next sensor, once this one's columns are taken.
  void advance(BodyReader& in);

 private:
  void go_to_next(BodyReader& in);

  BodyReader listed_;  // stands where the rows are that the next `as_before` means
  RowForm listed_form_ = RowForm::as_before;  // that: there are none yet
  SensorShape shape_;
  std::uint32_t row_count_ = 0;
  std::uint32_t sensor_ = 0;
  bool has_next_ = false;
};

}  // namespace hf::wire

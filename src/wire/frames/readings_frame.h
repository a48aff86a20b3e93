// A frame of readings: all sensors' readings of some rows, in columns.
//
// One time for each row, shared by all sensors; then, sensor by sensor, which rows it has readings
// in, their qualities unless all are good, and their values. A sensor that is like the one before
// it costs a fraction of a bit beside its values.
//
// A reading's time is its row's, to the millisecond. A sensor with a clock of its own gets rows of
// its own: exact, but dear (docs/formats/frames.md has the figures). Two readings of one sensor at
// the same time are two rows with equal times. Rows stand in the order of their positions, which is
// nearly that of their times: a bus that delivers late comes behind one that does not.
//
//   F1  What was built is read: every bit of every value, every time and quality.
//   F2  Any bytes at all are read with a clear Status: no fault, and no more work than bytes plus
//       row_count readings for each of sensors_max sensors.
//   F3  Merging adjacent frames loses nothing and changes no position.
//
// Cost: the columns' own, and one copy. Nothing is allocated; a builder is 8 KiB, so it is a member
// of something, not on a stack. A cursor is small: a merge holds one for each frame.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "vocabulary/reading.h"
#include "wire/frames/frame.h"
#include "wire/frames/frame_body.h"
#include "wire/frames/sensor_frame.h"
#include "wire/frames/sensor_sequence.h"

namespace hf::wire {

// The readings of one sensor: views into memory of somebody else, all of the same length.
struct SensorColumn {
  SensorIndex sensor;
  std::span<const std::uint16_t> rows;  // of the frame, rising
  std::span<const double> values;
  std::span<const Quality> qualities;
  // For who builds: through which the sensor's values were seen in the frame before; bits: not
  // known. Looking for one is most of the work on a short column, and few sensors ever change.
  Lens lens{};
};

// Where one sensor's readings are put together or taken apart.
struct ColumnSpace {
  std::span<std::uint16_t> rows;
  std::span<double> values;
  std::span<Quality> qualities;

  ColumnSpace from(std::size_t count) const {
    return {rows.subspan(count), values.subspan(count), qualities.subspan(count)};
  }
  SensorColumn column(SensorIndex sensor, std::size_t count) const {
    return {sensor, rows.first(count), values.first(count), qualities.first(count), {}};
  }
};

// Memory for a sensor that is in every row of the largest frame.
struct ColumnRoom {
  std::array<std::uint16_t, kFrameRowsMax> rows;
  std::array<double, kFrameRowsMax> values;
  std::array<Quality, kFrameRowsMax> qualities;

  ColumnSpace space() { return {rows, values, qualities}; }
};

class ReadingsBuilder {
 public:
  // Begins anew, in `out`. Of `about`, stream, position, roster and boot are taken.
  // ok.  full: `out` is too small.
  // REQUIRES: at least one row and at most kFrameRowsMax; no time is negative.
  Status begin(std::span<std::byte> out, const FrameHeader& about, std::span<const Uptime> rows);

  // ok.  full: `out` is too small; the frame is lost.
  // REQUIRES: sensors rise; a column has at least one reading.
  Status add(const SensorColumn& column, const ValueHints& hints = {});
  // Through which the last values of the column added last were seen.
  const Lens& lens() const { return lens_; }

  // The bytes of the frame, sealed.  full: `out` was too small.
  Result<std::uint32_t> finish() { return frame_.finish(); }

 private:
  SensorFrameWriter frame_;
  Lens lens_;
};

// Reads a frame sensor by sensor. The frame's bytes must outlive it.
class ReadingsCursor {
 public:
  // ok.  corrupt, unsupported: see open_frame().  invalid: a sound frame of another kind, or with
  // more than `rows_max` rows: who reads frames of boards larger than this one says how many.
  Status open(std::span<const std::byte> frame, std::uint32_t rows_max = kFrameRowsMax);

  // ok: `rows` are the times of all rows.  corrupt.  REQUIRES: rows.size() == header().row_count;
  // called once, right after open().
  Status take_rows(std::span<Uptime> rows);

  // Whether there is another sensor, and which. False at the end, and when the frame is corrupt.
  bool has_next() const { return sensors_.has_next(); }
  SensorIndex next_sensor() const { return sensors_.sensor(); }

  // The next sensor's readings, in `space`.  full: `space` has less room than the frame has rows;
  // nothing was taken.  corrupt.  REQUIRES: has_next().
  Status take(ColumnSpace space, SensorColumn& column);

  // ok; corrupt: what was taken before is sound in itself, and more cannot be had.
  Status status() const { return body_.status(); }

  const FrameHeader& header() const { return header_; }

 private:
  FrameHeader header_;
  BodyReader body_;
  SensorSequenceReader sensors_;
};

}  // namespace hf::wire

// One frame out of several of readings, or out of parts of them.
//
// Small frames are safe soon, large ones are dense; a link wants one size, flash another. Because
// positions belong to rows, neighbours in a stream may be joined, and any frame may be cut between
// two rows, at any time and as often as one likes (F3). A cut is a merge of one.
//
// Cost: reads and writes every value once. Nothing is allocated; a merger is about 100 KiB on the
// small board, so there is one for each thread that merges.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "config/limits/limits.h"
#include "wire/frames/readings_frame.h"

namespace hf::wire {

// The rows [from_row, to_row) of a frame of readings.
struct FrameSlice {
  static constexpr std::uint32_t kToTheEnd = UINT32_MAX;

  std::span<const std::byte> frame;
  std::uint32_t from_row = 0;
  std::uint32_t to_row = kToTheEnd;
};

class ReadingsMerger {
 public:
  static constexpr std::uint32_t kSlicesMax = limits::kBoard.frames_merged_max;

  // How many of `slices`, from the front, could become one frame: their stream, roster and boot are
  // the same, their positions adjoin, and their rows are not too many. 0: the first is no sound
  // frame of readings, or the slice is empty.
  std::uint32_t count_that_join(std::span<const FrameSlice> slices);

  // Writes them as one frame into `out`. Returns its bytes.
  // full: larger than `out`.  corrupt: one of them is, behind a sound checksum.  invalid: they do
  // not join.
  Result<std::uint32_t> merge(std::span<const FrameSlice> slices, std::span<std::byte> out);

 private:
  struct Part {
    ReadingsCursor cursor;
    std::uint32_t from_row = 0;
    std::uint32_t row_count = 0;  // that are wanted
    std::uint32_t base = 0;       // the first one's number in the new frame
  };

  static Status open(const FrameSlice& slice, Part& part);
  Status take_rows(Part& part, std::uint32_t base);
  Status take_sensor(SensorIndex sensor, std::span<Part> parts);

  std::array<Part, kSlicesMax> parts_;
  std::array<Uptime, kFrameRowsMax> rows_;
  ColumnRoom room_;
  ReadingsBuilder builder_;
};

}  // namespace hf::wire

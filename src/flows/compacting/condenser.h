// Condenses frames: what was read becomes one envelope for each sensor and bucket of time, in one
// frame that stands for the same positions. Envelopes condense into longer ones just as well, and
// into equally long ones, which is how frames of envelopes are joined.
//
// Extremes, first, last and count are exact. A mean is rounded to a digit more than the sensor's
// own values have: the quotient of a division costs eight bytes, and says no more.
//
// Cost: reads every value once. Nothing is allocated; about 150 KiB on the small board, so there is
// one for each thread that condenses.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/frames/envelopes_frame.h"
#include "wire/frames/readings_frame.h"

namespace hf::flows::compacting {

class Condenser {
 public:
  static constexpr std::uint32_t kFramesMax = 16;    // in one go
  static constexpr std::uint32_t kBucketsMax = 512;  // of one frame: 85 minutes of 10 s

  using Frames = std::span<const std::span<const std::byte>>;

  // How many of `frames`, from the front, can become one: all readings or all envelopes of one
  // kind, of one stream, roster and boot, their positions side by side, not too many. 0: the first
  // is neither, or not sound.
  std::uint32_t count_that_join(Frames frames);

  // A bucket is in one part of a frame or in another, never in both. Where a part begins that is to
  // have `row`: with the first row of its bucket. And where one that begins at `from` ends that
  // should end at `to`: where a bucket does, as near before it as there is one, else the first one
  // behind. Of a frame of another kind, or none: `row` and `to`.
  std::uint32_t part_begin(std::span<const std::byte> frame, std::uint32_t row);
  std::uint32_t part_end(std::span<const std::byte> frame, std::uint32_t from, std::uint32_t to);

  // Of a frame of envelopes the part that stands for its rows [from_row, to_row). The bytes of it.
  // full.  corrupt.  invalid: not such a frame, or a part that ends within a bucket.
  Result<std::uint32_t> cut(std::span<const std::byte> frame, std::uint32_t from_row,
                            std::uint32_t to_row, std::span<std::byte> out);

  // Leaves the first `skipped` rows out. Returns the bytes of the frame.  full: `out` is too small,
  // or there are too many buckets.  corrupt: one of them is, behind a sound checksum.
  // REQUIRES: frames.size() <= count_that_join(frames), not 0; `to` is not finer than they are; the
  // first has more rows, and `skipped` is part_begin() of one of them.
  Result<std::uint32_t> condense(Frames frames, std::uint32_t skipped, wire::FrameKind to,
                                 std::span<std::byte> out);

 private:
  // One frame to be condensed; of the two cursors one is open.
  struct Part {
    wire::ReadingsCursor readings;
    wire::EnvelopesCursor envelopes;
    bool has_envelopes = false;
    std::uint32_t base = 0;   // of its rows or buckets, among those of all
    std::uint32_t count = 0;  // of them

    const wire::FrameHeader& header() const;
    bool has_next() const;
    SensorIndex next_sensor() const;
    Status status() const;
  };

  static Status open(std::span<const std::byte> frame, Part& part);
  Result<std::span<const wire::Bucket>> buckets_of(std::span<const std::byte> frame);
  Status take_moments(Part& part, std::uint32_t skipped, Duration bucket);
  Status take_spans(Part& part, std::uint32_t skipped, Duration bucket);
  Result<std::uint16_t> place(Uptime at, std::uint32_t rows, Duration bucket);
  Status take_sensor(SensorIndex sensor, std::span<Part> parts);
  Status cut_sensor(wire::EnvelopesCursor& cursor, std::uint32_t from, std::uint32_t to);
  Status take_readings(Part& part);
  Status take_envelopes(Part& part);
  Status note(std::uint16_t bucket);
  Status finish_bucket();

  std::array<Part, kFramesMax> parts_;
  std::array<Uptime, wire::kFrameRowsMax> moments_;
  std::array<std::uint16_t, wire::kFrameRowsMax> bucket_of_;  // by row, or bucket, of all parts
  std::array<wire::Bucket, kBucketsMax> spans_;               // of one part
  std::array<wire::Bucket, kBucketsMax> buckets_;
  std::uint32_t bucket_count_ = 0;

  wire::ColumnRoom column_;
  std::array<std::uint16_t, kBucketsMax> taken_buckets_;
  std::array<wire::Envelope, kBucketsMax> taken_;
  std::array<double, kBucketsMax> values_;

  // The sensor that is being condensed.
  wire::EnvelopeMaker maker_;
  std::uint16_t open_bucket_ = 0;
  std::array<std::uint16_t, kBucketsMax> made_buckets_;
  std::array<wire::Envelope, kBucketsMax> made_;
  std::uint32_t made_count_ = 0;
  wire::EnvelopesBuilder builder_;
};

}  // namespace hf::flows::compacting

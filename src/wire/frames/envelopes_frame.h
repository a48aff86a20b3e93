// A frame of envelopes: what is left of rows of readings once they were condensed to one envelope
// for each sensor and bucket of time.
//
// It covers the positions of all the rows it was made of, so that upstream nothing is missing that
// is here in less detail; how many buckets it has is another number, and which rows went into each
// is written: rows need not lie evenly in time. A bucket begins at a multiple of its length in
// uptime. One in which a sensor never changed costs one value, not five.
//
// Means are written as they are given. A mean rounded to a digit more than the sensor has costs
// about a byte; the quotient of a division costs eight.
//
// Cost and bounds: as readings_frame.h. A builder is 20 KiB on the small board.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/frames/envelope.h"
#include "wire/frames/frame.h"
#include "wire/frames/frame_body.h"
#include "wire/frames/sensor_frame.h"
#include "wire/frames/sensor_sequence.h"

namespace hf::wire {

// The length of a bucket. Zero: not a kind of envelopes.
constexpr Duration bucket_of(FrameKind kind) {
  if (kind == FrameKind::envelopes_10s) return seconds(10);
  if (kind == FrameKind::envelopes_1min) return minutes(1);
  return {};
}

// One of a frame's spans of time, and which of the frame's rows were condensed in it: those from
// the end of the bucket before. So a part of a frame has the buckets of its rows and no others, and
// whoever has some rows of a bucket in full knows how much of it is news.
struct Bucket {
  Uptime begin;
  std::uint32_t rows_end = 0;  // among those of the frame
};

// The envelopes of one sensor: views into memory of somebody else, of the same length.
struct EnvelopeColumn {
  SensorIndex sensor;
  std::span<const std::uint16_t> buckets;  // of the frame, rising
  std::span<const Envelope> envelopes;     // none is empty
};

// Where one sensor's envelopes are taken apart. `values` is scratch; all are of the same length.
struct EnvelopeSpace {
  std::span<std::uint16_t> buckets;
  std::span<Envelope> envelopes;
  std::span<double> values;
};

class EnvelopesBuilder {
 public:
  // Begins anew, in `out`. Of `about`, all but the reading count and the times is taken: kind says
  // how long a bucket is, row_count how many positions are covered.
  // ok.  full.  REQUIRES: kind is one of envelopes; buckets rise, begin at multiples of
  // bucket_of(kind), at least one and at most kFrameRowsMax; each has rows, the last one ends with
  // about.row_count.
  Status begin(std::span<std::byte> out, const FrameHeader& about, std::span<const Bucket> buckets);

  // ok.  full: the frame is lost.  REQUIRES: sensors rise; at least one envelope.
  Status add(const EnvelopeColumn& column);

  // The bytes of the frame, sealed.  full.
  Result<std::uint32_t> finish() { return frame_.finish(); }

 private:
  SensorFrameWriter frame_;
  std::array<double, kFrameRowsMax> values_;  // of one column on its way
};

// Reads a frame sensor by sensor. The frame's bytes must outlive it.
class EnvelopesCursor {
 public:
  // ok.  corrupt, unsupported: see open_frame().  invalid: a sound frame of another kind, or with
  // more than `buckets_max` buckets.
  Status open(std::span<const std::byte> frame, std::uint32_t buckets_max = kFrameRowsMax);

  std::uint32_t bucket_count() const { return bucket_count_; }

  // ok: every row of the frame is in one of them.  corrupt.  REQUIRES: buckets.size() ==
  // bucket_count(); called once, right after open().
  Status take_buckets(std::span<Bucket> buckets);

  // As ReadingsCursor.
  bool has_next() const { return sensors_.has_next(); }
  SensorIndex next_sensor() const { return sensors_.sensor(); }
  Status take(EnvelopeSpace space, EnvelopeColumn& column);
  Status status() const { return body_.status(); }
  const FrameHeader& header() const { return header_; }

 private:
  FrameHeader header_;
  BodyReader body_;
  SensorSequenceReader sensors_;
  std::uint32_t bucket_count_ = 0;
};

}  // namespace hf::wire

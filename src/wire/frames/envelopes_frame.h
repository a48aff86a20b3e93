// A frame of envelopes: what is left of rows of readings once they were condensed to one envelope
// for each sensor and bucket of time.
//
// It covers the positions of all the rows it was made of, so that upstream nothing is missing that
// is here in less detail; how many buckets it has is another number. A bucket begins at a multiple
// of its length in uptime. A bucket in which a sensor never changed costs one value, not five.
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

// Which of the positions that the frame covers a bucket belongs to: rows are taken to lie evenly in
// time, because nobody remembers which went into it. Hub and gateway must answer alike, so that a
// part which was sent has the buckets of its positions and no others.
std::uint32_t row_of_bucket(const FrameHeader& header, Uptime bucket);

// Where a part from row `from` on ends that should end before row `to`: where a bucket begins, as
// near before `to` as there is one, else the first one behind; at most at the end of the frame.
// Of a frame of another kind: `to`.
std::uint32_t envelopes_end(const FrameHeader& header, std::uint32_t from, std::uint32_t to);

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
  // ok.  full.  REQUIRES: kind is one of envelopes; buckets rise, are multiples of bucket_of(kind),
  // at least one and at most kFrameRowsMax.
  Status begin(std::span<std::byte> out, const FrameHeader& about, std::span<const Uptime> buckets);

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

  // ok: when the buckets begin.  corrupt.  REQUIRES: buckets.size() == bucket_count(); called once,
  // right after open().
  Status take_buckets(std::span<Uptime> buckets);

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

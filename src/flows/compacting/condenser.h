// Thins frames: readings become envelopes of 10 s, envelopes of 10 s become envelopes of a minute.
//
// An envelope keeps minimum, maximum, first, last and count exactly; the mean is rounded to one
// digit more than the values have, since a digit beyond that is noise and costs eight bytes. What
// is no measurement (no contact, not a number) is in no envelope; a sensor that measured nothing
// in a bucket has none there. The new frame covers the positions of all the frames it stands for.
//
// Cost: reads every value once; about 90 KiB on the small board, so there is one. No allocation.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "config/limits/limits.h"
#include "wire/envelopes_frame.h"
#include "wire/readings_frame.h"

namespace hf::flows {

class Condenser {
 public:
  using Frames = std::span<const std::span<const std::byte>>;
  static constexpr std::uint32_t kFramesMax = limits::kBoard.frames_merged_max;

  // How many of `frames` of envelopes, from the front, can become one: of one kind, stream, roster
  // and boot, in adjoining positions. 0: the first is no sound frame of envelopes.
  std::uint32_t count_that_join(Frames frames);

  // Writes them as one frame of `to` into `out`. Returns its bytes.
  // full: larger than `out`, or of more buckets than a frame holds.  corrupt: one of them is.
  // invalid: not frames of readings or of finer envelopes.
  Result<std::uint32_t> condense(Frames frames, wire::FrameKind to, std::span<std::byte> out);

 private:
  // One frame being read, whichever of the two kinds it is.
  struct Part {
    wire::ReadingsCursor readings;
    wire::EnvelopesCursor envelopes;
    bool is_thinned = false;
    std::uint32_t first_moment = 0;  // of its rows or buckets, in moments_
    std::uint32_t moment_count = 0;
  };

  Status open(std::span<const std::byte> frame, Part& part);
  Status note_buckets(Duration bucket);
  Status take_sensor(SensorIndex sensor, std::span<Part> parts);
  Status take_readings(Part& part);
  Status take_envelopes(Part& part);
  std::size_t bucket_index(std::uint32_t moment) const { return bucket_of_moment_[moment]; }
  Status write_column(SensorIndex sensor);

  std::array<Part, kFramesMax> parts_;
  std::uint32_t moment_count_ = 0;
  std::array<Uptime, wire::kFrameRowsMax> moments_;
  std::array<std::uint16_t, wire::kFrameRowsMax> bucket_of_moment_;
  std::uint32_t bucket_count_ = 0;
  std::array<Uptime, wire::kFrameRowsMax> buckets_;
  std::array<wire::EnvelopeMaker, wire::kFrameRowsMax> makers_;
  std::array<std::uint16_t, wire::kFrameRowsMax> column_buckets_;
  std::array<wire::Envelope, wire::kFrameRowsMax> column_envelopes_;
  std::array<double, wire::kFrameRowsMax> values_;
  wire::ColumnRoom room_;
  wire::EnvelopesBuilder builder_;
};

// The nearest number with one decimal more than min, max, first and last have; the mean itself when
// they are no decimals of up to six digits.
double rounded_mean(const wire::Envelope& envelope);

}  // namespace hf::flows

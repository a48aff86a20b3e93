// A frame that goes sensor by sensor over rows they share: what frames of readings and of envelopes
// have in common when they are built. The head, then a body, then one sensor after the other.
//
// Full is sticky, as the body has it: a builder asks once at the end of a step.
#pragma once

#include <cstdint>
#include <span>

#include "wire/frames/frame.h"
#include "wire/frames/frame_body.h"
#include "wire/frames/sensor_sequence.h"

namespace hf::wire {

class SensorFrameWriter {
 public:
  // Begins anew, in `out`; readings are counted from zero. ok.  full: `out` has no room for a head.
  Status begin(std::span<std::byte> out, FrameHeader header, std::size_t row_count);

  // The next sensor, and in which rows; its columns follow in the body. REQUIRES: sensors rise.
  void put_sensor(SensorIndex sensor, std::span<const std::uint16_t> rows, bool has_more) {
    sensors_.put(body_, sensor, rows, has_more);
  }
  void count_readings(std::uint64_t count) { reading_count_ += static_cast<std::uint32_t>(count); }

  BodyWriter& body() { return body_; }

  // The bytes of the frame, sealed.  full: `out` was too small.  Last call.
  Result<std::uint32_t> finish();

 private:
  BodyWriter body_{{}};
  std::span<std::byte> frame_;
  std::size_t header_bytes_ = 0;
  std::uint32_t reading_count_ = 0;
  SensorSequenceWriter sensors_;
};

}  // namespace hf::wire

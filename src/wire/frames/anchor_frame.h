// An anchor on the wire: at this uptime of this boot it was that time of day. Readings carry
// uptimes only; with the anchors the other end finds their time of day, also long after they came.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/time.h"
#include "wire/frames/frame.h"

namespace hf::wire {

inline constexpr std::size_t kAnchorFrameBytesMax = kFrameHeaderBytesMax + 32;

// The bytes of a sealed frame. Of `about`, stream, position, roster, boot and times are taken: the
// anchor is for header.boot at header.first.  full: `out` is too small.
Result<std::uint32_t> write_anchor_frame(std::span<std::byte> out, const FrameHeader& about,
                                         const UtcReading& utc);

// ok.  invalid: a frame of another kind.  corrupt.
Status read_anchor(const OpenedFrame& frame, UtcReading& utc);

}  // namespace hf::wire

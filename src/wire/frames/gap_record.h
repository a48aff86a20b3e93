// A gap record: what is missing upstream, and why. Nothing is ever lost without one (P2), and it is
// written in the same transaction as the loss.
//
// It names positions, because those tell the other end that it may stop waiting; and, as far as it
// is known, the uptimes, because those are what a person asks about. It may be about one sensor
// only: then the positions are there and only that sensor's readings are missing in them.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/identifiers.h"
#include "wire/frames/frame.h"

namespace hf::wire {

// An open set: a reader keeps and shows a reason it does not know.
enum class GapReason : std::uint8_t {
  never_used = 1,   // reserved before a power cut, never given to a row
  window = 2,       // taken within W before a power cut, and not yet safe
  thinned = 3,      // the flash budget: kept at a lower resolution
  dropped = 4,      // the flash budget: gone, after it had been thinned
  medium = 5,       // acknowledged by the medium, and not there any more
  not_fetched = 6,  // forwarding fell behind the telemetry window
  unreadable = 7,   // a frame that failed its checksum, or refused upstream, and set aside
  key_gone = 8,     // a frame sealed under a key that was erased or lost
};

// What there is instead.
enum class Resolution : std::uint8_t { nothing = 0, every_minute = 1, every_10s = 2, full = 3 };

inline constexpr std::uint16_t kAllSensors = 0xFFFF;

struct GapRecord {
  Lane lane = Lane::readings;
  std::uint64_t from = 0;  // positions [from, to); equal: no position was given yet
  std::uint64_t to = 0;
  GapReason reason = GapReason::never_used;
  Resolution kept = Resolution::nothing;
  std::uint16_t sensor = kAllSensors;
  bool has_span = false;  // whether the next three mean anything
  BootId boot{};
  Uptime first{};
  Uptime last{};

  // Whether nothing else will come for its positions, so that who waits for them has this instead.
  // What is kept at a lower resolution comes still; and where one sensor's readings are missing the
  // others' are there.
  bool stands_for_positions() const {
    return kept == Resolution::nothing && sensor == kAllSensors && from < to;
  }
};

inline constexpr std::size_t kGapFrameBytesMax = kFrameHeaderBytesMax + 64;

// The bytes of a sealed frame. Of `about`, stream, position, roster, boot and times are taken: when
// and where it was noticed.  full: `out` is too small.
// REQUIRES: from <= to; first <= last, neither negative.
Result<std::uint32_t> write_gap_frame(std::span<std::byte> out, const FrameHeader& about,
                                      const GapRecord& gap);

// ok.  invalid: a frame of another kind.  corrupt.
Status read_gap(const OpenedFrame& frame, GapRecord& gap);

}  // namespace hf::wire

// A frame: what the gateway keeps and sends as one piece, whatever is in it. The header says what,
// whose, from when; the body is one of the kinds beside this file. docs/formats/frames.md has the
// bytes.
//
// A frame covers rows, not itself: its rows have the positions [position, position + row_count) of
// its stream and lane, each given once and never reused [docs/decisions/0012]. So frames may be
// merged, cut and sent again in any grouping, and the other end still knows what it has.
//
// Everything is under one checksum. A frame carries no length: who keeps frames knows how long each
// is, and a frame with a byte more or less fails its checksum.
//
// Cost: sealing and checking read every byte once. No allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "vocabulary/time.h"
#include "wire/byte_cursor.h"

namespace hf::wire {

// Positions count apart in each lane, because events overtake readings.
enum class Lane : std::uint8_t { readings, events };

// An open set: a reader keeps and passes on kinds it does not know. Readings are below 64.
enum class FrameKind : std::uint8_t {
  readings = 1,
  envelopes_10s = 2,
  envelopes_1min = 3,
  gap = 64,
  anchor = 65,
  alert = 66,
  state = 67,
  roster = 68,
  sync = 69,  // a message of documents/sync_message.h
};

constexpr Lane lane_of(FrameKind kind) {
  return static_cast<std::uint8_t>(kind) < 64 ? Lane::readings : Lane::events;
}

struct FrameHeader {
  FrameKind kind = FrameKind::readings;
  std::uint64_t stream = 0;
  std::uint64_t position = 0;       // of the first row
  std::uint32_t row_count = 0;      // an event is one row
  std::uint32_t reading_count = 0;  // in a frame of readings, or condensed into its envelopes
  std::uint32_t roster = 0;         // fingerprint of the roster that names the sensors
  BootId boot{};
  Uptime first{};  // of the oldest row …
  Uptime last{};   // … and of the newest; not before the first
};

// A frame in memory is at most this much larger than its body.
inline constexpr std::size_t kFrameHeaderBytesMax = 40 + 5 + 10 + 10;

inline constexpr std::uint8_t kFrameFormat = 1;

// Begins a frame. The body follows in the same writer.
// REQUIRES: header.first <= header.last, neither negative; `out` stands at its beginning.
void put_frame_header(ByteWriter& out, const FrameHeader& header);

// For what is known only when the body stands.
void set_reading_count(std::span<std::byte> frame, std::uint32_t reading_count);

// Gives the frame its place in a stream. Then it must be sealed (again).
void set_position(std::span<std::byte> frame, std::uint64_t stream, std::uint64_t position);

// Checksums the frame: the last thing done to it.
void seal_frame(std::span<std::byte> frame);

struct OpenedFrame {
  FrameHeader header;
  std::span<const std::byte> body;
};

// ok.  corrupt: not a frame, not whole, or not what was sealed.  unsupported: a newer format.
Status open_frame(std::span<const std::byte> frame, OpenedFrame& opened);

}  // namespace hf::wire

// A roster on the wire: which sensor each index means in the frames that carry its fingerprint.
//
// Sent when the roster changed, and again on request; a frame whose roster is not known upstream
// yet is kept there until it is. A roster too long for one frame is several, each with its part.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "vocabulary/identifiers.h"
#include "wire/byte_cursor.h"
#include "wire/frames/frame.h"

namespace hf::wire {

inline constexpr std::size_t kUnitCharactersMax = 15;

struct RosterEntry {
  EquipmentId equipment;
  SensorId sensor;
  FixedString<kUnitCharactersMax> unit;  // empty: not said
  std::int8_t decimals = -1;             // of the value, when the device says so; -1: not known
  double scale = 0;  // value = register * scale + offset; 0: the value is no register
  double offset = 0;
};

inline constexpr std::size_t kRosterEntryBytesMax =
    2 * (1 + kIdentifierCharactersMax) + 1 + kUnitCharactersMax + 2 + 16;

class RosterBuilder {
 public:
  // Begins anew, in `out`, with the sensor of index `first`. Of `about`, stream, position, roster
  // (the fingerprint), boot and times are taken.
  Status begin(std::span<std::byte> out, const FrameHeader& about, SensorIndex first);

  // The sensor of the next index. ok.  full: not added; finish() and begin another frame.
  Status add(const RosterEntry& entry);

  // The bytes of the frame, sealed.  full: not even the header fitted.
  Result<std::uint32_t> finish();

 private:
  std::span<std::byte> frame_;
  ByteWriter out_{{}};
  EquipmentId equipment_;  // of the entry before
};

// Reads entry by entry. The frame's bytes must outlive it.
class RosterCursor {
 public:
  // ok.  invalid: a frame of another kind.  corrupt.
  Status open(const OpenedFrame& frame);

  // ok.  not_found: no more.  corrupt: what was read before is sound.
  Status next(SensorIndex& index, RosterEntry& entry);

 private:
  ByteReader in_;
  std::uint32_t next_ = 0;
  EquipmentId equipment_;
};

}  // namespace hf::wire

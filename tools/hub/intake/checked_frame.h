// A frame that was looked at in full: checksum, header, and every column read to its end.
//
// A checksum says that the bytes are those that were sealed, not that they mean anything; a frame
// that cannot be decoded would be found out only when somebody asks for its readings, years later.
// Decoding costs 20 ns a reading, so it is done before the frame is called received.
//
//   K1  Any bytes at all are answered with a word: no fault, and no more work than their length and
//       kReadingsMax readings.
//
// Cost: one pass over the bytes; the memory of a checker is kept from frame to frame. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stores/offline_queue/position.h"
#include "wire/frames/envelopes_frame.h"
#include "wire/frames/gap_record.h"
#include "wire/frames/readings_frame.h"
#include "wire/frames/roster_frame.h"

namespace hf::hub {

// Why bytes were not taken. The word is what metrics and the table `refusal` call it.
enum class Refused : std::uint8_t {
  no_topic,       // not a topic of ours
  too_large,      // longer than any frame
  corrupt,        // not what was sealed
  newer_format,   // sealed by a gateway that is younger than this hub
  undecodable,    // a sound checksum over columns that cannot be read
  out_of_bounds,  // positions, rows or readings beyond what any board sends
  bad_health,     // a health message that is none
  fragmented,     // more holes than a lane may have
  too_many_gateways,
  too_many_streams,
  too_many_documents,
  bad_document,  // a frame that should hold a document or a message about some, and does not
  bad_result,    // a command's result that is none
};
inline constexpr std::size_t kRefusedCount = 13;
std::string_view to_text(Refused reason);

// No board class of ours comes near; a hostile frame costs at most this.
inline constexpr std::size_t kFrameBytesMax = 4U << 20;
inline constexpr std::uint32_t kRowsMax = 65'536;         // a row number is 16 bits
inline constexpr std::uint64_t kReadingsMax = 8'400'000;  // 8,192 rows of 1,024 sensors

struct RosterLine {
  SensorIndex sensor;
  wire::RosterEntry entry;
};

// What a frame of that kind says about its positions. A kind of readings that is younger than this
// hub is kept, and gives way to all that can be read.
wire::Resolution resolution_of(wire::FrameKind kind);

struct CheckedFrame {
  wire::FrameHeader header;
  std::vector<std::byte> bytes;
  std::vector<std::uint32_t> row_readings;  // of a frame of readings: how many each row has
  wire::GapRecord gap;                      // of kind gap
  UtcReading utc;                           // of kind anchor
  std::vector<RosterLine> roster;           // of kind roster

  stores::queue::Interval rows() const {
    return {header.position, header.position + header.row_count};
  }
  wire::Resolution resolution() const { return resolution_of(header.kind); }
  // Readings in, or condensed from, some of its rows; of envelopes the share that the rows have.
  std::uint64_t readings_in(std::span<const stores::queue::Interval> counted) const;
};

// Memory for one frame of any board, to be decoded sensor by sensor.
struct DecodingRoom {
  std::vector<Uptime> moments;
  std::vector<wire::Bucket> spans;
  std::vector<std::uint16_t> rows;
  std::vector<double> values;
  std::vector<Quality> qualities;
  std::vector<wire::Envelope> envelopes;

  DecodingRoom();
  wire::ColumnSpace columns() { return {rows, values, qualities}; }
  wire::EnvelopeSpace buckets() { return {rows, envelopes, values}; }
};

class FrameChecker {
 public:
  // Empty: `checked` is the frame.  Else why it is refused.
  std::optional<Refused> check(std::span<const std::byte> bytes, CheckedFrame& checked);

 private:
  std::optional<Refused> check_body(const wire::OpenedFrame& opened, CheckedFrame& checked);
  Status decode_readings(std::span<const std::byte> bytes, CheckedFrame& checked);
  Status decode_envelopes(std::span<const std::byte> bytes);

  DecodingRoom room_;
};

}  // namespace hf::hub

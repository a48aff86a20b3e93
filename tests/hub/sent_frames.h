// Frames as a gateway would send them, made of positions: what is in a row follows from its number,
// so a test knows what must be there without keeping it.
#pragma once

#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "stores/offline_queue/position.h"
#include "vocabulary/bytes.h"
#include "wire/frames/anchor_frame.h"
#include "wire/frames/envelopes_frame.h"
#include "wire/frames/gap_record.h"
#include "wire/frames/readings_frame.h"
#include "wire/frames/roster_frame.h"
#include "wire/uplink/health.h"

namespace hf::test {

using stores::queue::Interval;

inline constexpr std::uint16_t kSentSensors = 3;
inline constexpr std::uint32_t kSentRoster = 77;

inline wire::FrameHeader about_row(std::uint64_t stream, std::uint64_t position) {
  return {.stream = stream,
          .position = position,
          .row_count = 1,
          .roster = kSentRoster,
          .boot = BootId{1},
          .first = Uptime{static_cast<std::int64_t>(position) * 1000},
          .last = Uptime{static_cast<std::int64_t>(position) * 1000}};
}

// A row for each of those seconds; sensor s reads the second and s, and `more`. Its position is the
// first of them.
inline std::string frame_of_seconds(std::uint64_t stream, const std::vector<std::uint64_t>& rows,
                                    double more = 0) {
  std::vector<std::byte> frame(1 << 16);
  const auto builder = std::make_unique<wire::ReadingsBuilder>();
  std::vector<Uptime> moments;
  std::vector<std::uint16_t> numbers;
  for (const std::uint64_t second : rows) {
    numbers.push_back(static_cast<std::uint16_t>(moments.size()));
    moments.push_back(Uptime{static_cast<std::int64_t>(second) * 1000});
  }
  HF_ASSERT(is_ok(builder->begin(frame, about_row(stream, rows.front()), moments)));
  const std::vector<Quality> qualities(moments.size(), Quality::good);
  for (std::uint16_t sensor = 0; sensor < kSentSensors; ++sensor) {
    std::vector<double> values;
    values.reserve(rows.size());
    for (const std::uint64_t second : rows) {
      values.push_back(static_cast<double>(second) + sensor + more);
    }
    HF_ASSERT(is_ok(builder->add(
        {.sensor = {sensor}, .rows = numbers, .values = values, .qualities = qualities})));
  }
  const Result<std::uint32_t> bytes = builder->finish();
  HF_ASSERT(bytes.ok());
  return std::string{text_of(std::span{frame}.first(bytes.value()))};
}

// A row a second, numbered by it.
inline std::string readings_frame(std::uint64_t stream, const Interval& rows) {
  std::vector<std::uint64_t> seconds(rows.count());
  std::iota(seconds.begin(), seconds.end(), rows.first);
  return frame_of_seconds(stream, seconds);
}

// What is left of the rows after they were condensed.
inline std::string envelopes_frame(std::uint64_t stream, const Interval& rows) {
  std::vector<std::byte> frame(1 << 16);
  const auto builder = std::make_unique<wire::EnvelopesBuilder>();
  wire::FrameHeader about = about_row(stream, rows.first);
  about.kind = wire::FrameKind::envelopes_10s;
  about.row_count = static_cast<std::uint32_t>(rows.count());
  std::vector<wire::Bucket> buckets;
  std::vector<std::uint16_t> numbers;
  std::vector<wire::Envelope> envelopes;
  for (std::uint64_t at = rows.first / 10 * 10; at < rows.end; at += 10) {
    numbers.push_back(static_cast<std::uint16_t>(buckets.size()));
    const std::uint64_t end = std::min(at + 10, rows.end);
    buckets.push_back({.begin = Uptime{static_cast<std::int64_t>(at) * 1000},
                       .rows_end = static_cast<std::uint32_t>(end - rows.first)});
    wire::EnvelopeMaker maker;
    for (std::uint64_t each = std::max(at, rows.first); each < end; ++each) {
      maker.add(static_cast<double>(each), Quality::good);
    }
    envelopes.push_back(maker.envelope());
  }
  HF_ASSERT(is_ok(builder->begin(frame, about, buckets)));
  HF_ASSERT(is_ok(builder->add({.sensor = {0}, .buckets = numbers, .envelopes = envelopes})));
  const Result<std::uint32_t> bytes = builder->finish();
  HF_ASSERT(bytes.ok());
  return std::string{text_of(std::span{frame}.first(bytes.value()))};
}

inline std::string gap_frame(std::uint64_t stream, std::uint64_t position,
                             const wire::GapRecord& gap) {
  std::vector<std::byte> frame(wire::kGapFrameBytesMax);
  const auto bytes = wire::write_gap_frame(frame, about_row(stream, position), gap);
  HF_ASSERT(bytes.ok());
  return std::string{text_of(std::span{frame}.first(bytes.value()))};
}

inline std::string anchor_frame(std::uint64_t stream, std::uint64_t position, Uptime at,
                                const UtcReading& utc) {
  std::vector<std::byte> frame(wire::kAnchorFrameBytesMax);
  wire::FrameHeader about = about_row(stream, position);
  about.first = about.last = at;
  const auto bytes = wire::write_anchor_frame(frame, about, utc);
  HF_ASSERT(bytes.ok());
  return std::string{text_of(std::span{frame}.first(bytes.value()))};
}

// An event of one row, with this body.
inline std::string event_frame(wire::FrameKind kind, std::uint64_t stream, std::uint64_t position,
                               std::span<const std::byte> body) {
  std::vector<std::byte> frame(wire::kFrameHeaderBytesMax + body.size());
  wire::ByteWriter out(frame);
  wire::FrameHeader header = about_row(stream, position);
  header.kind = kind;
  wire::put_frame_header(out, header);
  out.put_bytes(body);
  wire::seal_frame(std::span{frame}.first(out.at()));
  return std::string{text_of(std::span{frame}.first(out.at()))};
}

// Sensors s0, s1 … of a pump, in bar.
inline std::string roster_frame(std::uint64_t stream, std::uint64_t position) {
  std::vector<std::byte> frame(4096);
  wire::RosterBuilder builder;
  HF_ASSERT(is_ok(builder.begin(frame, about_row(stream, position), {0})));
  for (std::uint16_t sensor = 0; sensor < kSentSensors; ++sensor) {
    wire::RosterEntry entry;
    HF_ASSERT(is_ok(EquipmentId::parse("pump", entry.equipment)));
    HF_ASSERT(is_ok(SensorId::parse("s" + std::to_string(sensor), entry.sensor)));
    HF_ASSERT(is_ok(entry.unit.try_assign("bar")));
    HF_ASSERT(is_ok(builder.add(entry)));
  }
  const Result<std::uint32_t> bytes = builder.finish();
  HF_ASSERT(bytes.ok());
  return std::string{text_of(std::span{frame}.first(bytes.value()))};
}

inline std::string health_text(std::string_view gateway, bool asks,
                               std::initializer_list<std::uint64_t> streams) {
  wire::HealthMessage message;
  message.gateway = gateway;
  message.ask = asks;
  message.boot = BootId{1};
  for (const std::uint64_t stream : streams) message.streams.push(stream);
  std::array<char, wire::kHealthBytesMax> space;
  return std::string{wire::write_health(message, space)};
}

}  // namespace hf::test

#include "wire/frames/frame.h"

#include "vocabulary/checksum.h"

namespace hf::wire {
namespace {

constexpr std::uint16_t kMagic = 0x4648;  // "HF"

constexpr std::size_t kChecksumAt = 4;  // of all that follows it
constexpr std::size_t kStreamAt = 8;
constexpr std::size_t kPositionAt = 16;
constexpr std::size_t kReadingCountAt = 36;
constexpr std::size_t kFixedBytes = 40;

constexpr std::uint64_t kUptimeMsMax = INT64_MAX;

}  // namespace

void put_frame_header(ByteWriter& out, const FrameHeader& header) {
  HF_ASSERT(out.at() == 0);
  HF_ASSERT(header.first.ms >= 0 && header.first <= header.last);
  out.put(kMagic);
  out.put(kFrameFormat);
  out.put(static_cast<std::uint8_t>(header.kind));
  out.put(std::uint32_t{0});  // seal_frame()
  out.put(header.stream);
  out.put(header.position);
  out.put(header.boot.value);
  out.put(header.roster);
  out.put(header.reading_count);
  out.put_varint(header.row_count);
  out.put_varint(static_cast<std::uint64_t>(header.first.ms));
  out.put_varint(static_cast<std::uint64_t>((header.last - header.first).ms));
}

void set_reading_count(std::span<std::byte> frame, std::uint32_t reading_count) {
  HF_ASSERT(frame.size() >= kFixedBytes);
  store(frame.subspan(kReadingCountAt), reading_count);
}

void set_position(std::span<std::byte> frame, std::uint64_t stream, std::uint64_t position) {
  HF_ASSERT(frame.size() >= kFixedBytes);
  store(frame.subspan(kStreamAt), stream);
  store(frame.subspan(kPositionAt), position);
}

void seal_frame(std::span<std::byte> frame) {
  HF_ASSERT(frame.size() >= kFixedBytes);
  const std::uint32_t head = crc32c(frame.first(kChecksumAt));
  store(frame.subspan(kChecksumAt), crc32c(frame.subspan(kStreamAt), head));
}

Status open_frame(std::span<const std::byte> frame, OpenedFrame& opened) {
  if (frame.size() < kFixedBytes) return Status::corrupt;
  ByteReader in(frame);
  if (in.take<std::uint16_t>() != kMagic) return Status::corrupt;
  const auto format = in.take<std::uint8_t>();
  FrameHeader header;
  header.kind = static_cast<FrameKind>(in.take<std::uint8_t>());
  const std::uint32_t head = crc32c(frame.first(kChecksumAt));
  if (in.take<std::uint32_t>() != crc32c(frame.subspan(kStreamAt), head)) return Status::corrupt;
  if (format != kFrameFormat) return Status::unsupported;

  header.stream = in.take<std::uint64_t>();
  header.position = in.take<std::uint64_t>();
  header.boot = BootId{in.take<std::uint64_t>()};
  header.roster = in.take<std::uint32_t>();
  header.reading_count = in.take<std::uint32_t>();
  header.row_count = static_cast<std::uint32_t>(in.take_varint(UINT32_MAX));
  const std::uint64_t first_ms = in.take_varint(kUptimeMsMax);
  const std::uint64_t span_ms = in.take_varint(kUptimeMsMax - first_ms);
  HF_TRY(in.status());
  if (header.row_count > UINT64_MAX - header.position) return Status::corrupt;
  header.first = Uptime{static_cast<std::int64_t>(first_ms)};
  header.last = header.first + Duration{static_cast<std::int64_t>(span_ms)};
  opened = {.header = header, .body = frame.subspan(in.at())};
  return Status::ok;
}

}  // namespace hf::wire

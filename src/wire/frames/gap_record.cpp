#include "wire/frames/gap_record.h"

#include "wire/byte_cursor.h"

namespace hf::wire {

Result<std::uint32_t> write_gap_frame(std::span<std::byte> out, const FrameHeader& about,
                                      const GapRecord& gap) {
  HF_ASSERT(gap.from <= gap.to && gap.first.ms >= 0 && gap.first <= gap.last);
  FrameHeader header = about;
  header.kind = FrameKind::gap;
  header.row_count = 1;
  header.reading_count = 0;
  ByteWriter writer(out);
  put_frame_header(writer, header);
  writer.put(static_cast<std::uint8_t>(gap.lane));
  writer.put(static_cast<std::uint8_t>(gap.reason));
  writer.put(static_cast<std::uint8_t>(gap.kept));
  writer.put(static_cast<std::uint8_t>(gap.has_span ? 1 : 0));
  writer.put(gap.sensor);
  writer.put_varint(gap.from);
  writer.put_varint(gap.to - gap.from);
  if (gap.has_span) {
    writer.put(gap.boot.value);
    writer.put_varint(static_cast<std::uint64_t>(gap.first.ms));
    writer.put_varint(static_cast<std::uint64_t>((gap.last - gap.first).ms));
  }
  HF_TRY(writer.status());
  seal_frame(out.first(writer.at()));
  return static_cast<std::uint32_t>(writer.at());
}

Status read_gap(const OpenedFrame& frame, GapRecord& gap) {
  if (frame.header.kind != FrameKind::gap) return Status::invalid;
  ByteReader in(frame.body);
  gap = {};
  const auto lane = in.take<std::uint8_t>();
  gap.lane = static_cast<Lane>(lane);
  gap.reason = static_cast<GapReason>(in.take<std::uint8_t>());
  gap.kept = static_cast<Resolution>(in.take<std::uint8_t>());
  const auto has_span = in.take<std::uint8_t>();
  gap.has_span = has_span != 0;
  gap.sensor = in.take<std::uint16_t>();
  gap.from = in.take_varint();
  gap.to = gap.from + in.take_varint(UINT64_MAX - gap.from);
  if (gap.has_span) {
    gap.boot = BootId{in.take<std::uint64_t>()};
    const std::uint64_t first_ms = in.take_varint(INT64_MAX);
    const std::uint64_t span_ms = in.take_varint(INT64_MAX - first_ms);
    gap.first = Uptime{static_cast<std::int64_t>(first_ms)};
    gap.last = gap.first + Duration{static_cast<std::int64_t>(span_ms)};
  }
  const bool sound = is_ok(in.status()) && in.at_end() && has_span <= 1 &&
                     lane <= static_cast<std::uint8_t>(Lane::events) &&
                     gap.kept <= Resolution::full;
  return sound ? Status::ok : Status::corrupt;
}

}  // namespace hf::wire

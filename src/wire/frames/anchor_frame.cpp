#include "wire/frames/anchor_frame.h"

#include "wire/byte_cursor.h"

namespace hf::wire {

Result<std::uint32_t> write_anchor_frame(std::span<std::byte> out, const FrameHeader& about,
                                         const UtcReading& utc) {
  FrameHeader header = about;
  header.kind = FrameKind::anchor;
  header.row_count = 1;
  header.reading_count = 0;
  ByteWriter writer(out);
  put_frame_header(writer, header);
  writer.put(utc.at.ms);
  writer.put(utc.error.ms);
  writer.put(static_cast<std::uint8_t>(utc.quality));
  HF_TRY(writer.status());
  seal_frame(out.first(writer.at()));
  return static_cast<std::uint32_t>(writer.at());
}

Status read_anchor(const OpenedFrame& frame, UtcReading& utc) {
  if (frame.header.kind != FrameKind::anchor) return Status::invalid;
  ByteReader in(frame.body);
  utc.at = UtcTime{in.take<std::int64_t>()};
  utc.error = Duration{in.take<std::int64_t>()};
  utc.quality = static_cast<TimeQuality>(in.take<std::uint8_t>());
  const bool sound =
      is_ok(in.status()) && in.at_end() && utc.error.ms >= 0 && utc.quality <= TimeQuality::synced;
  return sound ? Status::ok : Status::corrupt;
}

}  // namespace hf::wire

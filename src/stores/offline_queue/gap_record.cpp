#include "stores/offline_queue/gap_record.h"

namespace hf::stores::queue {

std::uint32_t build_gap(const Gap& gap, BootId boot, Uptime now, std::span<std::byte> out) {
  wire::ByteWriter writer(out);
  wire::put_frame_header(
      writer,
      {.kind = wire::FrameKind::gap, .row_count = 1, .boot = boot, .first = now, .last = now});
  writer.put(gap.stream);
  writer.put(static_cast<std::uint8_t>(gap.lane));
  writer.put(static_cast<std::uint8_t>(gap.reason));
  writer.put_varint(gap.rows.first);
  writer.put_varint(gap.rows.count());
  HF_ASSERT(is_ok(writer.status()));
  wire::seal_frame(out.first(writer.at()));
  return static_cast<std::uint32_t>(writer.at());
}

Status read_gap(std::span<const std::byte> frame, Gap& gap) {
  wire::OpenedFrame opened;
  HF_TRY(wire::open_frame(frame, opened));
  if (opened.header.kind != wire::FrameKind::gap) return Status::corrupt;
  wire::ByteReader reader(opened.body);
  gap.stream = reader.take<std::uint64_t>();
  gap.lane = static_cast<Lane>(reader.take<std::uint8_t>());
  gap.reason = static_cast<GapReason>(reader.take<std::uint8_t>());
  gap.rows.first = reader.take_varint(kPositionEnd);
  gap.rows.end = gap.rows.first + reader.take_varint(kPositionEnd - gap.rows.first);
  return reader.at_end() ? reader.status() : Status::corrupt;
}

}  // namespace hf::stores::queue

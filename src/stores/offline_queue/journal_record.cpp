#include "stores/offline_queue/journal_record.h"

namespace hf::stores::queue {

JournalRecordWriter::JournalRecordWriter(std::span<std::byte> out, const JournalHead& head)
    : out_(out), writer_(out) {
  writer_.put(head.stream);
  for (const Position reserved_to : head.reserved_to) writer_.put_varint(reserved_to);
  writer_.put_varint(head.received.runs().size());
  for (const Interval& run : head.received.runs()) {
    writer_.put_varint(run.first);
    writer_.put_varint(run.count());
  }
}

Status JournalRecordWriter::add(std::span<const std::byte> frame) {
  constexpr std::size_t kLengthBytesMax = 5;
  if (!is_ok(writer_.status())) return Status::full;
  if (frame.size() + kLengthBytesMax > out_.size() - writer_.at()) return Status::full;
  writer_.put_varint(frame.size());
  writer_.put_bytes(frame);
  ++frame_count_;
  return Status::ok;
}

Status JournalRecordReader::take_head(JournalHead& head) {
  head.stream = reader_.take<std::uint64_t>();
  for (Position& reserved_to : head.reserved_to)
    reserved_to = reader_.take_varint(kPositionEnd - 1);
  for (std::uint64_t left = reader_.take_varint(kRunsMax); left > 0; --left) {
    const Position first = reader_.take_varint(kPositionEnd);
    const Interval run{first, first + reader_.take_varint(kPositionEnd - first)};
    if (!is_ok(head.received.add(run))) return Status::corrupt;
  }
  return reader_.status();
}

Status JournalRecordReader::take_frame(std::span<const std::byte>& frame) {
  if (!is_ok(reader_.status())) return Status::corrupt;
  if (reader_.at_end()) return Status::not_found;
  frame = reader_.take_bytes(static_cast<std::size_t>(reader_.take_varint(UINT32_MAX)));
  return reader_.status();
}

}  // namespace hf::stores::queue

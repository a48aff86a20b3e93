#include "stores/offline_queue/journal_record.h"

namespace hf::stores::queue {

JournalRecordWriter::JournalRecordWriter(std::span<std::byte> out, std::uint64_t stream,
                                         const Runs& received)
    : out_(out), writer_(out) {
  writer_.put(stream);
  writer_.put_varint(received.runs().size());
  for (const Interval& run : received.runs()) {
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

Status JournalRecordReader::take_head(std::uint64_t& stream, Runs& received) {
  stream = reader_.take<std::uint64_t>();
  for (std::uint64_t left = reader_.take_varint(kRunsMax); left > 0; --left) {
    const Position first = reader_.take_varint(kPositionEnd);
    const Interval run{first, first + reader_.take_varint(kPositionEnd - first)};
    if (!is_ok(received.add(run))) return Status::corrupt;
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

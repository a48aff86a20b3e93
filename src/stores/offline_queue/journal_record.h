// What one record of the journal holds: fresh frames byte for byte, and what upstream had by then.
// For this room only; docs/formats/queue.md has the bytes.
//
// The runs say which positions are missing from the journal because they were received, so that a
// recovery does not declare them lost. What is reserved stands here for a second time: a medium
// that forgot the commit which reserved it is found out before any position is given twice.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "stores/offline_queue/ledger.h"
#include "vocabulary/outcome.h"
#include "wire/byte_cursor.h"

namespace hf::stores::queue {

struct JournalHead {
  std::uint64_t stream = 0;
  std::array<Position, kLaneCount> reserved_to{};
  Runs received;  // of its readings
};

class JournalRecordWriter {
 public:
  JournalRecordWriter(std::span<std::byte> out, const JournalHead& head);

  // ok; full: as it was before.
  Status add(std::span<const std::byte> frame);
  std::size_t bytes() const { return writer_.at(); }
  std::uint32_t frame_count() const { return frame_count_; }

 private:
  std::span<std::byte> out_;
  wire::ByteWriter writer_;
  std::uint32_t frame_count_ = 0;
};

class JournalRecordReader {
 public:
  explicit JournalRecordReader(std::span<const std::byte> record) : reader_(record) {}

  // Called first. ok; corrupt.
  Status take_head(JournalHead& head);
  // ok; not_found: that was the last; corrupt.
  Status take_frame(std::span<const std::byte>& frame);

 private:
  wire::ByteReader reader_;
};

}  // namespace hf::stores::queue

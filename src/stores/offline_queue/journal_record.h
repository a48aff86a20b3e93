// What one record of the journal holds: fresh frames byte for byte, and what upstream had by then.
// For this room only; docs/formats/queue.md has the bytes.
//
// The runs say which positions are missing from the journal because they were received, so that a
// recovery does not declare them lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "stores/offline_queue/ledger.h"
#include "vocabulary/outcome.h"
#include "wire/byte_cursor.h"

namespace hf::stores::queue {

class JournalRecordWriter {
 public:
  // full when `out` has not even room for the runs: see status().
  JournalRecordWriter(std::span<std::byte> out, std::uint64_t stream, const Runs& received);

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
  Status take_head(std::uint64_t& stream, Runs& received);
  // ok; not_found: that was the last; corrupt.
  Status take_frame(std::span<const std::byte>& frame);

 private:
  wire::ByteReader reader_;
};

}  // namespace hf::stores::queue

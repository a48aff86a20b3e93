// Bytes that nobody wrote, as frames: libFuzzer looks for a fault, a reading beyond the bytes or
// endless work. The checksum is put right first, or nothing else would ever be tried.
//
// What can be read as a frame of readings is also merged, and the merged frame must be readable and
// merge to itself.
#include <cstdint>
#include <span>
#include <vector>

#include "vocabulary/assertion.h"
#include "wire/frames/anchor_frame.h"
#include "wire/frames/envelopes_frame.h"
#include "wire/frames/gap_record.h"
#include "wire/frames/readings_merge.h"
#include "wire/frames/roster_frame.h"

namespace {

using namespace hf;
using namespace hf::wire;

using Bytes = std::vector<std::byte>;

ReadingsMerger merger;
ColumnRoom room;
std::array<Uptime, kFrameRowsMax> rows;
std::array<Bucket, kFrameRowsMax> buckets;
std::array<Envelope, kFrameRowsMax> envelopes;

Status read_readings(std::span<const std::byte> frame) {
  ReadingsCursor cursor;
  HF_TRY(cursor.open(frame));
  HF_TRY(cursor.take_rows(std::span{rows}.first(cursor.header().row_count)));
  SensorColumn column;
  while (cursor.has_next()) HF_TRY(cursor.take(room.space(), column));
  return cursor.status();
}

Status read_envelopes(std::span<const std::byte> frame) {
  EnvelopesCursor cursor;
  HF_TRY(cursor.open(frame));
  HF_TRY(cursor.take_buckets(std::span{buckets}.first(cursor.bucket_count())));
  EnvelopeColumn column;
  while (cursor.has_next()) HF_TRY(cursor.take({room.rows, envelopes, room.values}, column));
  return cursor.status();
}

void read_events(const OpenedFrame& opened) {
  GapRecord gap;
  UtcReading utc;
  RosterCursor roster;
  SensorIndex index;
  RosterEntry entry;
  static_cast<void>(read_gap(opened, gap));
  static_cast<void>(read_anchor(opened, utc));
  if (!is_ok(roster.open(opened))) return;
  while (is_ok(roster.next(index, entry))) {
  }
}

void merge(std::span<const std::byte> frame) {
  const FrameSlice slice{.frame = frame};
  Bytes once(1 << 20);
  const Result<std::uint32_t> bytes = merger.merge({&slice, 1}, once);
  if (!bytes.ok()) return;  // larger than any frame we would write, for instance
  once.resize(bytes.value());
  HF_ASSERT(is_ok(read_readings(once)));
  const FrameSlice again{.frame = once};
  Bytes twice(1 << 20);
  twice.resize(merger.merge({&again, 1}, twice).value_or(0));
  HF_ASSERT(twice == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kFixedBytes = 40;
  if (size < kFixedBytes) return 0;
  const auto bytes = std::as_bytes(std::span{data, size});
  Bytes frame(bytes.begin(), bytes.end());
  store(std::span{frame}, std::uint16_t{0x4648});
  frame[2] = std::byte{kFrameFormat};
  seal_frame(frame);
  OpenedFrame opened;
  if (!is_ok(open_frame(frame, opened))) return 0;
  read_events(opened);
  static_cast<void>(read_envelopes(frame));
  if (is_ok(read_readings(frame))) merge(frame);
  return 0;
}

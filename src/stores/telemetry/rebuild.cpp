// Series::put_before(): a series grows at its old end, after a restart.
//
// Blocks are written forwards only, so what is older goes into blocks of its own, by the same code
// as new readings, in a series of its own; then the two chains become one. The youngest of the new
// blocks would be half empty each time: so the block that was the head is taken along, unless it is
// full.

#include <algorithm>
#include <array>

#include "stores/telemetry/series_reader.h"

namespace hf::telemetry {
namespace {

constexpr std::uint32_t kPieceReadings = 64;

// A reading takes at most its bits, its tokens, and what a block loses at its end.
constexpr std::uint32_t kReadingBytesMax = 20;

}  // namespace

bool Series::head_has_room(const Ground& ground) const {
  if (head_ == kNoBlock || (head_ == tail_ && open_)) return false;
  const BlockHeader& header = ground.pool.header(head_);
  const std::uint32_t used = std::uint32_t{header.value_bytes} + header.run_bytes;
  return used < ground.pool.block_bytes() - ground.pool.block_bytes() / 8 &&
         header.count < kBlockCountMax / 2;
}

void Series::add_own(const Reading& reading, Ground& ground) {
  const Staging::Mark mark{low_bits(reading.at), kind_of(kOwnTime, reading.quality)};
  if (try_add(mark, reading.at, reading.value)) return;
  code_staging(ground);
  HF_ASSERT(try_add(mark, reading.at, reading.value));
}

Status Series::put_before(std::span<const Reading> older, Ground& ground) {
  if (older.empty()) return Status::ok;
  const std::size_t blocks =
      older.size() * kReadingBytesMax / ground.pool.block_bytes() + 1 + kBlocksPerChunk;
  if (ground.pool.free_count() < blocks) return Status::full;

  Series front;
  front.settings_ = settings_;
  for (const Reading& reading : older) front.add_own(reading, ground);
  std::uint32_t taken_along = 0;
  if (head_has_room(ground)) {
    std::array<Reading, kPieceReadings> piece;
    const std::uint32_t count = ground.pool.header(head_).count;
    SeriesReader reader(*this, ground, {}, first_);
    while (taken_along < count) {
      const std::uint32_t read = reader.read(
          std::span{piece}.first(std::min<std::size_t>(piece.size(), count - taken_along)));
      for (const Reading& reading : std::span{piece}.first(read)) front.add_own(reading, ground);
      taken_along += read;
    }
    drop_head(ground);
  }
  front.code_staging(ground);
  front.seal(ground);

  const bool was_known = known();
  ground.pool.header(front.tail_).next = head_;
  head_ = front.head_;
  if (tail_ == kNoBlock) tail_ = front.tail_;
  block_count_ = static_cast<std::uint16_t>(block_count_ + front.block_count_);
  first_ -= static_cast<Sequence>(older.size()) + taken_along;
  if (!was_known) newest_ = front.newest_;
  return Status::ok;
}

}  // namespace hf::telemetry

// Series::put_before(): a series grows at its old end, after a restart.
//
// Blocks are written forwards only, so what is older goes into blocks of its own, by the same
// code as new readings, in a series of its own; then the two chains become one. A block that is
// partly empty must then be the oldest one, where the next readings to come fill it up: it is
// taken along into the new blocks, unless it holds so many readings that this costs more than it
// saves. When these are several, the youngest would be the one that is partly empty; so they are
// written once more, cut where the others come out full.

#include <algorithm>
#include <array>

#include "stores/telemetry/series_reader.h"

namespace hf::stores::telemetry {
namespace {

constexpr std::uint32_t kPieceReadings = 64;
constexpr std::uint32_t kNoCut = 0xFFFFFFFF;

// A reading takes at most its bits, its tokens, and what a block loses at its end.
constexpr std::uint32_t kReadingBytesMax = 20;

// A block with less than this part of it unused is full.
constexpr std::uint32_t kFullPart = 8;

// The cut leaves the oldest block this part of a block more than it should, so that the others,
// whose readings may compress worse, do not overflow.
constexpr std::uint32_t kMarginPart = 32;

// A block with more readings is taken along only when blocks are scarce, however much of it is
// unused: readings that compress to a tenth of a byte were written a hundred times over before
// their block was full. A sensor read once a second still gets fewer blocks than its share.
constexpr std::uint32_t kAlongMost = 1280;

// With less than this part of the pool free, blocks are scarce.
constexpr std::uint32_t kScarcePart = 3;

}  // namespace

void Series::add_own(const Reading& reading, Ground& ground) {
  const Staging::Mark mark{low_bits(reading.at), kind_of(kOwnTime, reading.quality)};
  if (try_continue(mark, reading.at, reading.value)) return;
  if (try_add(mark, reading.at, reading.value)) return;
  code_staging(ground);
  HF_ASSERT(try_add(mark, reading.at, reading.value));
}

// As a series of the same sensor, whose values are likely seen through the same lens.
void Series::begin_like(const Series& other) {
  settings_ = other.settings_;
  values_ = wire::ValueWriter({}, other.values_.lens());
}

// Takes `older`, then the first readings of `behind`; a block ends after `cut` of them.
void Series::refill(std::span<const Reading> older, const Series& behind,
                    std::uint32_t behind_count, std::uint32_t cut, Ground& ground) {
  std::uint32_t left_to_cut = cut;
  const auto add = [&](const Reading& reading) {
    if (left_to_cut-- == 0) {
      code_staging(ground);
      seal(ground);
    }
    add_own(reading, ground);
  };
  std::for_each(older.begin(), older.end(), add);
  SeriesReader reader(behind, ground, {}, behind.first_);
  std::array<Reading, kPieceReadings> piece;
  while (behind_count > 0) {
    const std::uint32_t count =
        reader.read(std::span{piece}.first(std::min(behind_count, kPieceReadings)));
    std::for_each_n(piece.begin(), count, add);
    behind_count -= count;
  }
  code_staging(ground);
}

bool Series::is_head_taken_along(const BlockPool& pool) const {
  if (!head_has_room_) return false;
  const bool is_scarce = pool.free_count() < pool.count() / kScarcePart;
  return is_scarce || pool.header(head_).count <= kAlongMost;
}

Status Series::put_before(std::span<const Reading> older, Ground& ground) {
  if (older.empty()) return Status::ok;
  BlockPool& pool = ground.pool;
  const std::uint32_t block_bytes = pool.block_bytes();
  const std::size_t blocks = older.size() * kReadingBytesMax / block_bytes + 2 + kBlocksPerChunk;
  if (pool.free_count() < blocks) return Status::full;

  const std::uint32_t taken_along = is_head_taken_along(pool) ? pool.header(head_).count : 0;
  const auto readings = static_cast<std::uint32_t>(older.size()) + taken_along;
  Series front;
  front.begin_like(*this);
  front.refill(older, *this, taken_along, kNoCut, ground);
  const bool is_one = front.block_count_ == 1;
  const std::uint32_t unused = front.values_.unused();
  if (!is_one && unused > block_bytes / kFullPart) {
    const std::uint32_t full_readings = readings - pool.header(front.tail_).count;
    const double full_blocks = front.block_count_ - 1;
    const double part = 1.0 - static_cast<double>(unused) / block_bytes + 1.0 / kMarginPart;
    while (front.block_count_ > 0) front.drop_head(ground);
    front = Series();
    front.begin_like(*this);
    const auto cut = static_cast<std::uint32_t>(full_readings / full_blocks * part);
    front.refill(older, *this, taken_along, std::clamp(cut, 1U, readings - 1), ground);
  }
  front.seal(ground);

  if (taken_along > 0) drop_head(ground);
  const bool was_known = known();
  pool.header(front.tail_).next = head_;
  head_ = front.head_;
  if (tail_ == kNoBlock) tail_ = front.tail_;
  block_count_ = static_cast<std::uint16_t>(block_count_ + front.block_count_);
  first_ -= readings;
  head_has_room_ =
      unused > block_bytes / kFullPart && pool.header(head_).count < kBlockCountMax / 2;
  if (!was_known) newest_ = front.newest_;
  return Status::ok;
}

}  // namespace hf::stores::telemetry

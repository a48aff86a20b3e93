// The one pool of equal blocks that all sensors and scan tables share.
//
// Headers stand apart from the bytes they describe, in one dense table: walking a day of one sensor
// touches a few cache lines instead of one per block, and bytes need no alignment. A block carries
// values from the front of its bytes and the tokens of its runs (run_column.h) from the back.
//
// Cost: 24 bytes a block beside its bytes. Taking and giving back are O(1). Not thread-safe.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/reading.h"

namespace hf::stores::telemetry {

using BlockIndex = std::uint16_t;
inline constexpr BlockIndex kNoBlock = 0xFFFF;
inline constexpr std::uint32_t kBlocksMax = kNoBlock;    // indexes of 16 bits
inline constexpr std::uint32_t kBlockCountMax = 0xFFFF;  // readings in one block

// Which numbers the ticks of a run are: 0 is milliseconds of uptime (the low 32 bits), 1 + s is the
// scan numbers of source s (scan_times.h).
using Timeline = std::uint8_t;
inline constexpr Timeline kOwnTime = 0;
inline constexpr std::uint32_t kStepMax = 0xFFFF;

// A timeline and a quality in one byte: what all readings of a run have in common.
using RunKind = std::uint8_t;
inline constexpr unsigned kTimelineBits = 4;
constexpr RunKind kind_of(Timeline timeline, Quality quality) {
  return static_cast<RunKind>(timeline | (static_cast<unsigned>(quality) << kTimelineBits));
}
constexpr Timeline timeline_of(RunKind kind) {
  return static_cast<Timeline>(kind & ((1U << kTimelineBits) - 1));
}
constexpr Quality quality_of(RunKind kind) { return static_cast<Quality>(kind >> kTimelineBits); }

inline constexpr std::uint8_t kNotScaled = 0xFF;

// What a block says of itself, in as few bytes as serve: there are thousands. Its first moment
// follows from its first tick, its first value is decoded soonest; its last moment lets time pass
// by whole blocks, and its extremes answer without decoding. Times are the low 32 bits of uptime in
// milliseconds: a chain never spans 24 days, so they are whole again beside any time of the chain.
struct BlockHeader {
  BlockIndex next = kNoBlock;          // the next younger block of the chain, or the next free one
  std::uint16_t count = 0;             // readings
  std::uint16_t run_bytes = 0;         // tokens, from the back; all before them is values
  RunKind first_kind = 0;              // of the first run
  std::uint8_t decimals = kNotScaled;  // least and most are value × 10^decimals, exactly; or unset
  std::uint32_t first_tick = 0;        // of the first run; all others follow from the tokens
  std::uint32_t last_at_low = 0;
  std::int32_t least_scaled = 0;
  std::int32_t most_scaled = 0;
};
static_assert(sizeof(BlockHeader) == 24);

// The whole uptime whose low 32 bits are `low` and which is nearest to `beside`.
constexpr Uptime whole(std::uint32_t low, Uptime beside) {
  return {beside.ms + static_cast<std::int32_t>(low - static_cast<std::uint32_t>(beside.ms))};
}
constexpr std::uint32_t low_bits(Uptime at) { return static_cast<std::uint32_t>(at.ms); }

class BlockPool {
 public:
  BlockPool() = default;
  // REQUIRES: headers.size() <= kBlocksMax; bytes.size() is headers.size() × block_bytes.
  BlockPool(std::span<BlockHeader> headers, std::span<std::byte> bytes, std::uint32_t block_bytes);

  // An empty block. REQUIRES: free_count() > 0: whoever needs a block makes room first.
  BlockIndex take();
  // From now on there are at most `blocks`, as far as those beyond were never taken; how many there
  // are then. Those beyond are not touched again, so the kernel never gives memory for them.
  std::uint32_t lower_to(std::uint32_t blocks);
  // REQUIRES: `block` was taken and is in no chain any more.
  void give_back(BlockIndex block);

  BlockHeader& header(BlockIndex block) { return headers_[block]; }
  const BlockHeader& header(BlockIndex block) const { return headers_[block]; }
  std::span<std::byte> bytes(BlockIndex block) const {
    return bytes_.subspan(std::size_t{block} * block_bytes_, block_bytes_);
  }

  std::uint32_t count() const { return static_cast<std::uint32_t>(headers_.size()); }
  std::uint32_t free_count() const { return free_count_; }
  // Grows with each block given back: whoever keeps an index learns that it may be void.
  std::uint64_t given_back_count() const { return given_back_count_; }
  std::uint32_t block_bytes() const { return block_bytes_; }

 private:
  std::span<BlockHeader> headers_;
  std::span<std::byte> bytes_;
  std::uint32_t block_bytes_ = 0;
  std::uint32_t free_count_ = 0;
  std::uint64_t given_back_count_ = 0;
  BlockIndex free_ = kNoBlock;
};

}  // namespace hf::stores::telemetry

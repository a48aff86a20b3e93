#include "stores/telemetry/block_pool.h"

#include <algorithm>

namespace hf::stores::telemetry {

BlockPool::BlockPool(std::span<BlockHeader> headers, std::span<std::byte> bytes,
                     std::uint32_t block_bytes)
    : headers_(headers), bytes_(bytes), block_bytes_(block_bytes) {
  HF_ASSERT(headers.size() <= kBlocksMax);
  HF_ASSERT(bytes.size() == headers.size() * block_bytes);
  for (std::size_t block = headers.size(); block-- > 0;) {
    give_back(static_cast<BlockIndex>(block));
  }
}

BlockIndex BlockPool::take() {
  HF_ASSERT(free_count_ > 0);
  const BlockIndex block = free_;
  free_ = headers_[block].next;
  headers_[block] = BlockHeader{};
  --free_count_;
  return block;
}

// Free blocks are handed out in order of their index, so those beyond are the end of the free list
// unless one of them is in use.
std::uint32_t BlockPool::lower_to(std::uint32_t blocks) {
  const std::uint32_t most = std::max(blocks, count() - free_count_);
  BlockIndex last = kNoBlock;
  std::uint32_t kept_free = 0;
  for (BlockIndex block = free_; block != kNoBlock && block < most; block = headers_[block].next) {
    last = block;
    ++kept_free;
  }
  const std::uint32_t in_use = count() - free_count_;
  if (most >= count() || kept_free + in_use != most) return count();  // used all over already
  (last == kNoBlock ? free_ : headers_[last].next) = kNoBlock;
  headers_ = headers_.first(most);
  free_count_ = kept_free;
  return most;
}

void BlockPool::give_back(BlockIndex block) {
  HF_ASSERT(block < headers_.size());
  headers_[block].next = free_;
  free_ = block;
  ++free_count_;
  ++given_back_count_;
}

}  // namespace hf::stores::telemetry

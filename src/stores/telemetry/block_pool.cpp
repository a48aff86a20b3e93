#include "stores/telemetry/block_pool.h"

namespace hf::telemetry {

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

void BlockPool::give_back(BlockIndex block) {
  HF_ASSERT(block < headers_.size());
  headers_[block].next = free_;
  free_ = block;
  ++free_count_;
  ++given_back_count_;
}

}  // namespace hf::telemetry

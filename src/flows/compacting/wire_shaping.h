// What the offline queue needs done to frames, by those who know their insides.
#pragma once

#include <array>

#include "flows/compacting/condenser.h"
#include "stores/offline_queue/frame_shaping.h"
#include "wire/frames/readings_merge.h"

namespace hf::flows::compacting {

// About 250 KiB on the small board: a member of something, or static.
class WireShaping final : public stores::queue::FrameShaping {
 public:
  std::uint32_t count_that_join(Frames frames) override;
  Result<std::uint32_t> join(Frames frames, std::span<std::byte> out) override;
  std::uint32_t part_begin(std::span<const std::byte> frame, std::uint32_t row) override;
  Result<std::uint32_t> condense(Frames frames, std::uint32_t skipped, wire::FrameKind to,
                                 std::span<std::byte> out) override;

  // For who cuts: a merger is large, and one thread needs one.
  wire::ReadingsMerger& merger() { return merger_; }
  Condenser& condenser() { return condenser_; }

 private:
  std::span<const wire::FrameSlice> slices_of(Frames frames);

  std::array<wire::FrameSlice, wire::ReadingsMerger::kSlicesMax> slices_;
  wire::ReadingsMerger merger_;
  Condenser condenser_;
};

}  // namespace hf::flows::compacting

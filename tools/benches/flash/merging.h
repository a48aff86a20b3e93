// What the queue needs done to frames of readings, by the wire's own merger. Nothing is thinned: a
// benchmark's file stays below its quota.
#pragma once

#include <array>

#include "stores/offline_queue/frame_shaping.h"
#include "wire/readings_merge.h"

namespace hf::bench {

class Merging final : public stores::queue::FrameShaping {
 public:
  std::uint32_t count_that_join(Frames frames) override {
    return merger_.count_that_join(slices_of(frames));
  }
  Result<std::uint32_t> join(Frames frames, std::span<std::byte> out) override {
    return merger_.merge(slices_of(frames), out);
  }
  Result<std::uint32_t> condense(Frames, wire::FrameKind, std::span<std::byte>) override {
    return Status::unsupported;
  }

 private:
  std::span<const wire::FrameSlice> slices_of(Frames frames) {
    const std::size_t count = std::min(frames.size(), slices_.size());
    for (std::size_t index = 0; index < count; ++index) slices_[index] = {.frame = frames[index]};
    return std::span{slices_}.first(count);
  }

  std::array<wire::FrameSlice, wire::ReadingsMerger::kSlicesMax> slices_;
  wire::ReadingsMerger merger_;
};

}  // namespace hf::bench

#include "flows/compacting/frame_shaper.h"

#include <algorithm>

namespace hf::flows {

std::uint32_t FrameShaper::count_that_join(Frames frames) {
  const std::uint32_t of_readings = merger_.count_that_join(slices_of(frames));
  return of_readings > 0 ? of_readings : condenser_.count_that_join(frames);
}

// Envelopes are joined by condensing them to the kind that they are.
Result<std::uint32_t> FrameShaper::join(Frames frames, std::span<std::byte> out) {
  wire::OpenedFrame first;
  HF_TRY(wire::open_frame(frames.front(), first));
  const bool is_thinned = wire::bucket_of(first.header.kind).ms > 0;
  return is_thinned ? condenser_.condense(frames, first.header.kind, out)
                    : merger_.merge(slices_of(frames), out);
}

Result<std::uint32_t> FrameShaper::condense(Frames frames, wire::FrameKind to,
                                            std::span<std::byte> out) {
  return condenser_.condense(frames, to, out);
}

std::span<const wire::FrameSlice> FrameShaper::slices_of(Frames frames) {
  const std::size_t count = std::min(frames.size(), slices_.size());
  for (std::size_t i = 0; i < count; ++i) slices_[i] = {.frame = frames[i]};
  return std::span{slices_}.first(count);
}

}  // namespace hf::flows

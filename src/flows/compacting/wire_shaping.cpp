#include "flows/compacting/wire_shaping.h"

#include <algorithm>

namespace hf::flows::compacting {
namespace {

wire::FrameKind kind_of(std::span<const std::byte> frame) {
  wire::OpenedFrame opened;
  return is_ok(wire::open_frame(frame, opened)) ? opened.header.kind : wire::FrameKind::gap;
}

}  // namespace

std::span<const wire::FrameSlice> WireShaping::slices_of(Frames frames) {
  const std::size_t count = std::min(frames.size(), slices_.size());
  for (std::size_t index = 0; index < count; ++index) slices_[index] = {.frame = frames[index]};
  return std::span{slices_}.first(count);
}

std::uint32_t WireShaping::count_that_join(Frames frames) {
  if (kind_of(frames.front()) == wire::FrameKind::readings) {
    return merger_.count_that_join(slices_of(frames));
  }
  return condenser_.count_that_join(frames);
}

Result<std::uint32_t> WireShaping::join(Frames frames, std::span<std::byte> out) {
  const wire::FrameKind kind = kind_of(frames.front());
  if (kind == wire::FrameKind::readings) return merger_.merge(slices_of(frames), out);
  return condenser_.condense(frames, 0, kind, out);
}

std::uint32_t WireShaping::part_begin(std::span<const std::byte> frame, std::uint32_t row) {
  return condenser_.part_begin(frame, row);
}

Result<std::uint32_t> WireShaping::condense(Frames frames, std::uint32_t skipped,
                                            wire::FrameKind to, std::span<std::byte> out) {
  if (condenser_.count_that_join(frames) < frames.size()) return Status::full;
  return condenser_.condense(frames, skipped, to, out);
}

}  // namespace hf::flows::compacting

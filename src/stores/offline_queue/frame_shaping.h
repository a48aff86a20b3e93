// What the queue needs done to frames of readings, and leaves to those who know their insides.
//
// So the store moves opaque bytes, and its sweeps by the million need not compress any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "wire/frames/frame.h"

namespace hf::stores::queue {

class FrameShaping {
 public:
  using Frames = std::span<const std::span<const std::byte>>;

  // How many of `frames`, from the front, can become one by join(). 0: the first is none of
  // readings, or not sound.
  virtual std::uint32_t count_that_join(Frames frames) = 0;

  // The bytes of one frame with the rows of all, in `out`.  full: `out` is too small.  corrupt: one
  // of them is.  REQUIRES: frames.size() <= count_that_join(frames).
  virtual Result<std::uint32_t> join(Frames frames, std::span<std::byte> out) = 0;

  // From which row on a part of the frame has `row`: from that one, but envelopes cannot be taken
  // apart, so there from the first row of its bucket.
  virtual std::uint32_t part_begin(std::span<const std::byte> frame, std::uint32_t row) = 0;

  // The bytes of one frame of envelopes that stands for the same positions, but for the first
  // `skipped` rows: nothing of these is in it.  Outcomes of join().  REQUIRES: as join(); `to` is
  // coarser than what `frames` are; the first one has more rows; a part of it can begin there.
  virtual Result<std::uint32_t> condense(Frames frames, std::uint32_t skipped, wire::FrameKind to,
                                         std::span<std::byte> out) = 0;

 protected:
  ~FrameShaping() = default;
};

}  // namespace hf::stores::queue

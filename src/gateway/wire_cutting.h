// What the uplink needs done to frames, by the one who knows their insides: a cut is a merge of
// one.
#pragma once

#include "flows/uplink/parcels.h"
#include "wire/frames/readings_merge.h"

namespace hf::gateway {

class WireCutting final : public flows::uplink::FrameCutting {
 public:
  explicit WireCutting(wire::ReadingsMerger& merger) : merger_(merger) {}

  Result<std::uint32_t> cut(std::span<const std::byte> frame, std::uint32_t from_row,
                            std::uint32_t to_row, std::span<std::byte> out) override {
    const wire::FrameSlice slice{.frame = frame, .from_row = from_row, .to_row = to_row};
    return merger_.merge({&slice, 1}, out);
  }

 private:
  wire::ReadingsMerger& merger_;
};

}  // namespace hf::gateway

// A gap record: an event that says which positions upstream will never get, or only coarser, and
// why. It is what makes "nothing is missing" provable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "stores/offline_queue/position.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::stores::queue {

// Numbers travel and stay in files: never given a new meaning.
enum class GapReason : std::uint8_t {
  power_lost = 1,        // never used, or lost within the window when the power went
  memory_full = 2,       // there was no flash to keep them on, and no memory left
  no_space = 3,          // the byte budget was spent: the oldest went
  only_ten_seconds = 4,  // envelopes of 10 s are left of them
  only_one_minute = 5,   // envelopes of 1 min are left of them
  damaged = 6,           // the file that had them was damaged
};

struct Gap {
  std::uint64_t stream = 0;
  Lane lane = Lane::readings;
  Interval rows;
  GapReason reason = GapReason::power_lost;
};

inline constexpr std::size_t kGapFrameBytesMax = wire::kFrameHeaderBytesMax + 32;

// The bytes of the event, without a position: the store gives it one.
// REQUIRES: `out` has kGapFrameBytesMax bytes.
std::uint32_t build_gap(const Gap& gap, BootId boot, Uptime now, std::span<std::byte> out);

// ok.  corrupt: not a gap record.
Status read_gap(std::span<const std::byte> frame, Gap& gap);

}  // namespace hf::stores::queue

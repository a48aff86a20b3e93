// What passes between the queue and who sends: offers, receipts, and how a sending went.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "stores/offline_queue/position.h"

namespace hf::stores {

// What to send next. Who asks decides the order: events first, then live, then backlog.
enum class Choice : std::uint8_t {
  events,   // alerts, state, anchors, rosters, gap records: the oldest first
  live,     // readings younger than the live horizon: the newest first
  backlog,  // readings: the oldest first
};

// A frame that upstream lacks something of, and which of its rows.
struct Offer {
  std::uint64_t stream = 0;
  wire::Lane lane = wire::Lane::readings;
  wire::FrameKind kind = wire::FrameKind::readings;
  queue::Interval frame_rows;        // all of its positions
  queue::Interval rows;              // of them, the first run that is missing and not in flight
  std::span<const std::byte> bytes;  // valid until the next call to the queue
};

// What the hub has for good: everything of one stream and lane before `watermark`, and between
// there and `through` all but the holes.
struct Receipt {
  std::uint64_t stream = 0;
  wire::Lane lane = wire::Lane::readings;
  queue::Position watermark = 0;
  queue::Position through = 0;               // >= watermark
  std::span<const queue::Interval> holes{};  // rising, apart, within [watermark, through)
};

// Why a frame that was offered did not go, as far as the other side said so. What the link does
// (lost, timed out) is nobody's fault and not here: see link_lost().
enum class Refusal : std::uint8_t {
  too_large = 1,
  not_authorised = 2,
  invalid = 3,  // upstream could not read it
  quota = 4,    // too much for now: the frame is not to blame
};
inline constexpr std::size_t kRefusalCount = 5;

// Stands between what was kept before it and what is kept after it.
struct QueueMark {
  std::uint64_t stream = 0;  // 0: nothing was ever kept
  std::array<queue::Position, queue::kLaneCount> next{};
};

}  // namespace hf::stores

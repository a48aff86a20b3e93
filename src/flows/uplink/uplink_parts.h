// What an uplink stands between: what it asks of the board, the queue and those who know the
// insides of frames, and who takes what comes down.
#pragma once

#include "flows/uplink/parcels.h"
#include "hal/clock.h"
#include "hal/link.h"
#include "hal/network.h"
#include "hal/power.h"
#include "stores/ledger/ledger.h"
#include "wire/uplink/topics.h"

namespace hf::flows {

// Who wants what comes down besides receipts: documents and commands.
class UplinkInbox {
 public:
  // ok: taken.  full: no room; it is counted, and upstream sends again what matters. The payload is
  // the caller's, and gone after the call.
  virtual Status take(wire::TopicClass topic_class, std::span<const std::byte> payload,
                      Uptime now) = 0;

 protected:
  ~UplinkInbox() = default;
};

// Who makes readable texts of frames, for those who asked for them.
class FrameTexts {
 public:
  // The bytes of the text.  full: it does not fit.  invalid, corrupt: that cannot be a text.
  virtual Result<std::uint32_t> write(std::span<const std::byte> frame,
                                      std::span<std::byte> out) = 0;

 protected:
  ~FrameTexts() = default;
};

struct UplinkParts {
  hal::Link& link;
  const hal::Network& network;
  const hal::Power& power;
  const hal::Clock& clock;
  stores::OfflineQueue& queue;
  stores::queue::FrameShaping& shaping;
  uplink::FrameCutting& cutting;
  FrameTexts& texts;
  stores::UplinkCounts& counts;
  stores::UplinkNotes& notes;
};

// What a data plan leaves, for now.
struct UplinkShare {
  std::uint64_t bytes_per_second = 0;  // 0: no limit
  bool events_only = false;
};

}  // namespace hf::flows

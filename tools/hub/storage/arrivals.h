// What came from gateways and is to be kept: looked at and sound, but not yet stored.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/hub/intake/checked_frame.h"
#include "tools/hub/storage/activity_chain.h"

namespace hf::hub {

struct GatewayName {
  std::string tenant;
  std::string gateway;
  friend auto operator<=>(const GatewayName&, const GatewayName&) = default;
};

struct FrameArrival {
  GatewayName from;
  CheckedFrame frame;
};

struct HealthArrival {
  GatewayName from;
  std::string text;  // the message as it came
  bool is_online = false;
  bool asks = false;                   // for receipts, now
  std::vector<std::uint64_t> streams;  // oldest first; empty: as said before
  std::int64_t receipt_every_ms = 0;
  std::int64_t receipt_bytes = 0;
  std::optional<ChainSaid> chain;
  bool is_whole = false;  // false: a last will, which says no more than that it is gone
};

// What a command had for an answer.
struct ResultArrival {
  GatewayName from;
  std::string id;    // of the command
  std::string text;  // the message as it came
};

struct Batch {
  std::vector<FrameArrival> frames;
  std::vector<HealthArrival> healths;
  std::vector<ResultArrival> results;
  bool empty() const { return frames.empty() && healths.empty() && results.empty(); }
};

}  // namespace hf::hub

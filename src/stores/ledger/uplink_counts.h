// The uplink's section of the ledger: what went up and came down, and how the way is now.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "vocabulary/time.h"
#include "wire/uplink/topics.h"

namespace hf::stores {

// The way up. Payload bytes and messages by class of topic; what MQTT, TLS and TCP add is on top.
struct UplinkCounts {
  std::uint64_t attempts = 0;     // to connect
  std::uint64_t connections = 0;  // that came about
  std::uint64_t disconnections = 0;
  std::array<std::uint64_t, wire::kTopicClassCount> messages{};  // published, or received
  std::array<std::uint64_t, wire::kTopicClassCount> bytes{};
  std::uint64_t acknowledged = 0;  // by the broker
  std::uint64_t refused = 0;       // by the broker, one message
  std::uint64_t receipts = 0;      // by the hub, believed
  std::uint64_t receipts_bad = 0;  // not whole, contradictory, or of another stream
  std::uint64_t asked = 0;         // for receipts, because they were missed
  std::uint64_t rows_sent = 0;
  std::uint64_t rows_sent_again = 0;  // no receipt came for them, or the hub asked
  std::uint64_t frames_cut = 0;       // sent in parts
  std::uint64_t frames_joined = 0;    // sent as one with others
  std::uint64_t unreadable = 0;       // messages on topics that are not ours
  std::uint64_t inbox_refused = 0;    // commands and state for which nobody had room
};

// How the way up is now.
struct UplinkNotes {
  std::string_view phase = "off";  // off, waiting, connecting, online
  std::string_view method;         // tcp, tls, ws, wss
  bool is_bursting = false;        // connects, drains and disconnects on a schedule
  std::string_view breaker = "closed";
  std::string_view last_end;  // why the last connection or attempt ended
  Uptime since;               // of the phase
  Uptime next_attempt;        // while waiting
  std::uint64_t bytes_per_second = 0;
  bool is_measured = false;
  std::uint64_t drain_bytes_per_second = 0;  // of a backlog, as the queue counts; 0: not known yet
  Duration round_trip;
  Duration live_period;
  std::uint32_t in_flight = 0;
  std::uint64_t rows_awaiting_receipt = 0;
  bool is_hub_silent = false;  // receipts are overdue
  Uptime last_receipt;         // zero: none in this process
};

}  // namespace hf::stores

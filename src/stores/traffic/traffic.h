// Traffic: every byte that crossed the link, by what it was for, beside the data plan it is held
// against.
//
// Counted is what is handed to the link and comes from it. What MQTT, TLS, TCP and IP put around it
// is estimated (flows/accounting), because no two networks count alike; a plan is held against the
// sum of both, in both directions.
//
//   TR1 Every message and every connection is in exactly one line.
//   TR2 A day or a month begins anew only when a clock that is believed says that a later one has
//       come: a clock that goes back, or in 1970, begins nothing. A synced clock may take back what
//       another said of the date.
//   TR3 share() never allows more than is left, and keeps kReserve of the plan for events: alerts
//       are not held back by a plan.
//
// Never allocates. Owned by the service loop.
#pragma once

#include <array>
#include <cstdint>

#include "vocabulary/time.h"
#include "wire/uplink/topics.h"

namespace hf::stores {

// What a byte was for: a class of topics, or the connection itself.
inline constexpr std::size_t kTrafficConnecting = wire::kTopicClassCount;
inline constexpr std::size_t kTrafficKeepAlive = kTrafficConnecting + 1;
inline constexpr std::size_t kTrafficOther = kTrafficKeepAlive + 1;  // a topic that is not ours
inline constexpr std::size_t kTrafficLines = kTrafficOther + 1;

std::string_view traffic_line_name(std::size_t line);

struct TrafficLine {
  std::uint64_t messages_up = 0;
  std::uint64_t messages_down = 0;
  std::uint64_t payload_up = 0;
  std::uint64_t payload_down = 0;
  std::uint64_t around_up = 0;  // estimated: MQTT, TLS, TCP, IP
  std::uint64_t around_down = 0;

  std::uint64_t bytes() const { return payload_up + payload_down + around_up + around_down; }
};

// Bytes in both directions; 0: no limit.
struct DataPlan {
  std::uint64_t day_bytes_max = 0;
  std::uint64_t month_bytes_max = 0;
  friend bool operator==(const DataPlan&, const DataPlan&) = default;
};

// What the current day and month have used. Numbers of 1970's: day 0, month 0 until a clock said.
struct PlanUse {
  std::int64_t day = 0;
  std::int64_t month = 0;  // 12 * years + month
  std::uint64_t day_bytes = 0;
  std::uint64_t month_bytes = 0;
  friend bool operator==(const PlanUse&, const PlanUse&) = default;
};

// What may be sent now.
struct TrafficShare {
  std::uint64_t bytes_per_second = 0;  // of payload, on average; 0: no limit
  bool events_only = false;            // the plan is used up, but for its reserve
  friend bool operator==(const TrafficShare&, const TrafficShare&) = default;
};

class Traffic {
 public:
  static constexpr std::uint64_t kReservePercent = 5;
  // So many times the rate that would last to the end: early bytes are worth more than late ones,
  // and what is left shrinks towards nothing without ever reaching it.
  static constexpr std::uint64_t kEager = 2;

  // Enters bytes in both directions. `around` is estimated.
  void note(std::size_t line, const TrafficLine& bytes);
  void note_connection() { ++connections_; }
  void note_radio_wake() { ++radio_wakes_; }

  void set_plan(const DataPlan& plan) { plan_ = plan; }
  const DataPlan& plan() const { return plan_; }

  // As it was before the restart.
  void restore(const PlanUse& use) { use_ = use; }
  const PlanUse& use() const { return use_; }

  // What time it is: TR2. REQUIRES: it is believed.
  void note_time(UtcTime now, bool is_synced);

  // `now` is believed where `is_known`; otherwise a whole period is taken to lie ahead.
  TrafficShare share(UtcTime now, bool is_known) const;

  const TrafficLine& line(std::size_t index) const { return lines_[index]; }
  TrafficLine sum() const;
  std::uint64_t connections() const { return connections_; }
  std::uint64_t radio_wakes() const { return radio_wakes_; }

 private:
  std::array<TrafficLine, kTrafficLines> lines_{};
  std::uint64_t connections_ = 0;
  std::uint64_t radio_wakes_ = 0;  // traffic after the radio had gone to sleep
  DataPlan plan_;
  PlanUse use_;
};

}  // namespace hf::stores

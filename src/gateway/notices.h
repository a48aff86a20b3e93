// Notices: what a person must hear of the stores, as lines in the log. Each is said when it begins,
// once an hour while it lasts, and when it ends; the figures themselves are always in the status.
//
// Cost: a look asks every store for its figures; once a minute is meant. Owned by the service loop.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "hal/log.h"
#include "stores/offline_queue/offline_queue.h"
#include "stores/telemetry/telemetry.h"

namespace hf::gateway {

class Notices {
 public:
  explicit Notices(hal::Log& log) : log_(log) {}

  void look(const telemetry::Telemetry& window, stores::OfflineQueue& queue, Uptime now);

 private:
  enum Topic : std::uint8_t { window_short, queue_in_memory, flash_budget_overdrawn, topic_count };

  class Fields;

  void say(Topic topic, bool lasts, const Fields& fields, Uptime now);
  void say_once(std::string_view code, std::uint64_t count, std::uint64_t& told,
                const Fields& fields);

  hal::Log& log_;
  std::array<bool, topic_count> lasts_{};
  std::array<Uptime, topic_count> said_at_{};
  std::uint64_t files_set_aside_ = 0;
  std::uint64_t frames_quarantined_ = 0;
};

}  // namespace hf::gateway

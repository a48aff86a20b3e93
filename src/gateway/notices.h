// Notices: what a person must hear of the gateway itself, as lines in the log and as alerts.
//
// In the log each is said when it begins, once an hour while it lasts, and when it ends. As an
// alert (a system alert, stores/alerts/episodes.h) it survives a reboot, goes upstream in the lane
// of alerts, and is acknowledged and resolved by people like any other. The figures themselves are
// always in the status.
//
//   NT1  What lasts is raised by the first look that finds it, and ended when it was over for
//        kAlertHold: what comes and goes is one episode, not hundreds.
//   NT2  A file that was set aside is told, also when the power goes before it could be: its name
//        on flash is compared with what the alert said last.
//   NT3  What has happened (a file set aside, a frame in quarantine) stays raised until a person
//        resolves it.
//
// Cost: a look asks every store for its figures; once a minute is meant. Owned by the service loop.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "files/database/database_settings.h"
#include "hal/flash.h"
#include "hal/log.h"
#include "state/replica.h"
#include "state/shelf.h"
#include "stores/alerts/alerts.h"
#include "stores/nodes/nodes.h"
#include "stores/offline_queue/offline_queue.h"
#include "stores/telemetry/telemetry.h"

namespace hf::gateway {

inline constexpr Duration kAlertHold = minutes(10);

// Between two looks, and between two prunings of the window: often enough that what is dropped is
// late by little, seldom enough to cost nothing.
inline constexpr Duration kHousekeepingPeriod = minutes(1);

class Notices {
 public:
  // What is looked at, and where alerts are written. All outlive the notices.
  struct Sights {
    const stores::telemetry::Telemetry& window;
    stores::OfflineQueue& queue;
    const state::Shelf& shelf;
    hal::Flash& flash;
    const stores::Nodes& nodes;
    state::Replica& replica;
  };
  Notices(hal::Log& log, const Sights& sights) : log_(log), sights_(sights) {}

  void look(Uptime now, const UtcReading& utc);

 private:
  enum Topic : std::uint8_t {
    window_short,
    queue_in_memory,
    state_in_memory,
    flash_budget_overdrawn,
    node_failing,
    topic_count
  };
  // Of one database: what is known of the file that was set aside last.
  struct Aside {
    std::uint64_t told = 0;    // how many of this start are in the log
    std::uint32_t newest = 0;  // in its name
    bool is_known = false;     // the names on flash were looked at
  };

  class Fields;

  void say(Topic topic, bool lasts, double value, const Fields& fields, Uptime now,
           const UtcReading& utc);
  void say_once(std::string_view code, std::uint64_t count, std::uint64_t& told,
                const Fields& fields);
  void look_at_nodes(Uptime now, const UtcReading& utc);
  void raise(Topic topic, double value, const UtcReading& utc);
  void look_at_aside(std::string_view code, std::string_view stem, const files::SetAside& found,
                     std::uint64_t count, std::uint32_t salvaged, Aside& aside,
                     const UtcReading& utc);
  void tell(std::string_view code, bool is_new, double number, std::string_view text,
            const UtcReading& utc);
  stores::Alert alert_of(std::string_view code) const;

  hal::Log& log_;
  Sights sights_;
  std::array<bool, topic_count> lasts_{};
  std::array<Uptime, topic_count> said_at_{};
  std::array<Uptime, topic_count> lasted_at_{};  // when it was last found so
  Aside queue_aside_;
  Aside state_aside_;
  std::uint64_t frames_quarantined_ = 0;
  std::uint64_t files_given_up_ = 0;
};

}  // namespace hf::gateway

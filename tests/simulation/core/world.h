// One run: the real core on a simulated board, the machine it watches, what goes wrong, and who
// looks on. One seed decides everything; virtual time passes as fast as the work is done.
//
// The core lives and dies many times in it: at power cuts, kills and orderly restarts. When the
// time is over everything is healed, all that waits is taken upstream, and the checkers say what
// they think.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/sim/mqtt/hub.h"
#include "tests/simulation/core/checks/checker.h"
#include "tests/simulation/core/course.h"
#include "tests/simulation/core/field.h"
#include "tests/simulation/core/hub_desk.h"
#include "tests/simulation/core/incidents.h"
#include "tests/simulation/core/outside.h"
#include "tests/simulation/core/settings_incidents.h"
#include "tests/simulation/core/written_documents.h"

namespace hf::simulation {

inline constexpr Duration kWindow = stores::QueueSettings{}.window;

// A queue that failed is tried again after five minutes at most, and then has to catch up.
inline constexpr Duration kConvalescence = stores::queue::kRetryMax + minutes(2);

class World {
 public:
  enum class Ending : std::uint8_t { none, killed, orderly };

  explicit World(const Course& course);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  // Once.
  Outcome run();

  Duration now() const { return board.clock.elapsed(); }

  // Hands for incidents.
  void tell(const char* what, const char* how);
  void end_process(Ending ending) { ending_ = ending; }
  void expect_short_boots(std::uint32_t count) { short_boots_ = count; }
  // A line of the control socket, by its owner. REQUIRES: the board is on.
  std::string ask(std::string_view line);
  bool may_spoil_settings() const { return gateway_ && settings.may_be_spoilt(*gateway_); }
  bool may_mend_settings() const {
    return board.is_on() && gateway_ && !gateway_->settings().trial().on_trial();
  }
  // Null: nobody runs who has one.
  const state::Replica* replica() {
    return board.is_on() && gateway_ ? &gateway_->state().replica() : nullptr;
  }
  void note_harm(Area area, bool begins);
  void note_synced() { synced_since_ = now(); }
  void heal_medium();  // unless something else still harms it
  void change_carrier(int by) {
    carrier_ += by;
    board.network.set_carrier(carrier_ > 0 ? hal::Carrier::up : hal::Carrier::down);
  }

 private:
  Random seeds_;

 public:
  sim::Board board;
  sim::Hub hub;
  Field field;
  Random random;

 private:
  Findings findings_;

 public:
  SettingsWatch settings;
  HubDesk desk;
  WrittenDocuments written;

 private:
  void go_dark();
  void live_until(Duration end);
  void turn(Duration end);
  void step();
  void look();
  void start_process();
  void bury_process();
  void come_back();
  void begin_boot();
  void note_due();
  Duration window_in_force();
  void note_fairness();
  bool is_well(Area area, Duration for_at_least) const;
  bool is_medium_well() const;
  bool is_drained();
  void heal();
  void heal_settings();
  void heal_documents(Duration healed_at);
  bool are_documents_alike();
  bool is_time_wrong();
  void stored(const sim::Hub::Stored& stored);
  void plant_medium_bug();
  void tamper_with_field();

  const Course course_;
  Outside outside_;
  Incidents incidents_;
  Truth truth_;
  Trace trace_;
  Upstream upstream_;
  std::vector<std::unique_ptr<Checker>> checkers_;
  std::optional<gateway::Gateway> gateway_;
  GatewayId id_;

  Duration wake_at_;
  Duration look_at_;
  Ending ending_ = Ending::none;
  std::uint32_t short_boots_ = 0;  // still to come
  struct Harm {
    std::uint32_t count = 0;  // of incidents that are on
    Duration over_at;         // since when there is none
  };
  std::array<Harm, kAreaCount> harms_;
  int carrier_ = 1;  // above 0: up
  Duration process_began_at_;
  Duration synced_since_;
  std::int64_t drift_ppm_ = 0;
  bool is_healing_ = false;
  Uptime due_from_;
  std::uint64_t scans_ = 0;
  Outcome outcome_;
};

}  // namespace hf::simulation

// Chronicling: notices what happens on this gateway, and notes it in the activity.
//
// It looks; nobody has to tell it. Documents are observed as they change; all else (the link,
// versions of settings, what the queue lost, roles) is compared with what it was at the last look.
// So a store that fails to tell cannot be forgotten, at the price of order: two things between two
// looks, a second apart at most, may stand the other way round.
//
//   CR1  Every edit of a person is noted, with who and what, from either end of the link.
//   CR2  A version of settings is noted when it is tried, found good, and left.
//   CR3  What was lost (resolution, readings, files) is noted with how much, at most once in ten
//        minutes.
//
// Never allocates. Owned by the service loop.
#pragma once

#include <array>
#include <cstdint>

#include "hal/clock.h"
#include "state/replica.h"
#include "stores/activity/activity.h"
#include "stores/ledger/ledger.h"
#include "stores/offline_queue/offline_queue.h"
#include "stores/settings/settings.h"

namespace hf::flows {

struct ChronicleSources {
  const hal::Clock& clock;
  state::Replica& replica;  // observed
  const state::Shelf& shelf;
  const stores::OfflineQueue& queue;
  const stores::Ledger& ledger;
  stores::Settings& settings;
};

class Chronicling final : public state::DocumentObserver {
 public:
  static constexpr Duration kLookPeriod = seconds(1);
  static constexpr Duration kLossPeriod = minutes(10);
  static constexpr std::size_t kLosses = 11;

  // REQUIRES: all outlive this.
  Chronicling(const ChronicleSources& from, stores::Activity& activity);

  // The gateway has started.
  void begin();
  // When it wants to be called next.
  Uptime step();
  // The gateway stops in order: the last entries are written.
  void end();

 private:
  struct RoleSeen {
    std::uint32_t ends = 0;
    std::uint32_t failed_starts = 0;
  };

  void changed(const state::Changed& change) override;
  stores::Moment moment() const { return {.now = from_.clock.uptime(), .utc = from_.clock.utc()}; }
  void note(stores::ActivityKind kind, std::string_view what, std::string_view who = "gateway");
  void look_at_link();
  void look_at_settings();
  void tell_version(std::uint32_t number, stores::VersionState state);
  void look_at_roles();
  void look_at_losses();

  ChronicleSources from_;
  stores::Activity& activity_;
  Uptime look_at_;
  Uptime losses_at_;
  std::uint64_t connections_ = 0;
  std::uint64_t disconnections_ = 0;
  std::uint32_t version_ = 0;
  stores::VersionState version_state_ = stores::VersionState::assumed;
  std::array<RoleSeen, stores::kRolesMax> roles_{};
  std::array<std::uint64_t, kLosses> losses_{};
};

}  // namespace hf::flows

// Accounting: keeps the books of the link over restarts, and says what the data plan leaves.
//
//   AC1 What a day and a month have used is kept: an orderly end loses nothing, a power cut at most
//       kUnsavedPercent of the plan, or an hour.
//   AC2 The share follows the plan, the clock and what was used, and is worked out every kPeriod.
//
// Never allocates. Owned by the service loop.
#pragma once

#include "files/note/note.h"
#include "flows/accounting/metered_link.h"
#include "hal/clock.h"
#include "stores/traffic/traffic.h"

namespace hf::flows {

class Accounting {
 public:
  static constexpr Duration kPeriod = seconds(10);
  static constexpr Duration kSavePeriod = hours(1);
  static constexpr std::uint64_t kUnsavedPercent = 1;

  // REQUIRES: all outlive this.
  Accounting(const hal::Clock& clock, hal::Flash& flash, MeteredLink& link,
             stores::Traffic& traffic)
      : clock_(clock), note_(flash, "traffic"), link_(link), traffic_(traffic) {}

  // Once, at boot. ok: also when there are no books yet.  Else as files::Note::load(): they begin
  // anew.
  Status start();

  // Returns when it wants to be called again.
  Uptime step(Uptime now);

  // An orderly end.
  void stop();

  // Of the last step.
  const stores::TrafficShare& share() const { return share_; }

 private:
  bool is_worth_saving(Uptime now) const;
  void save(Uptime now);

  const hal::Clock& clock_;
  files::Note note_;
  MeteredLink& link_;
  stores::Traffic& traffic_;
  stores::TrafficShare share_;
  stores::PlanUse saved_;
  Uptime step_at_;
  Uptime saved_at_;
};

}  // namespace hf::flows

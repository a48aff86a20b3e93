// Timekeeping: learns how uptime lies in the time of day, keeps that, and tells it upstream.
//
// Sampling never waits for a clock and never asks one. This flow watches what the board says of UTC
// and makes anchors of it; whoever wants the time of day of a reading looks it up in
// stores/anchors, here and upstream by the same code.
//
//   TK1 A better time than any of this boot before is an anchor at once: of better quality, or of
//       much less doubt.
//   TK2 A step of a clock that is believed is an anchor at once. So is drift, when the anchors are
//       wrong by more than kDriftMost; and every kAnchorPeriod, whatever happens.
//   TK3 An anchor is in the store, in an event of the queue and in the file, in that order; what
//       the medium refused is tried again.
//   TK4 A time that is no more than a floor is never an anchor.
//   TK5 After a start the clock is never answered with a time before the last that was synced.
//   TK6 How long this boot has lived is kept every kHeardPeriod: so a boot that never saw a clock
//       lies between its neighbours.
//
// Cost: a look at the clock a second; a write of one block an hour, beside the anchors' events.
// Never allocates. Owned by the service loop.
#pragma once

#include "hal/clock.h"
#include "hal/log.h"
#include "stores/anchors/anchor_file.h"
#include "stores/anchors/anchors.h"
#include "stores/ledger/ledger.h"
#include "stores/offline_queue/offline_queue.h"
#include "vocabulary/time.h"

namespace hf::flows {

class Timekeeping {
 public:
  static constexpr Duration kLookPeriod = seconds(1);
  // Beside TK1 and TK2 nothing calls for an anchor; this bounds what is not known of drift after an
  // outage of the clock's source, and heals a hub that has lost one.
  static constexpr Duration kAnchorPeriod = hours(6);
  static constexpr Duration kHeardPeriod = hours(1);
  static constexpr Duration kDriftMost = milliseconds(250);
  static constexpr Duration kDriftPause = minutes(5);  // while a clock is slewed for long
  static constexpr std::int64_t kMuchBetter = 4;       // times less doubt

  // REQUIRES: all outlive this.
  Timekeeping(hal::Clock& clock, stores::Anchors& anchors, stores::AnchorFile& file,
              stores::OfflineQueue& queue, stores::TimekeepingCounts& counts, hal::Log& log)
      : clock_(clock), anchors_(anchors), file_(file), queue_(queue), counts_(counts), log_(log) {}

  // Once, at boot: what is known of boots before, and the floor that gives. ok.  Else as
  // stores::AnchorFile::load(): this boot begins without a past.
  Status start();

  // Looks at the clock when that is due. Returns when it wants to be called again.
  Uptime step(Uptime now);

  // An orderly end: how long this boot has lived.
  void stop(Uptime now);

 private:
  bool wants_anchor(const UtcReading& utc, Uptime now);
  void add_anchor(const UtcReading& utc, Uptime now);
  void tell_upstream(Uptime now);
  void save(Uptime now);
  const stores::BootAnchors* this_boot() const;

  hal::Clock& clock_;
  stores::Anchors& anchors_;
  stores::AnchorFile& file_;
  stores::OfflineQueue& queue_;
  stores::TimekeepingCounts& counts_;
  hal::Log& log_;
  Uptime look_at_;
  Uptime save_at_;
  stores::Anchor last_;     // of this boot; quality unset: none yet
  bool is_untold_ = false;  // the queue has not got it
};

}  // namespace hf::flows

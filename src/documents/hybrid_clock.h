// The hybrid logical clock: issues the stamps of one writer.
//
//   H1  Every stamp issued is greater than every one issued or observed before it.
//   H2  That holds across reboots at any instant, because stamps are reserved on flash before they
//       are used: whoever owns this clock persists reservation(), then calls reserve(), and begins
//       the next boot with what it persisted.
//   H3  A stamp more than kStampFutureMost ahead of a trusted clock is refused and moves nothing:
//       one wrong clock in the fleet cannot drag all the others with it.
//   H4  While our own clock is not trusted, it is not looked at: stamps follow the highest seen.
//   H5  A reboot moves our stamps ahead of a trusted clock by no more than kStampReservedAhead,
//       however often it happens: a brown-out loop does not run into H3 at the other end.
//
// What H3 cannot heal, it tells: having believed a wrong clock, or a stranger while we had none, we
// may ourselves be ahead of a clock that is now right. Then issue() is `refused`. The way back is a
// new clock with a new origin and no past; take_back() (admission.h) cleans what was kept.
//
// Pure: no clock is read, nothing is allocated. Owned by one thread.
#pragma once

#include "config/limits/documents.h"
#include "documents/stamp.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::documents {

// Whether a clock can be right to within what others will believe.
constexpr bool is_trusted(const UtcReading& now) {
  return now.quality >= TimeQuality::coarse && now.error <= limits::kStampFutureMost &&
         now.at.ms >= 0 && now.at.ms <= kStampMsMost;
}

class HybridClock {
 public:
  // `reserved_until`: what was persisted last; kNever for an origin that is new.
  // `future_most`: how far ahead a stamp may be and still be believed.
  HybridClock(Origin origin, Stamp reserved_until, Duration future_most = limits::kStampFutureMost)
      : origin_(origin),
        highest_(reserved_until),
        reserved_until_(reserved_until),
        future_most_(future_most) {}

  // Takes note of a stamp from elsewhere, or of our own from before a boot.
  // ok: what we issue next is greater.  refused: H3; nothing changed.
  Status observe(Stamp seen, const UtcReading& now);

  // A stamp.  busy: the reservation is used up: persist reservation(), reserve() it, ask again.
  // refused: we are ahead of a trusted clock, see above.  full: the year 9999 has been observed.
  Result<Stamp> issue(const UtcReading& now);

  // What to persist next. Nothing is reserved by asking.
  Stamp reservation(const UtcReading& now) const;

  // REQUIRES: `until` is durable.
  void reserve(Stamp until);

  // The greatest stamp that can be believed now. kEnd while our clock is not trusted.
  Stamp ceiling(const UtcReading& now) const;

  Origin origin() const { return origin_; }

 private:
  Stamp next(const UtcReading& now) const;

  Origin origin_;
  Stamp highest_;         // issued or observed
  Stamp reserved_until_;  // durable
  Duration future_most_;
};

}  // namespace hf::documents

// What the histories are run with: the rules as promised, and the same with one bug planted. A
// check is trusted because it finds these.
#pragma once

#include "config/limits/documents.h"
#include "documents/losses.h"

namespace hf::histories {

struct AsPromised {
  static bool is_later(const documents::Write& a, const documents::Write& b) {
    return documents::is_later(a, b);
  }
  static constexpr Duration kFutureMost = limits::kStampFutureMost;
  static constexpr Duration kTombstoneLifetime = limits::kTombstoneLifetime;
  static constexpr bool kWaitsForAcknowledgement = true;
  static constexpr bool kPersistsReservation = true;
  static constexpr bool keeps(documents::LossReason) { return true; }
};

// "The later one stays", and of two at the same time the one that was there.
struct WithoutTieBreak : AsPromised {
  static bool is_later(const documents::Write& a, const documents::Write& b) {
    return a.stamp.ms != b.stamp.ms ? a.stamp.ms > b.stamp.ms : a.stamp.counter > b.stamp.counter;
  }
};

// Believes every stamp.
struct WithoutSkewBound : AsPromised {
  static constexpr Duration kFutureMost = days(100 * 365);
};

// Forgets a deletion while a message from before may still be under way.
struct WithShortTombstones : AsPromised {
  static constexpr Duration kTombstoneLifetime = days(2);
};

// Forgets a deletion after its time, whether everybody knows of it or not.
struct WithoutAcknowledgement : AsPromised {
  static constexpr bool kWaitsForAcknowledgement = false;
};

// Uses stamps whose reservation never reached flash.
struct WithoutReservation : AsPromised {
  static constexpr bool kPersistsReservation = false;
};

// Does not write down what was lost with a deleted document.
struct WithLostAuditEntry : AsPromised {
  static constexpr bool keeps(documents::LossReason reason) {
    return reason != documents::LossReason::deleted;
  }
};

}  // namespace hf::histories

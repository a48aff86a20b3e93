// When a deleted document may be forgotten altogether.
//
// A tombstone is all that keeps a late message from bringing a document back, so it stays until no
// such message can be under way any more: everybody else has acknowledged it, and
// kTombstoneLifetime has passed since then. Since the acknowledgement, not since the deletion:
// after a long outage a message may be sent just before the deletion is learned.
//
// The age is time this device has been running, summed by whoever keeps the document, and not a
// difference of dates: a clock that jumps ten years ahead must not empty a graveyard.
#pragma once

#include "config/limits/documents.h"
#include "documents/document.h"
#include "vocabulary/time.h"

namespace hf::documents {

// True: may be forgotten. `acknowledged_for`: how long every other replica has been known to hold
// it; negative while one is not.
inline bool may_be_forgotten(const DocumentView& document, Duration acknowledged_for,
                             Duration lifetime = limits::kTombstoneLifetime) {
  return document.is_tombstone() && acknowledged_for >= lifetime;
}

// A deletion so long ago that no message of before can be under way any more. Who knows nothing of
// that document need not begin to: the other end has not forgotten it yet, that is all.
// REQUIRES: `now` is of a trusted clock.
inline bool is_long_gone(const DocumentView& delta, UtcTime now) {
  return delta.is_tombstone() && delta.grave().stamp.ms + limits::kTombstoneLifetime.ms < now.ms;
}

}  // namespace hf::documents

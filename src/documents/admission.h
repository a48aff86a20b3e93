// What is not believed yet: stamps ahead of a trusted clock.
//
// A write stamped years ahead would win over everything until then, so it is kept out of documents
// while our clock can tell (HybridClock::ceiling). It is not lost: it is told to the sink, and
// whoever sent it still has it; it is admitted when its time has come, or restored by a person with
// a stamp of today.
//
//   A1  An admitted document holds no stamp beyond the ceiling; what it holds was in what arrived.
//   A2  Every write kept out is told, as `ahead_of_time`.
//   A3  A life that begins in the future is not believed at all: nothing of such a document is
//       admitted.
//
// The same is done to our own documents when our clock becomes trusted: while it was not, we had to
// believe everybody. What others still have of what was there before comes back with the next sync.
#pragma once

#include "documents/document.h"
#include "documents/losses.h"

namespace hf::documents {

// Whether anything in it lies beyond the ceiling. Mostly not; then it can be merged as it is.
inline bool is_believed(const DocumentView& document, const Stamp& ceiling) {
  return document.latest() <= ceiling;
}

// Writes to `admitted` what can be believed of a document. REQUIRES: `admitted` is not its room.
void admit(const DocumentView& document, const Stamp& ceiling, Document& admitted,
           LossSink& losses);

}  // namespace hf::documents

// Care of the keys: when frames get a new one, and when an old one has nothing left under it. For
// this room only.
//
// A new key touches nothing that is there. What was under the old one goes with time: received,
// merged, thinned. So now and then the whole table is looked through, a few rows at a call, and a
// key below all that are in use is erased: whatever a medium still remembers of deleted rows can
// then be read by nobody. It is erased before the ledger says so; a cut in between erases it twice.
#pragma once

#include "stores/offline_queue/filing.h"
#include "stores/offline_queue/queue_state.h"

namespace hf::stores::queue {

class KeyCare {
 public:
  KeyCare(QueueState& queue, Uptime now) : queue_(queue), now_(now) {}

  // All: ok: a step was made, and there may be more.  not_found: nothing to do now.  Else the
  // medium, as Filing.

  // The first key as soon as one can be made, and another after each key period.
  Status rotate();

  Status drop_unused();

 private:
  Status look_through();
  Status erase_below(files::KeyNumber oldest_in_use);
  Status commit(files::KeyNumber oldest);

  QueueState& queue_;
  Uptime now_;
};

}  // namespace hf::stores::queue

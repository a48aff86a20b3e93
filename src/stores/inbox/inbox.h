// The inbox: the one door by which anybody changes documents: people at the site, programs on the
// control socket, upstream. What comes in is judged by one schema (state/schema.h), then merged.
//
// People get their answer at once, because merging cannot fail for want of the other end: the edit
// stands here, and is on flash, when set() returns. That upstream may still refuse it is told later
// (roll_back()). Payloads from upstream wait here in the order they came until reconciling takes
// them; when there is no room they are dropped and counted, and the next comparison brings what was
// in them.
//
//   I1  Nothing that the schema refuses is merged, whoever sent it.
//   I2  Fields from upstream that the schema does not know are kept as they are.
//   I3  What is dropped is counted.
//
// Memory is the caller's. Owned by the service loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "documents/sync_message.h"
#include "state/replica.h"
#include "state/schema.h"

namespace hf::stores {

struct InboxCounts {
  std::uint64_t delivered = 0;
  std::uint64_t dropped = 0;  // I3: no room
  std::uint64_t refused = 0;  // I1, from upstream
  std::uint64_t rolled_back = 0;
};

class Inbox {
 public:
  // REQUIRES: both outlive this.
  Inbox(state::Replica& replica, std::span<std::byte> waiting)
      : replica_(replica), waiting_(waiting) {}

  // A payload of the topic class state/down, as it came. ok: it waits.  full: dropped and counted;
  // so is an empty one.
  Status deliver(std::span<const std::byte> payload);
  // The one that waits longest; empty: none does. Good until pop() or deliver().
  std::span<const std::byte> front() const;
  void pop();  // REQUIRES: one waits

  // Edits of a person or program at the site. Outcomes of Replica::edit(), create(), bury(),
  // restore(); not_found also for a field that the schema does not know, invalid for a value that
  // it refuses: `problem` is then the change at fault.
  Status set(const documents::DocumentId& id, std::span<const documents::Change> changes,
             const state::Editor& by, const UtcReading& now, const documents::Change*& problem);
  Status remove(const documents::DocumentId& id, const state::Editor& by, const UtcReading& now);
  Status restore(std::uint64_t audit_number, const state::Editor& by, const UtcReading& now);

  // A delta from upstream. ok, full, unavailable: as Replica::take().  invalid: refused by the
  // schema; `refusal` says what and why.
  Status admit(const documents::DocumentView& delta, const UtcReading& now,
               documents::Refusal& refusal);

  // Upstream will not have a write of ours: what stood there before comes back, as an edit of ours
  // that everybody merges; where that is refused as well, nothing does. ok.  stale: something else
  // stands there by now.
  Status roll_back(const documents::Refusal& refusal, const UtcReading& now);

  // Wishes of a person, until those take them who grant them: send all documents, compare all;
  void wish_push() { wants_push_ = true; }
  void wish_pull() { wants_pull_ = true; }
  // and what waits in the queue goes now.
  void wish_sync() { wants_sync_ = true; }
  bool take_push() { return std::exchange(wants_push_, false); }
  bool take_pull() { return std::exchange(wants_pull_, false); }
  bool take_sync() { return std::exchange(wants_sync_, false); }

  const InboxCounts& counts() const { return counts_; }

 private:
  bool find_refused(const documents::DocumentView& delta, documents::Refusal& refusal) const;

  state::Replica& replica_;
  std::span<std::byte> waiting_;
  std::size_t used_ = 0;
  bool wants_push_ = false;
  bool wants_pull_ = false;
  bool wants_sync_ = false;
  InboxCounts counts_;
};

}  // namespace hf::stores

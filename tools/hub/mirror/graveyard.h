// How long the hub remembers what was deleted: as long as a gateway does, by the same rule
// (documents/tombstones.h). A grave may go 30 days after its gateway was known to hold it.
//
// A gateway is known to hold a grave when it said so itself, when a digest of its comparison is
// ours with the grave in it, or when it lists what it has, has nothing of that name, and the
// deletion is so old that it would not take it up any more.
//
//   G1  A grave that its gateway is not known to hold is never forgotten.
//   G2  What one life's grave was held for says nothing about the next one's.
//   G3  What was forgotten does not come back with a comparison.
//
// Days are of the server's clock, which has to be right anyhow (docs/operating.md).
// Everything may throw a Failure. One thread.
#pragma once

#include <span>

#include "documents/sync_message.h"
#include "tools/hub/mirror/mirrored_set.h"
#include "tools/hub/storage/sql.h"
#include "vocabulary/time.h"

namespace hf::hub {

class Graveyard {
 public:
  static constexpr Duration kLookEvery = hours(1);

  // `sql` must outlive it.
  explicit Graveyard(Sql& sql) : sql_(sql) {}

  // A document has changed. REQUIRES: the gateway is locked.
  void changed(std::int64_t gateway_id, const documents::DocumentView& document);
  // Its gateway holds this grave. REQUIRES: the gateway is locked.
  void held(std::int64_t gateway_id, const documents::DocumentView& grave, UtcTime now);

  // What a gateway asked while comparing tells what it holds. `ours` are all its documents here.
  void heard(std::int64_t gateway_id, const MirroredSet& ours,
             std::span<const documents::Message> asked, UtcTime now);

  // Forgets what may be forgotten, if it is time to look.
  void step(UtcTime now);

  std::uint64_t forgotten() const { return forgotten_; }

 private:
  Sql& sql_;
  UtcTime look_at_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace hf::hub

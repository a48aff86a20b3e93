// Activity: what happened to this gateway lately, for people, in an order that cannot be edited
// unseen.
//
// Entries lie in a ring on the shelf. Each carries a digest over the one before and itself, and
// beside them lie the digests of the last entry that was let go and of the newest: so an entry that
// is edited, taken out, put in or cut off at the end is found, and what is left after the old ones
// were let go still holds. Who can rewrite the whole file can rewrite the whole chain; therefore
// the newest digest also travels in the health message, and check() compares with it.
//
//   AC1  What was kept comes back in order, without a hole; entries of one commit all or none.
//   AC2  An entry that is edited, removed, added or cut off is found by check(), by its number.
//   AC3  When old entries are let go, the rest still verifies.
//   AC4  A kind is told at its pace (entry.h). What came too often is counted in the next entry of
//        its kind, and the newest of it is told in the end.
//   AC5  At most so many entries on flash, and kActivityWaitingMax in memory; nothing grows.
//
// Without a medium entries wait in memory, as long as there is room, then only the newest of each
// kind. A power cut loses what waits: seconds of what a person did never, a minute of a link's ups
// and downs.
//
// Never allocates; about 14 KiB. A commit writes two to four pages. Owned by the service loop.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "config/limits/activity.h"
#include "config/settings/table.h"
#include "state/shelf.h"
#include "stores/activity/entry.h"
#include "vocabulary/fixed_vector.h"

namespace hf::stores {

inline constexpr std::uint8_t kActivityRing = 2;

// When something is noted.
struct Moment {
  Uptime now;
  UtcReading utc;
};

// Number and digest of an entry: what everything up to it hangs on. Number 0: before the first.
struct ActivityMark {
  std::uint64_t number = 0;
  files::Digest digest{};
  friend bool operator==(const ActivityMark&, const ActivityMark&) = default;
};

enum class ActivityFault : std::uint8_t { none, edited, missing, added };
std::string_view to_text(ActivityFault fault);

// A check on its way: of a few thousand entries it takes several calls.
struct ActivityCheck {
  std::uint64_t through = 0;  // checked up to here; 0: nothing yet
  bool is_done = false;
  ActivityFault fault = ActivityFault::none;  // the first that was found; then it is done
  std::uint64_t fault_at = 0;
};

struct ActivityCounts {
  std::uint64_t kept = 0;  // on flash, since the start
  std::uint64_t commits = 0;
  std::uint64_t left_out = 0;  // AC4
  std::uint64_t failures = 0;  // of the medium: tried again
};

class Activity {
 public:
  // REQUIRES: the shelf outlives this.
  Activity(state::Shelf& shelf, BootId boot) : shelf_(shelf), boot_(boot) {}

  void set_entries_most(std::uint32_t most) { entries_most_ = most; }

  // Cannot fail. Texts that are too long are cut.
  void note(ActivityKind kind, std::string_view who, std::string_view what, const Moment& at);

  // Writes what is due. When it wants to be called next.
  Uptime step(const Moment& at);
  // Writes all that waits: before an orderly end. ok.  unavailable, busy, full: it waits on.
  Status flush(const Moment& at);

  // ok.  not_found: no such entry, or no more.  corrupt: not as it was written.  unavailable, busy.
  Status read(std::uint64_t number, ActivityEntry& entry);
  std::uint64_t oldest() const { return anchor_.number + 1; }
  // 0: there is none.
  const ActivityMark& newest() const { return head_; }

  // Looks at up to `entries` more. ok: go on until is_done.  unavailable, busy: it cannot be read
  // now.
  Status check(ActivityCheck& check, std::uint32_t entries);
  // The digest that entry says it has. Outcomes of read().
  Status read_mark(std::uint64_t number, ActivityMark& mark);

  const ActivityCounts& counts() const { return counts_; }

 private:
  // What of a kind came too often: the newest, until its turn.
  struct Pacer {
    std::uint32_t spent = 0;  // of the burst
    Uptime paid_back_at;      // up to here
    bool holds = false;
    ActivityEntry held;
  };

  Status catch_up(const Moment& at);
  Status load(const Moment& at);
  void forget_written();
  void note_break(const Moment& at, std::uint64_t newest);
  void admit_held(Uptime now);
  void put(const ActivityEntry& entry, Duration wait, Uptime now);
  static bool may_tell(Pacer& pacer, const ActivityPace& pace, Uptime now);
  Status write();
  Status append(const ActivityEntry& entry);
  Status let_go(std::uint64_t number);
  Status save_chain();
  Status begin_check(ActivityCheck& check, ActivityMark& previous);
  Status end_check(ActivityCheck& check, const ActivityMark& last);

  state::Shelf& shelf_;
  BootId boot_;
  std::uint32_t entries_most_ = settings::initial<std::uint32_t>("activity.entries");
  ActivityMark anchor_;  // AC3: the last that was let go
  ActivityMark head_;
  ActivityMark hoped_;             // the head, should a commit of unknown end have been done
  std::size_t hoped_entries_ = 0;  // that were in it
  bool is_loaded_ = false;
  std::uint32_t openings_seen_ = 0;
  Uptime due_;
  Uptime retry_at_;
  FixedVector<ActivityEntry, limits::kActivityWaitingMax> waiting_;
  std::array<Pacer, kActivityKinds> pacers_{};
  std::array<std::byte, limits::kActivityEntryBytesMax> record_{};
  ActivityCounts counts_;
};

}  // namespace hf::stores

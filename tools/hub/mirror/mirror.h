// The hub's copy of every gateway's documents, merged by the gateway's own code.
//
// Merging is commutative and idempotent, so any number of workers may merge for one gateway in any
// order; what they must not do is to read, merge and write across each other. So each change is
// made under a lock of the gateway's row in `mirror`, in one transaction with the frames that
// brought it and with what it made lose.
//
//   R1  What stands in the tables has merged every frame that was receipted.
//   R2  Each value that lost is in the audit, with the change that made it lose.
//   R3  The same frames in any order, number and division among workers leave the same bytes.
//   R4  Stamps ahead of our clock are kept out of documents, and told to the audit.
//   R5  What a gateway reports, nobody here writes.
//
// The hub keeps no reservation of stamps: each edit has an origin of its own, drawn at random, and
// a stamp later than all that its document holds (docs/decisions/0061).
//
// Cost of a change: the document read, merged and written once. Everything may throw a Failure.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "documents/edit.h"
#include "documents/sync_message.h"
#include "tools/hub/intake/checked_frame.h"
#include "tools/hub/mirror/document_table.h"
#include "tools/hub/mirror/graveyard.h"
#include "vocabulary/random.h"

namespace hf::hub {

struct MirrorLimits {
  std::uint64_t documents_max = 8'192;  // of one gateway; a board keeps at most some hundreds
  std::uint64_t losses_max = 10'000;    // of one gateway: years of conflicts
};

// What a gateway asked while comparing; to be answered when it is known what was committed.
struct Question {
  std::int64_t gateway_id = 0;
  documents::MessageKind kind = documents::MessageKind::digests;
  std::string body;
};

struct Mirrored {
  std::uint64_t merged = 0;         // deltas that changed something
  std::uint64_t known = 0;          // that changed nothing
  std::uint64_t ahead_of_time = 0;  // R4
  std::uint64_t lost = 0;           // values that went to the audit
  std::uint64_t unreadable = 0;     // frames that should hold a document or message, and do not
  std::uint64_t beyond = 0;         // documents_max
  std::vector<Question> questions;
};

class Mirror {
 public:
  // `sql` must outlive it. `seed`: random, new for each process: origins come of it.
  Mirror(Sql& sql, std::uint64_t seed, const MirrorLimits& limits = {});
  ~Mirror();

  // What frames of kind state, alert and sync say. REQUIRES: a transaction, in which nothing is
  // locked after this but gateways of a higher id.
  void take(std::int64_t gateway_id, std::span<const CheckedFrame* const> frames, UtcTime now,
            Mirrored& told);

  // Edits, by a person or program here: durable when they return, and on their way to the gateway.
  // Outcomes of documents::create(), bury(): ok, invalid, refused, not_found, full.
  Status set(std::int64_t gateway_id, const documents::DocumentId& id,
             std::span<const documents::Change> changes, std::string_view author, UtcTime now);
  Status remove(std::int64_t gateway_id, const documents::DocumentId& id, std::string_view author,
                UtcTime now);
  // Brings a value of the audit back, as an edit of now. not_found: no such number, or no more.
  Status restore(std::int64_t gateway_id, std::uint64_t number, std::string_view author,
                 UtcTime now);

  DocumentTable& table() { return table_; }
  Graveyard& graveyard() { return graveyard_; }

 private:
  struct Rooms;
  struct Edit {
    documents::DocumentId id;
    std::span<const documents::Change> changes;
    std::string_view author;
    bool buries = false;
  };
  Status change(std::int64_t gateway_id, const Edit& edit, UtcTime now);
  Status change_locked(std::int64_t gateway_id, const Edit& edit, UtcTime now, Mirrored& told);
  void keep(std::int64_t gateway_id, std::vector<Lost> losses, Mirrored& told);
  void merge(std::int64_t gateway_id, const documents::DocumentView& delta, bool is_theirs,
             UtcTime now, Mirrored& told);
  void take_sync(std::int64_t gateway_id, std::span<const std::byte> body, UtcTime now,
                 Mirrored& told);
  void roll_back(std::int64_t gateway_id, const documents::Refusal& refusal, UtcTime now,
                 Mirrored& told);
  documents::DocumentView ours_of(std::int64_t gateway_id, const documents::DocumentId& id,
                                  std::string& bytes, UtcTime now, Mirrored& told);

  Sql& sql_;
  DocumentTable table_;
  Graveyard graveyard_;
  Random random_;
  MirrorLimits limits_;
  std::unique_ptr<Rooms> rooms_;
};

// How long an edit waits for its gateway before the next comparison may as well bring it.
inline constexpr Duration kEditExpiry = hours(1);

}  // namespace hf::hub

// This gateway's copy of all documents: edits and what arrives are merged here, audited, kept on
// flash and told to whoever acts on them. The only way to change a document.
//
// Documents are read from memory and written through to the shelf, one commit for a change with all
// that it made lose. Without a medium the replica goes on in memory and writes what it owes when
// there is one again; `unavailable` then means: done, and not yet on flash.
//
//   R1  What find() answers has merged every change that was answered ok, also after a power cut.
//   R2  Each value that lost is in the audit, on flash with the change that made it lose.
//   R3  A stamp is never issued twice: reservations are on flash before they are used, and where
//       that cannot be, the origin ends with the process.
//   R4  Stamps ahead of a trusted clock are kept out, and taken out once a clock becomes trusted.
//   R5  Memory is bounded; what does not fit is `full`, and nothing that is there goes for it.
//   R6  A document damaged on flash is not served; it comes back with the next comparison.
//   R7  A tombstone is forgotten when the other end has been known to hold it for its lifetime, in
//       time that this gateway has run, and not before (documents/tombstones.h).
//
// Cost: a change reads and writes the document twice, O(log documents) to find it, and moves what
// lies behind it. Nothing allocates. Owned by the service loop.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "documents/audit.h"
#include "documents/edit.h"
#include "documents/hybrid_clock.h"
#include "state/collections.h"
#include "state/replica_parts.h"
#include "state/shelf.h"
#include "vocabulary/fixed_vector.h"
#include "vocabulary/random.h"

namespace hf::state {

class Replica {
 public:
  // `seed`: random, new for every boot: origins come of it.
  Replica(Shelf& shelf, const ReplicaMemory& memory, std::uint64_t seed);
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  // Once, when the shelf was opened or was found not to. ok.  unavailable: in memory only for now.
  // full: not all of what lies on the shelf fits in memory.
  Status load(const UtcReading& now);

  // True: `document` looks at it until the next change.
  bool find(const documents::DocumentId& id, documents::DocumentView& document) const {
    return pile_.find(id, document);
  }
  // All, in order, by place: of a collection those from first_of() on while their id says so.
  std::uint32_t count() const { return pile_.count(); }
  documents::DocumentView at(std::uint32_t place) const { return pile_.at(place); }
  std::uint32_t first_of(std::string_view collection) const {
    return pile_.place_of({.collection = collection, .key = {}});
  }

  // Edits, of the gateway itself or of a person at the site. Outcomes of documents::edit(),
  // create() and bury() but `stale`; full also: R5.  unavailable: in memory only for now.  invalid
  // also: not a collection.  refused also: no stamp can be had (documents/hybrid_clock.h).
  Status edit(const documents::DocumentId& id, std::span<const documents::Change> changes,
              const Editor& by, const UtcReading& now);
  Status create(const documents::DocumentId& id, std::span<const documents::Change> changes,
                const Editor& by, const UtcReading& now);
  Status bury(const documents::DocumentId& id, const Editor& by, const UtcReading& now);

  // What another replica says. ok.  full, unavailable: as above.  invalid: not a collection.
  // refused: nothing of it can be believed; it is in the audit.
  Status take(const documents::DocumentView& delta, const UtcReading& now);

  // The clock was set or found. True: what lies ahead of it was taken out (R4).
  bool heed(const UtcReading& now);

  // Brings the value of an audit entry back, as a new edit. not_found: no such entry, or no more.
  // Else as edit().
  Status restore(std::uint64_t audit_number, const Editor& by, const UtcReading& now);

  // Tombstones the other end may not know, from `place` on; count(): there is none. Whoever says
  // one says so; those said wait for one receipt; then they are held there.
  std::uint32_t next_untold(std::uint32_t place) const;
  void note_told(std::uint32_t place) { pile_.entry(place).grave = GraveState::told; }
  void await_told() { turn_graves(GraveState::told, GraveState::waiting); }
  void note_held() { turn_graves(GraveState::waiting, GraveState::held); }
  void note_lost() { turn_graves(GraveState::waiting, GraveState::untold); }
  // REQUIRES: it outlives this.
  void keep_graves_for(const GraveKeeper& keeper) { grave_keeper_ = &keeper; }

  // Writes what is owed once the medium is back. When it wants to be called next.
  Uptime serve(Uptime now);

  // REQUIRES: fewer than kObserversMax so far; it outlives this.
  void observe(DocumentObserver& observer) { observers_.push(&observer); }

  const documents::AuditRing& audit() const { return audit_; }
  const ReplicaCounts& counts() const { return counts_; }
  const Shelf& shelf() const { return shelf_; }
  const Pile& pile() const { return pile_; }
  std::uint32_t dirty_count() const;  // documents not on flash
  std::uint32_t tombstones() const;   // of those in count()
  documents::Stamp latest_own() const { return latest_own_; }

  static constexpr std::size_t kObserversMax = 8;
  static constexpr std::uint8_t kAuditRing = 1;

 private:
  using Write = Status (*)(const documents::DocumentView& document,
                           std::span<const documents::Change> changes,
                           const documents::Signature& by, documents::Document& delta);

  Status change(Write write, const documents::DocumentId& id,
                std::span<const documents::Change> changes, const Editor& by,
                const UtcReading& now);
  Status apply(const documents::DocumentView& ours, const documents::DocumentView& delta,
               documents::Side from, UtcTime now);
  Status keep(std::uint32_t place);
  Status keep_audit();
  Status load_documents();
  void load_one(std::string_view collection, const ItemKey& key, Status& status);
  void load_audit();
  void load_clock();
  void take_back(const UtcReading& now);
  bool take_back_one(std::uint32_t place, const documents::Stamp& ceiling, const UtcReading& now);
  void drop(std::uint32_t place);
  void begin_origin();
  void reserve(const UtcReading& now);
  Result<documents::Stamp> issue(const documents::Stamp& after, const UtcReading& now);
  void keep_all();
  void turn_graves(GraveState from, GraveState to);
  void mark_grave(std::uint32_t place, documents::Side from);
  bool is_long_gone(const documents::DocumentView& delta, const UtcReading& now) const;
  void load_graves();
  void serve_graves(Uptime now);
  void keep_grave(std::uint32_t place);
  void forget_graves();

  Shelf& shelf_;
  Pile pile_;
  documents::AuditRing audit_;
  ReplicaRooms& rooms_;
  Random random_;
  documents::HybridClock clock_;
  documents::Stamp latest_own_ = documents::kNever;
  bool origin_is_kept_ = false;
  std::uint64_t audit_kept_ = 0;  // entries up to this number are on flash
  std::uint32_t openings_seen_ = 0;
  const GraveKeeper* grave_keeper_ = nullptr;
  std::uint32_t hours_run_ = 0;  // while there were tombstones to count them for
  Uptime hour_begun_;
  ReplicaCounts counts_;
  FixedVector<DocumentObserver*, kObserversMax> observers_;
};

}  // namespace hf::state

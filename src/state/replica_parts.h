// What a replica is given and what it tells: its memory, its counts, changes and who made them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "documents/audit.h"
#include "documents/document.h"
#include "documents/losses.h"
#include "state/pile.h"

namespace hf::state {

struct Changed {
  const documents::DocumentView& document;  // as it is now
  const documents::DocumentView& delta;     // what was merged into it
  documents::Side from;                     // who said so
  bool is_taken_back =
      false;  // nobody did: what a clock does not believe is out; delta: what is left
};

class DocumentObserver {
 public:
  // Called when the change stands. Must not change documents: note it, act in the next turn.
  virtual void changed(const Changed& change) = 0;

 protected:
  ~DocumentObserver() = default;
};

// Tombstones that must stay: who would make the document anew by itself needs to know that a person
// deleted it.
class GraveKeeper {
 public:
  virtual bool needs(const documents::DocumentId& id) const = 0;

 protected:
  ~GraveKeeper() = default;
};

struct Editor {
  documents::Side side = documents::Side::local;
  std::string_view author;
};

struct ReplicaCounts {
  std::uint64_t edits = 0;          // made here
  std::uint64_t merged = 0;         // that came and changed something
  std::uint64_t known = 0;          // that came and changed nothing
  std::uint64_t ahead_of_time = 0;  // R4
  std::uint64_t damaged = 0;        // R6
  std::uint32_t origins = 0;        // begun since the start
  std::uint64_t forgotten = 0;      // R7
};

// Losses go into the ring as they are told; the replica writes them with the change.
class Audit final : public documents::LossSink {
 public:
  Audit(documents::AuditRing& ring, UtcTime now) : ring_(ring), now_(now) {}
  void lost(const documents::Loss& loss) override { ring_.keep(loss, now_); }

 private:
  documents::AuditRing& ring_;
  UtcTime now_;
};

// Room to work in, allotted once.
struct ReplicaRooms {
  documents::Document delta;
  documents::Document merged;
  documents::Document other;
  std::array<std::byte, limits::kDocumentBytesMax> loaded;
};

struct ReplicaMemory {
  std::span<std::byte> documents;
  std::span<PileEntry> entries;
  std::span<documents::AuditEntry> audit;
  ReplicaRooms& rooms;
};

}  // namespace hf::state

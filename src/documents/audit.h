// The audit: the last values that lost, with who wrote them, when, and what won instead.
//
//   U1  The newest losses are kept, as many as there is room for; each that had to go is counted.
//   U2  A loss already in it is not kept twice: a message that arrives again pushes nothing out.
//   U3  Entries are numbered from 1; a number is never used again, and names an entry while it is
//       kept.
//   U4  What is restored is a new edit, by whoever restores, and merges as any other.
//
// Memory is the caller's. Keeping it over a reboot is the store's: an entry is plain and owns its
// bytes.
#pragma once

#include <cstdint>
#include <span>

#include "config/limits/documents.h"
#include "documents/edit.h"
#include "documents/losses.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/time.h"

namespace hf::documents {

struct AuditEntry {
  std::uint64_t number = 0;
  UtcTime noticed_at;  // by our clock, however good it was
  FixedString<kIdentifierCharactersMax> collection;
  FixedString<limits::kDocumentKeyBytesMax> key;
  Part part = Part::reported;
  FixedString<limits::kFieldNameBytesMax> field;
  LossReason reason = LossReason::overwritten;
  Stamp lost_stamp;
  FixedString<limits::kAuthorBytesMax> lost_author;
  Stamp won_stamp = kNever;  // kNever: nothing won
  FixedString<limits::kAuthorBytesMax> won_author;

  // The value that lost. Good while the entry is.
  Value value() const;

  ValueKind kind = ValueKind::nothing;
  std::uint64_t value_bits = 0;
  FixedString<limits::kFieldValueBytesMax> value_bytes;
};

class AuditRing {
 public:
  explicit AuditRing(std::span<AuditEntry> room) : room_(room) {}  // REQUIRES: !room.empty()

  // Cannot fail. O(entries).
  void keep(const Loss& loss, UtcTime noticed_at);

  // An entry kept before a boot, with its number. REQUIRES: numbers come in order; nothing was kept
  // since.
  void put_back(const AuditEntry& entry);

  // Null: no such entry, or no more.
  const AuditEntry* find(std::uint64_t number) const;

  std::uint64_t newest_number() const { return kept_count_; }  // 0: nothing was ever kept
  std::uint64_t oldest_number() const { return forgotten_count() + 1; }
  std::uint64_t forgotten_count() const {
    return kept_count_ > room_.size() ? kept_count_ - room_.size() : 0;
  }

 private:
  AuditEntry& slot_of(std::uint64_t number) const;
  bool holds(const Loss& loss) const;

  std::span<AuditEntry> room_;
  std::uint64_t kept_count_ = 0;  // since ever
};

// U4: the change that brings the value back, for edit(), or for create() if its document is gone.
Change restored(const AuditEntry& entry);

}  // namespace hf::documents

// How two ends find what differs between them without sending what does not.
//
//   1. the whole digest of a collection      8 bytes: equal, done
//   2. its bucket digests                    kDigestBuckets x 8 bytes: in which of them
//   3. (id, digest) of each document there   which documents
//   4. the marks of such a document          8 bytes a field: which fields
//   5. the delta                             those fields
//
// The marks are of the fields themselves, not "since when": a since (a stamp, a version vector) is
// right only while everything before it has arrived, and that breaks with every message refused,
// quarantined, merged late by a third replica, or lost with a restored backup. A mark costs 8 bytes
// and is right always (docs/decisions/0020). Equal digests of unequal states are a matter of 2^-64;
// the digest is no defence against somebody who looks for them.
//
// Tombstones that may be forgotten (tombstones.h) take no part: they are left out by the caller, or
// the end that still has one would bring it back to the end that has none.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "config/limits/documents.h"
#include "documents/document.h"

namespace hf::documents {

using Digest = std::uint64_t;

// Equal for equal documents, on every machine. O(bytes).
Digest digest_of(const DocumentView& document);

// The digest of all documents of one collection, kept up while they change. Does not depend on
// their order. A collection of none has the digest 0.
class CollectionDigest {
 public:
  // REQUIRES: exactly what was added is removed.
  void add(const DocumentView& document);
  void remove(const DocumentView& document);

  Digest whole() const;
  std::span<const Digest, limits::kDigestBuckets> buckets() const { return buckets_; }
  static std::uint32_t bucket_of(const DocumentId& id);

 private:
  std::array<Digest, limits::kDigestBuckets> buckets_{};  // each the sum of its documents' digests
};

// One mark for each field, in order: name, writes, what was seen, and the life they belong to.
// Returns how many. REQUIRES: marks.size() >= document.field_count().
std::uint32_t marks_of(const DocumentView& document, std::span<Digest> marks);

// The mark of the life a document is in: tells a tombstone from nothing, and whose end came later.
Digest life_mark(const DocumentView& document);

// Writes to `delta` what the other end lacks, as its marks tell: merged there, it makes their
// document hold all that ours does. Always says which life it speaks of, so a tombstone is a delta
// too. REQUIRES: `delta` is not the room of `document`.
void difference(const DocumentView& document, std::span<const Digest> their_marks, Document& delta);

}  // namespace hf::documents

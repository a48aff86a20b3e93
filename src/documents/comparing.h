// Comparing two sets of documents by messages, so that each end gets what it lacks and nothing else
// travels (differences.h says by what). Both ends run this same code.
//
//   here                      there
//   digests            ─▶     a collection differs
//                      ◀─     buckets
//   a bucket differs
//   listing            ─▶     a document differs, or one is missing here or there
//                      ◀─     marks, or the whole document
//   delta, marks       ─▶     delta                     and both are alike
//
//   P1  Without loss, one comparison leaves both ends with equal sets, whatever they held.
//   P2  Equal sets cost one message. A message that is lost, repeated or late costs no more than
//       another comparison.
//   P3  Every exchange ends: no message is answered with one of an earlier step.
//
// Tombstones take part as documents do. Owned by one thread; nothing allocates. Cost: digests and
// listings read the documents of the collection once.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "documents/sync_message.h"

namespace hf::documents {

// Documents in order of collection, then key.
class DocumentSet {
 public:
  virtual std::uint32_t count() const = 0;
  virtual DocumentView at(std::uint32_t place) const = 0;  // REQUIRES: place < count()
  virtual std::uint32_t first_of(std::string_view collection) const = 0;
  virtual bool find(const DocumentId& id, DocumentView& document) const = 0;

 protected:
  ~DocumentSet() = default;
};

class MessageOut {
 public:
  // ok.  full: no room now; the comparison ends here and another one will be due.
  virtual Status say(const Message& message) = 0;

 protected:
  ~MessageOut() = default;
};

class Comparing {
 public:
  // `scratch`: room for a delta. REQUIRES: all outlive this.
  Comparing(const DocumentSet& documents, MessageOut& out, Document& scratch)
      : documents_(documents), out_(out), scratch_(scratch) {}

  // Says what we have of these collections. Outcomes of say().
  Status begin(std::span<const std::string_view> collections);

  // To what came, other than deltas and refusals. ok.  full: as say().  corrupt: not such a
  // message. invalid: a kind that is not answered here.
  Status answer(const Message& message);

  // Says a document, or a delta, in pieces of kMessageBytesMax.
  Status say_document(const DocumentView& document);

 private:
  Status answer_digests(std::span<const std::byte> body);
  Status answer_buckets(std::span<const std::byte> body);
  Status answer_listing(std::span<const std::byte> body);
  Status answer_marks(std::span<const std::byte> body);
  Status say_buckets(std::string_view collection, const CollectionDigest& digest);
  Status say_listings(std::string_view collection, std::uint32_t bucket);
  Status say_marks(const DocumentId& id, bool is_answer);
  Status say_missing(const Listing& listing, std::span<const std::byte> entries);
  CollectionDigest digest_of_all(std::string_view collection) const;

  const DocumentSet& documents_;
  MessageOut& out_;
  Document& scratch_;
};

}  // namespace hf::documents

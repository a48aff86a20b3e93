// What two ends say to each other to find and send what differs: docs/formats/documents.md.
//
// A message says everything it needs; neither end remembers what it asked. So messages may be lost,
// repeated or come in any order: what is missed now is found by the next comparison.
//
// Views look at the bytes of the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "documents/differences.h"
#include "documents/document.h"

namespace hf::documents {

class ByteReader;  // encoding.h

enum class MessageKind : std::uint8_t {
  delta = 1,    // a document that says what changed
  digests = 2,  // of every collection: where do we differ?
  buckets = 3,  // of one collection: in which of them?
  listing = 4,  // of one bucket: in which documents?
  marks = 5,    // of one document: in which fields?
  refusal = 6,  // an edit that will not be merged here, and why
};

// Longer than the longest field by itself, so that any document can be said in pieces.
inline constexpr std::size_t kMessageBytesMax = 1024;
static_assert(limits::kDocumentHeadBytesMax + limits::kFieldBytesMax <= kMessageBytesMax);

struct CollectionName {
  std::string_view collection;
  Digest whole = 0;
};

struct Listed {
  std::string_view key;
  Digest digest = 0;
};

// All documents of the bucket whose keys come after `after` and not after `through`.
struct Listing {
  std::string_view collection;
  std::uint8_t bucket = 0;
  std::string_view after;    // empty: from the first
  std::string_view through;  // empty: to the last
};

// Of the life first, then one for each field; none at all: there is no such document.
inline constexpr std::size_t kMarksMax = 1 + limits::kDocumentFieldsMax;

struct Marks {
  DocumentId id;
  bool is_answer = false;  // to marks of ours: not to be answered with marks again
  std::uint32_t count = 0;
};

struct Refusal {
  DocumentId id;
  FieldName field;
  Stamp stamp;           // of the write refused
  std::string_view why;  // for people; at most kFieldValueBytesMax bytes
};

// Builds the body of one message in bytes of the caller's.
class MessageWriter {
 public:
  explicit MessageWriter(std::span<std::byte, kMessageBytesMax> room) : room_(room) {}

  void put_text(std::string_view text);
  void put_octet(std::uint8_t octet);
  void put_digest(Digest digest);
  void put_stamp(const Stamp& stamp);
  // Whether so many bytes more fit.
  bool has_room(std::size_t bytes) const { return room_.size() - size_ >= bytes; }
  std::span<const std::byte> body() const { return room_.first(size_); }

 private:
  std::span<std::byte> room_;
  std::size_t size_ = 0;
};

// Each: ok; corrupt. What follows (entries, digests, marks) is read from the same reader.
Status read_listing(ByteReader& reader, Listing& listing);
Status read_marks(ByteReader& reader, std::size_t body_bytes, Marks& marks);
Status read_refusal(std::span<const std::byte> body, Refusal& refusal);
std::span<const std::byte> write_refusal(const Refusal& refusal,
                                         std::span<std::byte, kMessageBytesMax> room);

// A message among others: kind, length, body.
inline constexpr std::size_t kEnvelopeBytes = 3;
struct Message {
  MessageKind kind = MessageKind::delta;
  std::span<const std::byte> body;
};
// Appends one to `out` at `size`. full: it does not fit; unchanged.
Status append_message(const Message& message, std::span<std::byte> out, std::size_t& size);
// Takes the first one off `bytes`. not_found: none is left.  corrupt.
Status take_message(std::span<const std::byte>& bytes, Message& message);

// What the hub sends down: version, CRC-32C of what follows, messages.
inline constexpr std::uint8_t kDownVersion = 1;
inline constexpr std::size_t kDownHeadBytes = 5;
// ok: `messages` is what is in it.  corrupt.  unsupported: of a version to come.
Status open_down(std::span<const std::byte> payload, std::span<const std::byte>& messages);
// Writes the head before the messages that stand from kDownHeadBytes on.
void seal_down(std::span<std::byte> payload);

}  // namespace hf::documents

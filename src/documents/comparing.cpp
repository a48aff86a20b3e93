#include "documents/comparing.h"

#include <algorithm>

#include "documents/encoding.h"
#include "documents/names.h"

namespace hf::documents {
namespace {

using Room = std::array<std::byte, kMessageBytesMax>;

constexpr std::size_t kListedBytesMax = 1 + limits::kDocumentKeyBytesMax + sizeof(Digest);

using MarksRoom = std::array<Digest, kMarksMax>;

std::uint32_t all_marks_of(const DocumentView& document, MarksRoom& marks) {
  marks[0] = life_mark(document);
  return 1 + marks_of(document, std::span{marks}.subspan(1));
}

bool has_entry(std::span<const std::byte> entries, std::string_view key) {
  for (ByteReader reader(entries); !reader.at_end();) {
    if (reader.short_text() == key) return true;
    reader.number<Digest>();
  }
  return false;
}

// A document of few fields, in a message's room: a piece of a longer one.
class PieceWriter {
 public:
  PieceWriter(const DocumentView& whole, std::span<std::byte> room) : room_(room), writer_(room) {
    const Grave& grave = whole.grave();
    writer_.number(kDocumentVersion);
    writer_.short_text(whole.id().collection);
    writer_.short_text(whole.id().key);
    writer_.number(static_cast<std::uint8_t>(grave.present() ? 1 : 0));
    if (grave.present()) {
      writer_.stamp(grave.stamp);
      writer_.short_text(grave.author);
    }
    count_at_ = writer_.size();
    writer_.number(count_);
  }

  // False: not with those that are in it.
  bool append(const Field& field) {
    if (field.bytes.size() > room_.size() - writer_.size()) return false;
    writer_.put(field.bytes);
    store(room_.subspan(count_at_), ++count_);
    return true;
  }

  std::span<const std::byte> bytes() const { return writer_.written(); }

 private:
  std::span<std::byte> room_;
  ByteWriter writer_;
  std::size_t count_at_ = 0;
  std::uint8_t count_ = 0;
};

}  // namespace

CollectionDigest Comparing::digest_of_all(std::string_view collection) const {
  CollectionDigest digest;
  for (std::uint32_t place = documents_.first_of(collection); place < documents_.count(); ++place) {
    const DocumentView document = documents_.at(place);
    if (document.id().collection != collection) break;
    digest.add(document);
  }
  return digest;
}

Status Comparing::begin(std::span<const std::string_view> collections) {
  Room room;
  MessageWriter writer(room);
  for (const std::string_view collection : collections) {
    HF_ASSERT(writer.has_room(1 + collection.size() + sizeof(Digest)));
    writer.put_text(collection);
    writer.put_digest(digest_of_all(collection).whole());
  }
  return out_.say({.kind = MessageKind::digests, .body = writer.body()});
}

Status Comparing::answer(const Message& message) {
  switch (message.kind) {
    case MessageKind::digests: return answer_digests(message.body);
    case MessageKind::buckets: return answer_buckets(message.body);
    case MessageKind::listing: return answer_listing(message.body);
    case MessageKind::marks: return answer_marks(message.body);
    case MessageKind::delta:
    case MessageKind::refusal: return Status::invalid;
  }
  return Status::invalid;  // of a release to come
}

Status Comparing::answer_digests(std::span<const std::byte> body) {
  for (ByteReader reader(body); !reader.at_end();) {
    const std::string_view collection = reader.short_text();
    const Digest theirs = reader.number<Digest>();
    if (!reader.fits() || !is_identifier(collection)) return Status::corrupt;
    const CollectionDigest ours = digest_of_all(collection);
    if (ours.whole() != theirs) HF_TRY(say_buckets(collection, ours));
  }
  return Status::ok;
}

Status Comparing::say_buckets(std::string_view collection, const CollectionDigest& digest) {
  Room room;
  MessageWriter writer(room);
  writer.put_text(collection);
  for (const Digest bucket : digest.buckets()) writer.put_digest(bucket);
  return out_.say({.kind = MessageKind::buckets, .body = writer.body()});
}

Status Comparing::answer_buckets(std::span<const std::byte> body) {
  ByteReader reader(body);
  const std::string_view collection = reader.short_text();
  if (!reader.fits() || !is_identifier(collection)) return Status::corrupt;
  const CollectionDigest ours = digest_of_all(collection);
  for (std::uint32_t bucket = 0; bucket < limits::kDigestBuckets; ++bucket) {
    const Digest theirs = reader.number<Digest>();
    if (!reader.fits()) return Status::corrupt;
    if (ours.buckets()[bucket] != theirs) HF_TRY(say_listings(collection, bucket));
  }
  return reader.at_end() ? Status::ok : Status::corrupt;
}

// As many listings as it takes, each telling where it ends and the next one goes on.
Status Comparing::say_listings(std::string_view collection, std::uint32_t bucket) {
  std::string_view after;
  std::uint32_t place = documents_.first_of(collection);
  for (bool is_last = false; !is_last;) {
    Room entries_room;
    MessageWriter entries(entries_room);
    std::string_view through;
    is_last = true;
    for (; place < documents_.count(); ++place) {
      const DocumentView document = documents_.at(place);
      if (document.id().collection != collection) break;
      if (CollectionDigest::bucket_of(document.id()) != bucket) continue;
      constexpr std::size_t kHeadBytesMax =
          2 + kIdentifierCharactersMax + 2 * (1 + limits::kDocumentKeyBytesMax);
      if (!entries.has_room(kListedBytesMax + kHeadBytesMax)) {
        is_last = false;
        break;
      }
      entries.put_text(document.id().key);
      entries.put_digest(digest_of(document));
      through = document.id().key;
    }
    Room room;
    MessageWriter writer(room);
    writer.put_text(collection);
    writer.put_octet(static_cast<std::uint8_t>(bucket));
    writer.put_text(after);
    writer.put_text(is_last ? std::string_view{} : through);
    for (ByteReader reader(entries.body()); !reader.at_end();) {
      writer.put_text(reader.short_text());
      writer.put_digest(reader.number<Digest>());
    }
    HF_TRY(out_.say({.kind = MessageKind::listing, .body = writer.body()}));
    after = through;
  }
  return Status::ok;
}

Status Comparing::answer_listing(std::span<const std::byte> body) {
  ByteReader reader(body);
  Listing listing;
  HF_TRY(read_listing(reader, listing));
  const std::size_t head =
      4 + listing.collection.size() + listing.after.size() + listing.through.size();
  const std::span<const std::byte> entries = body.subspan(head);
  while (!reader.at_end()) {
    const DocumentId id{.collection = listing.collection, .key = reader.short_text()};
    const Digest theirs = reader.number<Digest>();
    if (!reader.fits() || !is_document_id(id)) return Status::corrupt;
    DocumentView ours;
    if (documents_.find(id, ours) && digest_of(ours) == theirs) continue;
    HF_TRY(say_marks(id, false));
  }
  return say_missing(listing, entries);
}

// Ours of that stretch that they do not have.
Status Comparing::say_missing(const Listing& listing, std::span<const std::byte> entries) {
  for (std::uint32_t place = documents_.first_of(listing.collection); place < documents_.count();
       ++place) {
    const DocumentView document = documents_.at(place);
    const DocumentId& id = document.id();
    if (id.collection != listing.collection) break;
    const bool is_within = id.key > listing.after &&
                           (listing.through.empty() || id.key <= listing.through) &&
                           CollectionDigest::bucket_of(id) == listing.bucket;
    if (is_within && !has_entry(entries, id.key)) HF_TRY(say_document(document));
  }
  return Status::ok;
}

Status Comparing::say_marks(const DocumentId& id, bool is_answer) {
  MarksRoom marks;
  DocumentView ours;
  const std::uint32_t count = documents_.find(id, ours) ? all_marks_of(ours, marks) : 0;
  Room room;
  MessageWriter writer(room);
  writer.put_text(id.collection);
  writer.put_text(id.key);
  writer.put_octet(is_answer ? std::uint8_t{1} : std::uint8_t{0});
  for (std::uint32_t i = 0; i < count; ++i) writer.put_digest(marks[i]);
  return out_.say({.kind = MessageKind::marks, .body = writer.body()});
}

Status Comparing::answer_marks(std::span<const std::byte> body) {
  ByteReader reader(body);
  Marks theirs;
  HF_TRY(read_marks(reader, body.size(), theirs));
  MarksRoom their_marks;
  for (std::uint32_t i = 0; i < theirs.count; ++i) their_marks[i] = reader.number<Digest>();
  DocumentView ours;
  if (!documents_.find(theirs.id, ours)) return Status::ok;
  const std::span known{their_marks.data(), theirs.count};
  MarksRoom our_marks;
  const std::span mine{our_marks.data(), all_marks_of(ours, our_marks)};
  difference(ours, known, scratch_);
  const DocumentView delta = scratch_.view();
  if (delta.field_count() > 0 || delta.grave().present()) HF_TRY(say_document(delta));
  const bool lacks_any = std::ranges::any_of(
      known, [&](Digest mark) { return std::ranges::find(mine, mark) == mine.end(); });
  return lacks_any && !theirs.is_answer ? say_marks(theirs.id, true) : Status::ok;
}

Status Comparing::say_document(const DocumentView& document) {
  if (document.bytes().size() <= kMessageBytesMax) {
    return out_.say({.kind = MessageKind::delta, .body = document.bytes()});
  }
  Room room;
  FieldCursor cursor = document.fields();
  Field field;
  bool has_field = cursor.next(field);
  while (has_field) {
    PieceWriter piece(document, room);
    while (has_field && piece.append(field)) has_field = cursor.next(field);
    HF_TRY(out_.say({.kind = MessageKind::delta, .body = piece.bytes()}));
  }
  return Status::ok;
}

}  // namespace hf::documents

#include "documents/sync_message.h"

#include "documents/encoding.h"
#include "documents/names.h"
#include "vocabulary/checksum.h"

namespace hf::documents {

void MessageWriter::put_text(std::string_view text) {
  ByteWriter writer(room_.subspan(size_));
  writer.short_text(text);
  size_ += writer.size();
}

void MessageWriter::put_octet(std::uint8_t octet) {
  store(room_.subspan(size_), octet);
  size_ += sizeof octet;
}

void MessageWriter::put_digest(Digest digest) {
  store(room_.subspan(size_), digest);
  size_ += sizeof digest;
}

void MessageWriter::put_stamp(const Stamp& stamp) {
  ByteWriter writer(room_.subspan(size_));
  writer.stamp(stamp);
  size_ += writer.size();
}

namespace {

bool is_key_or_empty(std::string_view text) {
  return text.empty() || is_name(text, limits::kDocumentKeyBytesMax);
}

}  // namespace

Status read_listing(ByteReader& reader, Listing& listing) {
  listing.collection = reader.short_text();
  listing.bucket = reader.number<std::uint8_t>();
  listing.after = reader.short_text();
  listing.through = reader.short_text();
  const bool sound = reader.fits() && is_identifier(listing.collection) &&
                     listing.bucket < limits::kDigestBuckets && is_key_or_empty(listing.after) &&
                     is_key_or_empty(listing.through);
  return sound ? Status::ok : Status::corrupt;
}

Status read_marks(ByteReader& reader, std::size_t body_bytes, Marks& marks) {
  marks.id.collection = reader.short_text();
  marks.id.key = reader.short_text();
  marks.is_answer = reader.number<std::uint8_t>() != 0;
  const std::size_t head = 3 + marks.id.collection.size() + marks.id.key.size();
  if (!reader.fits() || !is_document_id(marks.id)) return Status::corrupt;
  const std::size_t left = body_bytes - head;
  if (left % sizeof(Digest) != 0 || left / sizeof(Digest) > kMarksMax) {
    return Status::corrupt;
  }
  marks.count = static_cast<std::uint32_t>(left / sizeof(Digest));
  return Status::ok;
}

std::span<const std::byte> write_refusal(const Refusal& refusal,
                                         std::span<std::byte, kMessageBytesMax> room) {
  MessageWriter writer(room);
  writer.put_text(refusal.id.collection);
  writer.put_text(refusal.id.key);
  writer.put_octet(static_cast<std::uint8_t>(refusal.field.part));
  writer.put_text(refusal.field.text);
  writer.put_stamp(refusal.stamp);
  writer.put_text(refusal.why.substr(0, UINT8_MAX));
  return writer.body();
}

Status read_refusal(std::span<const std::byte> body, Refusal& refusal) {
  ByteReader reader(body);
  refusal.id.collection = reader.short_text();
  refusal.id.key = reader.short_text();
  refusal.field.part = static_cast<Part>(reader.number<std::uint8_t>());
  refusal.field.text = reader.short_text();
  refusal.stamp = reader.stamp();
  refusal.why = reader.short_text();
  const bool sound = reader.fits() && reader.at_end() && is_document_id(refusal.id) &&
                     refusal.field.part <= Part::desired &&
                     is_name(refusal.field.text, limits::kFieldNameBytesMax) &&
                     is_stamp(refusal.stamp) && is_utf8(refusal.why);
  return sound ? Status::ok : Status::corrupt;
}

Status append_message(const Message& message, std::span<std::byte> out, std::size_t& size) {
  if (out.size() - size < kEnvelopeBytes + message.body.size()) return Status::full;
  ByteWriter writer(out.subspan(size));
  writer.number(static_cast<std::uint8_t>(message.kind));
  writer.number(static_cast<std::uint16_t>(message.body.size()));
  writer.put(message.body);
  size += writer.size();
  return Status::ok;
}

Status take_message(std::span<const std::byte>& bytes, Message& message) {
  if (bytes.empty()) return Status::not_found;
  ByteReader reader(bytes);
  message.kind = static_cast<MessageKind>(reader.number<std::uint8_t>());
  message.body = reader.take(reader.number<std::uint16_t>());
  if (!reader.fits()) return Status::corrupt;
  bytes = reader.left();
  return Status::ok;
}

Status open_down(std::span<const std::byte> payload, std::span<const std::byte>& messages) {
  if (payload.size() < kDownHeadBytes) return Status::corrupt;
  if (load<std::uint8_t>(payload) != kDownVersion) return Status::unsupported;
  messages = payload.subspan(kDownHeadBytes);
  return load_u32(payload.subspan(1)) == crc32c(messages) ? Status::ok : Status::corrupt;
}

void seal_down(std::span<std::byte> payload) {
  store(payload, kDownVersion);
  store(payload.subspan(1), crc32c(payload.subspan(kDownHeadBytes)));
}

}  // namespace hf::documents

#include "documents/document.h"

#include <algorithm>

#include "documents/encoding.h"
#include "documents/names.h"
#include "vocabulary/identifiers.h"

namespace hf::documents {
namespace {

bool is_grave(const Grave& grave) { return is_stamp(grave.stamp) && is_author(grave.author); }

}  // namespace

bool is_document_id(const DocumentId& id) {
  return is_identifier(id.collection) && is_name(id.key, limits::kDocumentKeyBytesMax);
}

bool FieldCursor::next(Field& field) {
  if (count_ == 0) return false;
  ByteReader reader(bytes_);
  const bool whole = read_field(reader, field);
  HF_ASSERT(whole);  // parse() has seen these bytes
  bytes_ = reader.left();
  --count_;
  return true;
}

bool DocumentView::read_head(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  reader.take(1);  // the version
  bytes_ = bytes;
  id_.collection = reader.short_text();
  id_.key = reader.short_text();
  const auto graves = reader.number<std::uint8_t>();
  grave_ = {};
  if (graves == 1) {
    grave_.stamp = reader.stamp();
    grave_.author = reader.short_text();
  }
  field_count_ = reader.number<std::uint8_t>();
  field_bytes_ = reader.left();
  return reader.fits() && graves <= 1 && (graves == 0 || is_grave(grave_));
}

Status DocumentView::parse(std::span<const std::byte> bytes, DocumentView& view) {
  if (bytes.empty()) return Status::corrupt;
  if (std::to_integer<std::uint8_t>(bytes[0]) != kDocumentVersion) return Status::unsupported;
  DocumentView candidate;
  if (!candidate.read_head(bytes) || !is_document_id(candidate.id_) ||
      candidate.field_count_ > limits::kDocumentFieldsMax) {
    return Status::corrupt;
  }
  ByteReader reader(candidate.field_bytes_);
  Field field;
  FieldName before;  // comes before every name: its text is empty
  for (std::uint32_t i = 0; i < candidate.field_count_; ++i) {
    if (!read_field(reader, field) || field.name <= before ||
        !is_canonical(field, candidate.grave_.stamp)) {
      return Status::corrupt;
    }
    before = field.name;
  }
  if (!reader.at_end()) return Status::corrupt;
  view = candidate;
  return Status::ok;
}

bool DocumentView::find(const FieldName& name, Field& field) const {
  FieldCursor cursor = fields();
  while (cursor.next(field)) {
    if (field.name == name) return true;
  }
  field = Field{};
  field.name = name;
  return false;
}

Stamp DocumentView::latest() const {
  Stamp latest = grave_.stamp;
  FieldCursor cursor = fields();
  Field field;
  while (cursor.next(field)) {
    for (const Write& write : field.writes) latest = std::max(latest, write.stamp);
    for (const Stamp& seen : field.seen) latest = std::max(latest, seen);
  }
  return latest;
}

void Document::begin(const DocumentId& id, const Grave& grave) {
  HF_ASSERT(is_document_id(id));
  ByteWriter writer(bytes_);
  writer.number(kDocumentVersion);
  writer.short_text(id.collection);
  writer.short_text(id.key);
  writer.number(static_cast<std::uint8_t>(grave.present() ? 1 : 0));
  if (grave.present()) {
    writer.stamp(grave.stamp);
    writer.short_text(grave.author);
  }
  count_at_ = writer.size();
  writer.number(std::uint8_t{0});
  size_ = writer.size();
}

void Document::assign(const DocumentView& other) {
  const auto bytes = other.bytes();
  HF_ASSERT(!bytes.empty() && bytes.size() <= bytes_.size());
  std::memcpy(bytes_.data(), bytes.data(), bytes.size());
  size_ = bytes.size();
  count_at_ = size_ - other.field_bytes_.size() - 1;
}

void Document::append(const Field& field) {
  HF_ASSERT(field_count() < limits::kDocumentFieldsMax);
  ByteWriter writer(std::span{bytes_}.subspan(size_));
  if (field.bytes.empty()) {
    encode_field(field, writer);
  } else {
    writer.put(field.bytes);
  }
  size_ += writer.size();
  bytes_[count_at_] = static_cast<std::byte>(field_count() + 1);
}

std::uint32_t Document::field_count() const {
  HF_ASSERT(size_ > 0);
  return std::to_integer<std::uint32_t>(bytes_[count_at_]);
}

DocumentView Document::view() const {
  HF_ASSERT(size_ > 0);
  DocumentView view;
  const bool whole = view.read_head(std::span{bytes_}.first(size_));
  HF_ASSERT(whole);
  return view;
}

}  // namespace hf::documents

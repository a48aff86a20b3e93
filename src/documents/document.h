// A document: its name, what was written in each field, and when it was last deleted.
//
//   D1  One state has one encoding: two replicas hold the same state exactly when their bytes are
//       equal. So the bytes *are* the document; there is no second form to keep in step.
//   D2  Fields stand in order of their names, each once, at most kDocumentFieldsMax of them.
//   D3  Every write is later than the document's grave.
//   D4  Whatever bytes come in, parse() answers with a Status and reads nothing beyond them.
//
// A deleted document is a *grave*: the stamp of the deletion. What is written afterwards, knowing
// of it, begins a new life of the document; what was written in an earlier life stays dead whatever
// its stamp (merge.h). A document that says only a few fields, a *delta*, is a document like any
// other: what travels is what is kept.
//
// The encoding, byte by byte: docs/formats/documents.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/limits/documents.h"
#include "documents/field.h"
#include "vocabulary/outcome.h"

namespace hf::documents {

struct DocumentId {
  std::string_view collection;  // an identifier
  std::string_view key;         // a name of at most kDocumentKeyBytesMax bytes
  friend bool operator==(const DocumentId&, const DocumentId&) = default;
};

bool is_document_id(const DocumentId& id);

// The deletion that ended the document's previous life.
struct Grave {
  Stamp stamp = kNever;
  std::string_view author;
  bool present() const { return stamp != kNever; }
};

// Walks the fields of a document in their order.
class FieldCursor {
 public:
  FieldCursor(std::span<const std::byte> bytes, std::uint32_t count)
      : bytes_(bytes), count_(count) {}

  // True: `field` is the next one.  False: there are no more; `field` is unchanged.
  bool next(Field& field);

 private:
  std::span<const std::byte> bytes_;
  std::uint32_t count_;
};

// A document somebody else keeps. As good as the bytes it looks at; cheap to copy.
class DocumentView {
 public:
  DocumentView() = default;  // names nothing, holds nothing

  // ok: `view` looks at `bytes`.  corrupt: no document, or not the one encoding of its state.
  // unsupported: of a version to come.
  static Status parse(std::span<const std::byte> bytes, DocumentView& view);

  const DocumentId& id() const { return id_; }
  const Grave& grave() const { return grave_; }
  std::uint32_t field_count() const { return field_count_; }
  bool lives() const { return field_count_ > 0; }
  bool is_tombstone() const { return !lives() && grave_.present(); }

  FieldCursor fields() const { return {field_bytes_, field_count_}; }

  // False: no such field; `field` is then one of that name in which nothing was written.
  bool find(const FieldName& name, Field& field) const;

  // The greatest stamp in it: what a clock must have observed before it issues the next one.
  Stamp latest() const;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  friend class Document;
  bool read_head(std::span<const std::byte> bytes);

  std::span<const std::byte> bytes_;
  DocumentId id_;
  Grave grave_;
  std::uint32_t field_count_ = 0;
  std::span<const std::byte> field_bytes_;
};

// Room for any one document: what merging and editing write into. About 45 KiB, so allotted once
// and used again, never on a stack; what is kept for long is kept as bytes.
class Document {
 public:
  Document() {}  // NOLINT: the bytes are written before they are read
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  // Nothing known of `id`: no field, no grave. REQUIRES: is_document_id(id).
  void begin(const DocumentId& id, const Grave& grave = {});

  // REQUIRES: `other` does not look at this one.
  void assign(const DocumentView& other);

  // The next field, in order. Its `bytes` are taken when it has them; otherwise it is encoded.
  // REQUIRES: begun; field_count() < kDocumentFieldsMax; `field` does not look at this one.
  void append(const Field& field);

  std::uint32_t field_count() const;

  // REQUIRES: begun. Good until this document changes.
  DocumentView view() const;

 private:
  std::array<std::byte, limits::kDocumentBytesMax> bytes_;
  std::size_t size_ = 0;
  std::size_t count_at_ = 0;  // where the number of fields stands
};

}  // namespace hf::documents

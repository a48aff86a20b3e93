#include "documents/edit.h"

#include <algorithm>

#include "documents/encoding.h"
#include "documents/names.h"

namespace hf::documents {
namespace {

Status judge(const DocumentView& document, const Signature& by) {
  if (!is_author(by.author) || !is_stamp(by.stamp)) return Status::invalid;
  return by.stamp > document.latest() ? Status::ok : Status::stale;
}

Status judge(const Change& change, Side side) {
  const FieldName& field = change.field;
  if (!is_name(field.text, limits::kFieldNameBytesMax) || !is_value(change.value)) {
    return Status::invalid;
  }
  return owns(side, field.part) ? Status::ok : Status::refused;
}

// The change whose field is the next after `before`; null: none is.
const Change* next_change(std::span<const Change> changes, const FieldName& before) {
  const Change* next = nullptr;
  for (const Change& change : changes) {
    if (change.field > before && (next == nullptr || change.field < next->field)) next = &change;
  }
  return next;
}

// E2: what is in the other place has been seen, and so has what was seen of it before.
Stamp seen_of(const Field& field, Place place) {
  return std::max(field.seen[index_of(place)], field.at(place).stamp);
}

void append_write(const DocumentView& document, const Change& change, const Signature& by,
                  Document& delta) {
  std::array<std::byte, limits::kWriteBytesMax> bytes;
  const Place place = place_of(by.side);
  Field current;
  document.find(change.field, current);
  Field field;
  field.name = change.field;
  field.writes[index_of(place)] = encode_write(by.stamp, by.author, change.value, bytes);
  if (field.name.part == Part::desired) {
    field.seen[index_of(other(place))] = seen_of(current, other(place));
  }
  delta.append(field);
}

}  // namespace

Status create(const DocumentView& document, std::span<const Change> changes, const Signature& by,
              Document& delta) {
  HF_TRY(judge(document, by));
  for (const Change& change : changes) HF_TRY(judge(change, by.side));
  delta.begin(document.id(), document.grave());
  std::size_t new_fields = 0;
  std::size_t appended = 0;
  FieldName before;
  while (const Change* change = next_change(changes, before)) {
    if (delta.field_count() == limits::kDocumentFieldsMax) return Status::full;
    append_write(document, *change, by, delta);
    Field current;
    if (!document.find(change->field, current)) ++new_fields;
    ++appended;
    before = change->field;
  }
  if (appended == 0 || appended != changes.size()) return Status::invalid;
  if (document.field_count() + new_fields > limits::kDocumentFieldsMax) return Status::full;
  return Status::ok;
}

Status edit(const DocumentView& document, std::span<const Change> changes, const Signature& by,
            Document& delta) {
  if (!document.lives()) return Status::not_found;
  return create(document, changes, by, delta);
}

Status bury(const DocumentView& document, const Signature& by, Document& delta) {
  if (!document.lives()) return Status::not_found;
  HF_TRY(judge(document, by));
  delta.begin(document.id(), {.stamp = by.stamp, .author = by.author});
  return Status::ok;
}

}  // namespace hf::documents

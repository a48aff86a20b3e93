#include "documents/encoding.h"

#include <algorithm>

#include "documents/names.h"

namespace hf::documents {
namespace {

constexpr std::array<std::uint8_t, kPlaces> kHasSeen{kHasSeenSite, kHasSeenUpstream};
constexpr std::array<std::uint8_t, kPlaces> kHasWrite{kHasWriteSite, kHasWriteUpstream};
constexpr std::uint8_t kShapeMost = 15;

Value read_value(ByteReader& reader) {
  const auto kind = static_cast<ValueKind>(reader.number<std::uint8_t>());
  switch (kind) {
    case ValueKind::nothing: return {};
    case ValueKind::boolean: return Value::of_bits(kind, reader.number<std::uint8_t>());
    case ValueKind::integer:
    case ValueKind::real: return Value::of_bits(kind, reader.number<std::uint64_t>());
    case ValueKind::text:
    case ValueKind::bytes:
      return Value::of_bytes(kind, reader.take(reader.number<std::uint16_t>()));
  }
  return Value::of_bits(kind, 0);  // a kind nobody knows: is_value() refuses it
}

void encode_value(const Value& value, ByteWriter& writer) {
  writer.number(static_cast<std::uint8_t>(value.kind()));
  switch (value.kind()) {
    case ValueKind::nothing: return;
    case ValueKind::boolean: return writer.number(static_cast<std::uint8_t>(value.bits()));
    case ValueKind::integer:
    case ValueKind::real: return writer.number(value.bits());
    case ValueKind::text:
    case ValueKind::bytes:
      writer.number(static_cast<std::uint16_t>(value.as_bytes().size()));
      return writer.put(value.as_bytes());
  }
}

bool is_write(const Write& write, const Stamp& after) {
  return is_stamp(write.stamp) && write.stamp > after && is_author(write.author) &&
         is_value(write.value);
}

std::uint8_t shape_of(const Field& field) {
  unsigned shape = 0;
  for (std::size_t place = 0; place < kPlaces; ++place) {
    if (field.seen[place] != kNever) shape |= kHasSeen[place];
    if (field.writes[place].present()) shape |= kHasWrite[place];
  }
  return static_cast<std::uint8_t>(shape);
}

}  // namespace

bool is_value(const Value& value) {
  switch (value.kind()) {
    case ValueKind::nothing:
    case ValueKind::integer:
    case ValueKind::real: return true;
    case ValueKind::boolean: return value.bits() <= 1;
    case ValueKind::text:
      return value.as_bytes().size() <= limits::kFieldValueBytesMax && is_utf8(value.as_text());
    case ValueKind::bytes: return value.as_bytes().size() <= limits::kFieldValueBytesMax;
  }
  return false;
}

Write read_write(ByteReader& reader) {
  const auto from = reader.left();
  Write write;
  write.stamp = reader.stamp();
  write.author = reader.short_text();
  write.value = read_value(reader);
  write.bytes = from.first(from.size() - reader.left().size());
  return write;
}

bool read_field(ByteReader& reader, Field& field) {
  const auto from = reader.left();
  field.name.part = static_cast<Part>(reader.number<std::uint8_t>());
  field.name.text = reader.short_text();
  const auto shape = reader.number<std::uint8_t>();
  for (std::size_t place = 0; place < kPlaces; ++place) {
    const bool has_seen = (shape & kHasSeen[place]) != 0;
    field.seen[place] = has_seen ? reader.stamp() : kNever;
    if (has_seen && field.seen[place] == kNever)
      return false;  // nothing seen is said by its absence
  }
  for (std::size_t place = 0; place < kPlaces; ++place) {
    field.writes[place] = (shape & kHasWrite[place]) != 0 ? read_write(reader) : Write{};
  }
  field.bytes = from.first(from.size() - reader.left().size());
  return reader.fits() && shape <= kShapeMost;
}

bool is_canonical(const Field& field, const Stamp& grave) {
  if (!is_name(field.name.text, limits::kFieldNameBytesMax)) return false;
  const std::uint8_t shape = shape_of(field);
  if (field.name.part == Part::reported) {
    return shape == kHasWriteSite && is_write(field.at(Place::site), grave);
  }
  if (field.name.part != Part::desired || shape == 0) return false;
  for (std::size_t place = 0; place < kPlaces; ++place) {
    const Stamp& seen = field.seen[place];
    if (seen != kNever && (!is_stamp(seen) || seen <= grave)) return false;
    const Write& write = field.writes[place];
    if (write.present() && !is_write(write, std::max(seen, grave))) return false;
  }
  return true;
}

Write encode_write(const Stamp& stamp, std::string_view author, const Value& value,
                   std::span<std::byte> bytes) {
  ByteWriter writer(bytes);
  writer.stamp(stamp);
  writer.short_text(author);
  encode_value(value, writer);
  return {.stamp = stamp, .author = author, .value = value, .bytes = writer.written()};
}

void encode_field(const Field& field, ByteWriter& writer) {
  writer.number(static_cast<std::uint8_t>(field.name.part));
  writer.short_text(field.name.text);
  writer.number(shape_of(field));
  for (const Stamp& seen : field.seen) {
    if (seen != kNever) writer.stamp(seen);
  }
  for (const Write& write : field.writes) writer.put(write.bytes);
}

}  // namespace hf::documents

#include "wire/json/document_values.h"

#include <charconv>

#include "documents/policy.h"

namespace hf::wire {

using documents::Value;
using documents::ValueKind;

namespace {

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

void write_value(std::string_view name, const Value& value, JsonWriter& json) {
  switch (value.kind()) {
    case ValueKind::nothing: json.member_null(name); return;
    case ValueKind::boolean: json.member(name, value.as_boolean()); return;
    case ValueKind::integer: json.member(name, value.as_integer()); return;
    case ValueKind::real: json.member(name, value.as_real()); return;
    case ValueKind::text: json.member(name, value.as_text()); return;
    case ValueKind::bytes: json.member(name, "(bytes)"); return;
  }
}

void write_part(const documents::DocumentView& document, documents::Part part,
                std::string_view name, JsonWriter& json) {
  const documents::Policy policy = documents::policy_of(document.id().collection);
  json.open_object(name);
  documents::Field field;
  for (documents::FieldCursor cursor = document.fields(); cursor.next(field);) {
    if (field.name.part != part) continue;
    const documents::Write* const write = documents::in_effect(field, policy);
    if (write != nullptr && !write->value.is_nothing()) {
      write_value(field.name.text, write->value, json);
    }
  }
  json.close_object();
}

void write_open_conflicts(const documents::DocumentView& document, JsonWriter& json) {
  if (documents::policy_of(document.id().collection) != documents::Policy::manual) return;
  documents::Field field;
  for (documents::FieldCursor cursor = document.fields(); cursor.next(field);) {
    if (!field.contested()) continue;
    const documents::Write& site = field.at(documents::Place::site);
    const documents::Write& upstream = field.at(documents::Place::upstream);
    json.open_object();
    json.member("collection", document.id().collection);
    json.member("id", document.id().key);
    json.member("field", field.name.text);
    write_value("site", site.value, json);
    json.member("site_by", site.author);
    write_value("upstream", upstream.value, json);
    json.member("upstream_by", upstream.author);
    json.close_object();
  }
}

Status read_value(std::string_view text, ValueKind kind, Value& value) {
  std::int64_t whole = 0;
  double real = 0;
  switch (kind) {
    case ValueKind::boolean:
      if (text != "true" && text != "false") return Status::invalid;
      value = Value::boolean(text == "true");
      return Status::ok;
    case ValueKind::integer:
      if (!read_number(text, whole)) return Status::invalid;
      value = Value::integer(whole);
      return Status::ok;
    case ValueKind::real:
      if (!read_number(text, real)) return Status::invalid;
      value = Value::real(real);
      return Status::ok;
    case ValueKind::text: value = Value::text(text); return Status::ok;
    case ValueKind::nothing:
    case ValueKind::bytes: return Status::invalid;
  }
  return Status::invalid;
}

}  // namespace hf::wire

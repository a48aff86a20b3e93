#include "flows/chronicling/document_line.h"

#include "state/collections.h"
#include "state/fields.h"

namespace hf::flows {

using documents::DocumentView;
using documents::Field;
using documents::FieldCursor;
using documents::Part;
using documents::Place;
using documents::Value;
using documents::ValueKind;
using documents::Write;
using state::Changed;
using state::Fields;
using stores::ActivityKind;

namespace {

void add_value(Line& line, const Value& value) {
  switch (value.kind()) {
    case ValueKind::nothing: line.add("cleared"); break;
    case ValueKind::boolean: line.add(value.as_boolean() ? "true" : "false"); break;
    case ValueKind::integer: line.add(value.as_integer()); break;
    case ValueKind::real: line.add(value.as_real()); break;
    case ValueKind::text: line.add("\"").add(value.as_text()).add("\""); break;
    case ValueKind::bytes: line.add(value.as_bytes().size()).add(" bytes"); break;
  }
}

// What was written in a desired field, and by whom. Null: nothing was, the field only says what was
// seen.
const Write* written(const Field& field) {
  if (field.name.part != Part::desired) return nullptr;
  for (const Place place : documents::kBothPlaces) {
    if (field.at(place).present()) return &field.at(place);
  }
  return nullptr;
}

// A deployment is told by its model.
bool is_of_deployment(const Changed& change, std::string_view who) {
  return change.from == documents::Side::local && who == state::kDeploymentAuthor;
}

void tell_edit(const Changed& change, DocumentLine& told) {
  const DocumentView& delta = change.delta;
  const documents::DocumentId& id = delta.id();
  if (!delta.lives() && delta.grave().present()) {
    told.who = delta.grave().author;
    told.is_worth_telling = !is_of_deployment(change, told.who);
    told.what.add("removed ").add(id.collection).add(" ").add(id.key);
    return;
  }
  told.what.add(id.collection).add(" ").add(id.key).add(":");
  Field field;
  for (FieldCursor cursor = delta.fields(); cursor.next(field);) {
    const Write* const write = written(field);
    if (write == nullptr) continue;
    told.who = write->author;
    told.is_worth_telling = !is_of_deployment(change, told.who);
    told.what.add(" ").add(field.name.text).add("=");
    add_value(told.what, write->value);
  }
}

bool has(const DocumentView& delta, Part part, std::string_view name) {
  Field field;
  return delta.find({part, name}, field);
}

void tell_alert(const Changed& change, DocumentLine& told) {
  told.kind = ActivityKind::alert;
  if (change.from != documents::Side::gateway) {
    tell_edit(change, told);
    return;
  }
  // Reported with each raise, and with it alone.
  const bool is_raise = has(change.delta, Part::reported, "episode");
  if (!has(change.delta, Part::reported, "active")) return;
  const Fields fields(change.document);
  told.is_worth_telling = true;
  told.who = "gateway";
  told.what.add(is_raise ? "raised " : "ended ").add(change.delta.id().key);
  if (!is_raise) return;
  told.what.add(" (").add(fields.text(Part::reported, "severity")).add(") at ");
  told.what.add(fields.real(Part::reported, "value"));
}

void tell_model(const Changed& change, DocumentLine& told) {
  if (change.from != documents::Side::gateway) {
    tell_edit(change, told);
    return;
  }
  if (!has(change.delta, Part::reported, "status")) return;
  const Fields fields(change.document);
  told.kind = ActivityKind::model;
  told.is_worth_telling = true;
  told.who = "gateway";
  told.what.add("model ").add(change.delta.id().key).add(" ");
  told.what.add(fields.text(Part::reported, "status", "removed"));
  if (const auto applied = fields.text(Part::reported, "applied"); !applied.empty()) {
    told.what.add(", version ").add(applied).add(" in use");
  }
  if (const auto problem = fields.text(Part::reported, "problem"); !problem.empty()) {
    told.what.add(": ").add(problem);
  }
}

}  // namespace

DocumentLine line_of(const Changed& change) {
  DocumentLine told;
  const std::string_view collection = change.delta.id().collection;
  if (collection == state::kSettings || change.is_taken_back) return told;
  if (collection == state::kAlerts) {
    tell_alert(change, told);
  } else if (collection == state::kModels) {
    tell_model(change, told);
  } else if (change.from != documents::Side::gateway) {
    tell_edit(change, told);
  }
  if (change.from == documents::Side::upstream) told.what.add(" (upstream)");
  return told;
}

}  // namespace hf::flows

#include "surfaces/control/document_json.h"

#include "state/fields.h"
#include "stores/alerts/alerts.h"
#include "wire/json/document_values.h"

namespace hf::surfaces {

using documents::DocumentView;
using documents::Field;
using documents::FieldCursor;
using documents::Part;
using documents::Value;
using documents::ValueKind;

namespace {

void show_contested(const DocumentView& document, wire::JsonWriter& json) {
  bool any = false;
  Field field;
  for (FieldCursor cursor = document.fields(); cursor.next(field);) {
    if (!field.contested()) continue;
    if (!any) json.open_array("contested");
    any = true;
    json.element(field.name.text);
  }
  if (any) json.close_array();
}

void show_alert(const stores::Alert& alert, wire::JsonWriter& json) {
  json.member("state", stores::to_text(alert.state));
  json.member("severity", stores::to_text(alert.severity));
  json.member("equipment", alert.equipment);
  json.member("sensor", alert.sensor);
  json.member("rule", alert.rule);
  json.member("value", alert.value);
  json.member("episode", alert.episode);
  if (alert.since_ms > 0) json.member("since_ms", alert.since_ms);
  if (alert.is_flapping) json.member("flapping", true);
  if (!alert.text.empty()) json.member("text", alert.text);
  if (!alert.note.empty()) json.member("note", alert.note);
}

void show_equipment(const state::Replica& replica, const DocumentView& document,
                    wire::JsonWriter& json) {
  const state::Fields fields(document);
  const std::string_view seen = fields.text(Part::reported, "status", "offline");
  const stores::AlertFigures alerts = stores::count_alerts(replica, document.id().key);
  json.member("status", fields.text(Part::desired, "status", seen));
  json.member("active", fields.boolean(Part::desired, "active", true));
  json.member("name", fields.text(Part::desired, "name"));
  json.member("tags", fields.text(Part::desired, "tags"));
  json.member("alerts_raised", alerts.raised);
  json.member("alerts_acknowledged", alerts.acknowledged);
}

}  // namespace

void show_document(const DocumentView& document, wire::JsonWriter& json) {
  json.member("id", document.id().key);
  wire::write_part(document, Part::desired, "desired", json);
  wire::write_part(document, Part::reported, "reported", json);
  show_contested(document, json);
}

void show_summary(const state::Replica& replica, const DocumentView& document,
                  wire::JsonWriter& json) {
  json.member("id", document.id().key);
  if (document.id().collection == state::kAlerts) {
    show_alert(stores::read_alert(document), json);
    return;
  }
  if (document.id().collection == state::kEquipment) {
    show_equipment(replica, document, json);
    return;
  }
  const documents::Policy policy = documents::policy_of(document.id().collection);
  Field field;
  for (FieldCursor cursor = document.fields(); cursor.next(field);) {
    const documents::Write* const write = documents::in_effect(field, policy);
    if (write != nullptr && !write->value.is_nothing()) {
      wire::write_value(field.name.text, write->value, json);
    }
  }
}

Status read_value(wire::JsonValue json, const state::FieldRule& rule, Value& value) {
  switch (json.kind()) {
    case wire::JsonKind::null: value = {}; return Status::ok;
    case wire::JsonKind::boolean: value = Value::boolean(json.boolean()); return Status::ok;
    case wire::JsonKind::number: {
      const Result<std::int64_t> whole = json.integer();
      value = whole.ok() && rule.kind == ValueKind::integer ? Value::integer(whole.value())
                                                            : Value::real(json.number());
      return Status::ok;
    }
    case wire::JsonKind::text:
      if (json.text().empty()) {
        value = {};
        return Status::ok;
      }
      return wire::read_value(json.text(), rule.kind, value);
    case wire::JsonKind::absent:
    case wire::JsonKind::array:
    case wire::JsonKind::object: return Status::invalid;
  }
  return Status::invalid;
}

}  // namespace hf::surfaces

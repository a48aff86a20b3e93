#include "surfaces/control/sensor_verbs.h"

#include <algorithm>
#include <array>

#include "surfaces/control/document_edits.h"
#include "surfaces/control/document_json.h"
#include "wire/channel/control_line.h"
#include "wire/json/document_values.h"

namespace hf::surfaces {

using documents::DocumentView;

namespace {

// When something of this boot happened, by the anchors; what nobody knows is absent.
void show_utc(const Sights& sights, Uptime at, wire::JsonWriter& json) {
  stores::UtcSpan span;
  if (!is_ok(sights.anchors.place(sights.clock.boot_id(), at, span))) return;
  json.member("utc_quality", to_text(span.quality));
  if (span.quality == TimeQuality::unset) return;
  json.member("utc_ms", span.likely.ms);
  json.member("utc_error_ms", std::max(span.latest - span.likely, span.likely - span.earliest).ms);
}

void show_latest(const Sights& sights, SensorIndex sensor, wire::JsonWriter& json) {
  stores::telemetry::Latest latest;
  if (!is_ok(sights.window.latest(sensor, sights.clock.uptime(), latest))) return;
  json.member("value", latest.value);
  json.member("quality", hf::to_text(latest.quality));
  json.member("age_ms", latest.age.ms);
  show_utc(sights, latest.at, json);
  json.member("stale", latest.stale);
}

void show_facts(const stores::SensorFacts& facts, wire::JsonWriter& json) {
  for (const stores::SensorWord& word : stores::sensor_words()) {
    wire::write_value(word.name, word.give(facts), json);
  }
}

// ok: that sensor is on the roster.  not_found: it is not, and that is told with the nearest one.
Status find_sensor(const Sights& sights, const Request& request, std::string_view id,
                   SensorIndex& sensor) {
  if (id.empty()) return Status::invalid;
  std::array<std::string_view, limits::kBoard.sensors_max> names;
  const std::size_t dot = std::min(id.find('.'), id.size());
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < sights.roster.count(); ++i) {
    sensor = {static_cast<std::uint16_t>(i)};
    const stores::SensorFacts& facts = sights.roster.at(sensor);
    if (stores::key_of(facts).view() == id) return Status::ok;
    if (facts.equipment.text() == id.substr(0, dot)) names[count++] = facts.sensor.text();
  }
  const std::string_view name = dot == id.size() ? id : id.substr(dot + 1);
  sights.problem.meant = wire::nearest_word(name, std::span{names}.first(count));
  return request.tell(Status::not_found,
                      count == 0 ? "no sensor of such an equipment is known here: "
                                 : "this equipment has no such sensor: ",
                      id);
}

}  // namespace

Status answer_sensors(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const std::string_view equipment = request.find("equipment").text();
  json.open_array("sensors");
  for (std::uint32_t i = 0; i < sights.roster.count(); ++i) {
    const SensorIndex index{static_cast<std::uint16_t>(i)};
    const stores::SensorFacts& facts = sights.roster.at(index);
    if (!equipment.empty() && facts.equipment.text() != equipment) continue;
    json.open_object();
    json.member("equipment", facts.equipment.text());
    json.member("sensor", facts.sensor.text());
    if (!facts.unit.empty()) json.member("unit", facts.unit.view());
    show_latest(sights, index, json);
    json.close_object();
  }
  json.close_array();
  return Status::ok;
}

Status answer_sensors_get(const Sights& sights, std::string_view arguments,
                          wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const std::string_view id = request.need("id");
  SensorIndex sensor;
  HF_TRY(find_sensor(sights, request, id, sensor));
  DocumentView document;
  const bool is_there = sights.replica.find({.collection = state::kSensors, .key = id}, document);
  if (is_there && document.lives()) {
    show_document(document, json);
  } else {
    json.member("id", id);
  }
  json.open_object("in_force");
  show_facts(sights.roster.at(sensor), json);
  json.close_object();
  json.member("node", sights.nodes.at(sights.nodes.of(sensor)).id.text());
  show_latest(sights, sensor, json);
  return Status::ok;
}

Status answer_sensors_set(const Sights& sights, std::string_view arguments,
                          wire::JsonWriter& json) {
  {
    Request request(sights);
    HF_TRY(request.read(arguments));
    SensorIndex sensor;
    HF_TRY(find_sensor(sights, request, request.need("id"), sensor));
  }
  return set_document(sights, state::kSensors, arguments, json);
}

void show_sensors_of(const Sights& sights, std::string_view equipment, wire::JsonWriter& json) {
  json.open_array("sensors");
  for (std::uint32_t i = 0; i < sights.roster.count(); ++i) {
    const SensorIndex sensor{static_cast<std::uint16_t>(i)};
    const stores::SensorFacts& facts = sights.roster.at(sensor);
    if (facts.equipment.text() != equipment) continue;
    json.open_object();
    json.member("sensor", facts.sensor.text());
    json.member("unit", facts.unit.view());
    stores::telemetry::Latest latest;
    if (is_ok(sights.window.latest(sensor, sights.clock.uptime(), latest))) {
      json.member("value", latest.value);
      json.member("quality", hf::to_text(latest.quality));
      json.member("stale", latest.stale);
    }
    json.member("node", facts.node_id());
    json.member("period_ms", facts.period.ms);
    json.member("low_limit", facts.low_limit);
    json.member("high_limit", facts.high_limit);
    json.member("dead_band", facts.dead_band);
    json.member("group", facts.group.view());
    json.close_object();
  }
  json.close_array();
}

}  // namespace hf::surfaces

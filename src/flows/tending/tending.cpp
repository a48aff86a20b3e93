#include "flows/tending/tending.h"

#include "state/fields.h"

namespace hf::flows {

using documents::Change;
using documents::DocumentId;
using documents::DocumentView;
using documents::Part;
using documents::Value;
using state::Fields;

Uptime Tending::step(Uptime now, const UtcReading& utc, const NodeFacts& facts) {
  if (now < due_) return due_;
  due_ = now + kTendPeriod;
  for (std::uint32_t sensor = 0; sensor < roster_.count(); ++sensor) {
    if (!is_first_of_equipment(sensor)) continue;
    const EquipmentId& equipment = roster_.at({static_cast<std::uint16_t>(sensor)}).equipment;
    const bool heard = is_heard(equipment, now);
    // Not `offline` before there was time to hear anything.
    if (!heard && now.ms < kUnheard.ms) continue;
    report({.collection = state::kEquipment, .key = equipment.text()}, "status",
           heard ? "online" : "offline", utc);
  }
  tend_node(utc, facts);
  return due_;
}

bool Tending::is_first_of_equipment(std::uint32_t sensor) const {
  const EquipmentId& equipment = roster_.at({static_cast<std::uint16_t>(sensor)}).equipment;
  for (std::uint32_t before = 0; before < sensor; ++before) {
    if (roster_.at({static_cast<std::uint16_t>(before)}).equipment == equipment) return false;
  }
  return true;
}

// E1
bool Tending::is_heard(const EquipmentId& equipment, Uptime now) const {
  for (std::uint32_t index = 0; index < roster_.count(); ++index) {
    const SensorIndex sensor{static_cast<std::uint16_t>(index)};
    telemetry::Latest latest;
    if (!(roster_.at(sensor).equipment == equipment)) continue;
    if (!is_ok(window_.latest(sensor, now, latest))) continue;
    if (latest.age < kUnheard && latest.quality != Quality::no_contact) return true;
  }
  return false;
}

// E2
void Tending::report(const DocumentId& id, std::string_view field, std::string_view text,
                     const UtcReading& utc) {
  DocumentView document;
  if (replica_.find(id, document)) {
    // One that a person has deleted stays deleted: what is measured goes on without it.
    if (document.is_tombstone()) return;
    if (Fields(document).text(Part::reported, field) == text) return;
  }
  const Change change{.field = {Part::reported, field}, .value = Value::text(text)};
  const Status status = replica_.create(
      id, {&change, 1}, {.side = documents::Side::gateway, .author = "gateway"}, utc);
  static_cast<void>(status);  // not written now: the next turn finds it unwritten
}

// E3
void Tending::tend_node(const UtcReading& utc, const NodeFacts& facts) {
  const DocumentId id{.collection = state::kNodes, .key = node_};
  DocumentView document;
  bool is_enabled = true;
  bool is_drained = false;
  if (replica_.find(id, document)) {
    const Fields fields(document);
    is_enabled = fields.boolean(Part::desired, "enabled", true);
    is_drained = fields.boolean(Part::desired, "drained");
  }
  samples_ = is_enabled && !is_drained;
  const std::string_view state = samples_            ? "running"
                                 : !facts.is_flushed ? "draining"
                                 : is_enabled        ? "drained"
                                                     : "disabled";
  report(id, "kind", "gateway", utc);
  report(id, "state", state, utc);
  report(id, "health", facts.is_degraded ? "degraded" : "ok", utc);
}

}  // namespace hf::flows

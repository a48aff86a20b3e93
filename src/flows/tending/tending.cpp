#include "flows/tending/tending.h"

#include <algorithm>

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
           Value::text(heard ? "online" : "offline"), utc);
  }
  for (std::uint32_t node = 0; node < nodes_.count(); ++node) {
    tend_node(static_cast<stores::NodeIndex>(node), now, utc, facts);
  }
  return due_;
}

bool Tending::is_first_of_equipment(std::uint32_t sensor) const {
  const EquipmentId& equipment = roster_.at({static_cast<std::uint16_t>(sensor)}).equipment;
  for (std::uint32_t before = 0; before < sensor; ++before) {
    if (roster_.at({static_cast<std::uint16_t>(before)}).equipment == equipment) return false;
  }
  return true;
}

// E4: of what is still there and would be reported again.
bool Tending::needs(const DocumentId& id) const {
  if (id.collection == state::kNodes) return nodes_.find(id.key).ok();
  if (id.collection != state::kEquipment) return false;
  for (std::uint32_t sensor = 0; sensor < roster_.count(); ++sensor) {
    if (roster_.at({static_cast<std::uint16_t>(sensor)}).equipment.text() == id.key) return true;
  }
  return false;
}

// E1
bool Tending::is_heard(const EquipmentId& equipment, Uptime now) const {
  for (std::uint32_t index = 0; index < roster_.count(); ++index) {
    const SensorIndex sensor{static_cast<std::uint16_t>(index)};
    stores::telemetry::Latest latest;
    if (!(roster_.at(sensor).equipment == equipment)) continue;
    if (!is_ok(window_.latest(sensor, now, latest))) continue;
    const Duration unheard =
        std::max(kUnheard, milliseconds(stores::kPeriodsUnheard * roster_.at(sensor).period.ms));
    if (latest.age < unheard && latest.quality != Quality::no_contact) return true;
  }
  return false;
}

// E2
void Tending::report(const DocumentId& id, std::string_view field, const Value& value,
                     const UtcReading& utc) {
  DocumentView document;
  if (replica_.find(id, document)) {
    // One that a person has deleted stays deleted: what is measured goes on without it.
    if (document.is_tombstone()) return;
    if (Fields(document).value(Part::reported, field) == value) return;
  }
  const Change change{.field = {Part::reported, field}, .value = value};
  const Status status = replica_.create(
      id, {&change, 1}, {.side = documents::Side::gateway, .author = "gateway"}, utc);
  static_cast<void>(status);  // not written now: the next turn finds it unwritten
}

// E3, E4
void Tending::tend_node(stores::NodeIndex index, Uptime now, const UtcReading& utc,
                        const NodeFacts& facts) {
  const stores::Node& node = nodes_.at(index);
  const bool is_gateway = index == stores::kGatewayNode;
  const DocumentId id{.collection = state::kNodes, .key = node.id.text()};
  DocumentView document;
  stores::NodeUse use = stores::NodeUse::used;
  if (replica_.find(id, document)) {
    const Fields fields(document);
    if (document.is_tombstone() && !is_gateway) use = stores::NodeUse::removed;
    if (fields.boolean(Part::desired, "drained")) use = stores::NodeUse::drained;
    if (!fields.boolean(Part::desired, "enabled", true)) use = stores::NodeUse::disabled;
  }
  nodes_.use(index, use, now);
  const std::string_view state = use == stores::NodeUse::used       ? "running"
                                 : !facts.is_flushed                ? "draining"
                                 : use == stores::NodeUse::disabled ? "disabled"
                                                                    : "drained";
  const std::string_view health =
      is_gateway ? (facts.is_degraded ? "degraded" : "ok") : to_text(node.health);
  report(id, "kind", Value::text(is_gateway ? "gateway" : "device"), utc);
  report(id, "state", Value::text(state), utc);
  report(id, "health", Value::text(health), utc);
  if (is_gateway && node.sensors == 0) return;
  report(id, "breaker", Value::text(node.is_failing ? "open" : "closed"), utc);
  if (node.outages > 0) {
    report(id, "failures", Value::integer(static_cast<std::int64_t>(node.outages)), utc);
  }
}

}  // namespace hf::flows

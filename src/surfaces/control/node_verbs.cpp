#include "surfaces/control/node_verbs.h"

#include <array>

#include "state/fields.h"
#include "surfaces/control/document_edits.h"
#include "surfaces/control/document_json.h"
#include "wire/channel/control_line.h"

namespace hf::surfaces {

using documents::Change;
using documents::DocumentId;
using documents::DocumentView;
using documents::Part;
using documents::Value;

namespace {

DocumentId document_of(std::string_view id) { return {.collection = state::kNodes, .key = id}; }

std::string_view reported(const Sights& sights, std::string_view id, std::string_view field) {
  DocumentView document;
  if (!sights.replica.find(document_of(id), document)) return {};
  return state::Fields(document).text(Part::reported, field);
}

std::string_view state_of(const Sights& sights, const stores::Node& node) {
  if (node.use == stores::NodeUse::removed) return "removed";
  const std::string_view state = reported(sights, node.id.text(), "state");
  return state.empty() ? "running" : state;
}

void show_metrics(const Sights& sights, const stores::Node& node, wire::JsonWriter& json) {
  json.member("breaker", to_text(node.breaker.state()));
  json.member("sensors", std::uint64_t{node.sensors});
  json.member("readings", node.readings);
  json.member("errors", node.errors);
  json.member("readings_per_minute", std::uint64_t{node.readings_per_minute});
  json.member("errors_per_minute", std::uint64_t{node.errors_per_minute});
  json.member("outages", node.outages);
  if (node.was_heard) json.member("age_ms", (sights.clock.uptime() - node.heard_at).ms);
}

void show_line(const Sights& sights, stores::NodeIndex index, wire::JsonWriter& json) {
  const stores::Node& node = sights.nodes.at(index);
  const bool is_gateway = index == stores::kGatewayNode;
  json.open_object();
  json.member("id", node.id.text());
  json.member("kind", is_gateway ? "gateway" : "device");
  json.member("state", state_of(sights, node));
  json.member("health",
              is_gateway ? reported(sights, node.id.text(), "health") : to_text(node.health));
  show_metrics(sights, node, json);
  json.close_object();
}

// ok: `id` names a node.  not_found: it does not, and that is told with the nearest one.
Status find_node(const Sights& sights, const Request& request, std::string_view id,
                 stores::NodeIndex& index) {
  if (id.empty()) return Status::invalid;
  if (const Result<stores::NodeIndex> found = sights.nodes.find(id); found.ok()) {
    index = found.value();
    return Status::ok;
  }
  std::array<std::string_view, limits::kBoard.nodes_max> names;
  for (std::uint32_t i = 0; i < sights.nodes.count(); ++i) {
    names[i] = sights.nodes.at(static_cast<stores::NodeIndex>(i)).id.text();
  }
  sights.problem.meant = wire::nearest_word(id, std::span{names}.first(sights.nodes.count()));
  return request.tell(Status::not_found, "there is no such node: ", id);
}

Status read_node(const Sights& sights, Request& request, std::string_view arguments,
                 stores::NodeIndex& index) {
  HF_TRY(request.read(arguments));
  return find_node(sights, request, request.need("id"), index);
}

Status switch_node(const Sights& sights, std::string_view arguments,
                   std::span<const Change> changes, wire::JsonWriter& json) {
  Request request(sights);
  stores::NodeIndex index = 0;
  HF_TRY(read_node(sights, request, arguments, index));
  const DocumentId id = document_of(sights.nodes.at(index).id.text());
  const Change* problem = nullptr;
  const Status status =
      sights.inbox.set(id, changes, request.editor(), sights.clock.utc(), problem);
  return show_edit(sights, request, id, status, json);
}

}  // namespace

Status answer_nodes_list(const Sights& sights, std::string_view /*arguments*/,
                         wire::JsonWriter& json) {
  json.open_array("nodes");
  for (std::uint32_t index = 0; index < sights.nodes.count(); ++index) {
    show_line(sights, static_cast<stores::NodeIndex>(index), json);
  }
  json.close_array();
  return Status::ok;
}

Status answer_nodes_get(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  Request request(sights);
  stores::NodeIndex index = 0;
  HF_TRY(read_node(sights, request, arguments, index));
  const stores::Node& node = sights.nodes.at(index);
  DocumentView document;
  if (sights.replica.find(document_of(node.id.text()), document) && document.lives()) {
    show_document(document, json);
  } else {
    json.member("id", node.id.text());
  }
  json.open_object("metrics");
  json.member("state", state_of(sights, node));
  show_metrics(sights, node, json);
  json.close_object();
  json.open_array("sensors");
  for (std::uint32_t i = 0; i < sights.roster.count(); ++i) {
    const SensorIndex sensor{static_cast<std::uint16_t>(i)};
    if (sights.nodes.of(sensor) != index) continue;
    json.open_object();
    json.member("equipment", sights.roster.at(sensor).equipment.text());
    json.member("sensor", sights.roster.at(sensor).sensor.text());
    json.member("is_asked", sights.nodes.is_asked(sensor));
    json.close_object();
  }
  json.close_array();
  return Status::ok;
}

Status answer_nodes_set(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  {
    Request request(sights);
    stores::NodeIndex index = 0;
    HF_TRY(read_node(sights, request, arguments, index));
  }
  return set_document(sights, state::kNodes, arguments, json);
}

Status answer_nodes_remove(const Sights& sights, std::string_view arguments,
                           wire::JsonWriter& json) {
  {
    Request request(sights);
    stores::NodeIndex index = 0;
    HF_TRY(read_node(sights, request, arguments, index));
    if (index == stores::kGatewayNode) {
      return request.tell(Status::refused,
                          "this is the gateway itself: it can be drained, not removed");
    }
  }
  return remove_document(sights, state::kNodes, arguments, json);
}

Status answer_nodes_drain(const Sights& sights, std::string_view arguments,
                          wire::JsonWriter& json) {
  const Change drained{.field = {Part::desired, "drained"}, .value = Value::boolean(true)};
  return switch_node(sights, arguments, {&drained, 1}, json);
}

// Whatever kept it from work: drained, disabled or removed.
Status answer_nodes_enable(const Sights& sights, std::string_view arguments,
                           wire::JsonWriter& json) {
  const std::array changes{
      Change{.field = {Part::desired, "drained"}, .value = Value::boolean(false)},
      Change{.field = {Part::desired, "enabled"}, .value = Value::boolean(true)}};
  return switch_node(sights, arguments, changes, json);
}

}  // namespace hf::surfaces

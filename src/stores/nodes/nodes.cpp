#include "stores/nodes/nodes.h"

#include <algorithm>
#include <array>

namespace hf::stores {
namespace {

// One reading in ten that fails is too many; half of that is well again.
constexpr std::uint32_t kDegradedPart = 10;
constexpr std::uint32_t kWellPart = 20;

bool is_failure(Quality quality) {
  return quality == Quality::no_contact || quality == Quality::device_fault;
}

}  // namespace

std::string_view to_text(NodeHealth health) {
  constexpr std::array<std::string_view, 3> kWords{"ok", "degraded", "failed"};
  return kWords[static_cast<std::size_t>(health) % kWords.size()];
}

Nodes::Nodes(std::span<Node> nodes, std::span<NodeIndex> of_sensors, const GatewayId& gateway)
    : nodes_(nodes), of_sensors_(of_sensors), count_(1) {
  nodes_[kGatewayNode] = {};
  HF_ASSERT(is_ok(NodeId::parse(gateway.text(), nodes_[kGatewayNode].id)));
}

Status Nodes::hang(SensorIndex sensor, const NodeId& node) {
  HF_ASSERT(sensor.value == sensors_ && sensors_ < of_sensors_.size());
  const Result<NodeIndex> found = find(node.text());
  if (!found.ok() && count_ == nodes_.size()) return Status::full;
  const auto index = found.value_or(static_cast<NodeIndex>(count_));
  if (!found.ok()) {
    nodes_[count_] = {};
    nodes_[count_].breaker.set(settings_.breaker);
    nodes_[count_++].id = node;
  }
  ++nodes_[index].sensors;
  of_sensors_[sensors_++] = index;
  return Status::ok;
}

void Nodes::set(const NodeSettings& settings) {
  settings_ = settings;
  for (Node& node : nodes_.first(count_)) node.breaker.set(settings.breaker);
}

void Nodes::use(NodeIndex node, NodeUse use, Uptime now) {
  HF_ASSERT(node < count_);
  const bool begins = nodes_[node].use != NodeUse::used && use == NodeUse::used;
  nodes_[node].use = use;
  if (!begins) return;
  const bool is_all = node == kGatewayNode;
  for (Node& again : is_all ? nodes_.first(count_) : nodes_.subspan(node, 1)) {
    again.asked_since = now;
  }
}

void Nodes::note(SensorIndex sensor, Quality quality, Uptime at, Uptime now) {
  HF_ASSERT(sensor.value < sensors_);
  Node& node = nodes_[of(sensor)];
  if (!is_failure(quality)) {
    ++node.readings;
    ++node.readings_in_minute;
    node.heard_at = at;
    node.was_heard = true;
    node.breaker.note_success(now);
    return;
  }
  ++node.errors;
  ++node.errors_in_minute;
  // ND3. And what was asked for before the pause says nothing about its end.
  const bool is_same_moment = at == node.failed_at || (node.was_heard && at == node.heard_at);
  const bool is_late = node.breaker.state() != BreakerState::closed && at < node.probing_since;
  node.failed_at = at;
  if (!is_same_moment && !is_late) node.breaker.note_failure(now);
}

void Nodes::step(Uptime now) {
  for (std::uint32_t index = 0; index < count_; ++index) {
    Node& node = nodes_[index];
    if (node.minute_begun.ms == 0) node.minute_begun = now;  // the first step
    if (now - node.minute_begun >= minutes(1)) {
      node.readings_per_minute = node.readings_in_minute;
      node.errors_per_minute = node.errors_in_minute;
      node.readings_in_minute = node.errors_in_minute = 0;
      node.minute_begun = now;
    }
    watch_breaker(static_cast<NodeIndex>(index), now);
    judge_health(node, now);
  }
}

// ND1
void Nodes::watch_breaker(NodeIndex index, Uptime now) {
  Node& node = nodes_[index];
  if (node.breaker.permits(now) && node.breaker.state() == BreakerState::half_open) {
    node.breaker.note_asked();
    node.probing_since = now;
    node.probe = choose_probe(index);
  } else if (node.breaker.state() == BreakerState::half_open &&
             now - node.probing_since > settings_.probe) {
    node.breaker.note_failure(now);
  }
  if (node.breaker.state() != BreakerState::closed) {
    if (!node.is_failing) ++node.outages;
    node.is_failing = true;
    node.not_closed_at = now;
  } else if (now - node.not_closed_at >= kNodeSettled) {
    node.is_failing = false;
  }
}

void Nodes::judge_health(Node& node, Uptime now) {
  if (node.asked_since.ms == 0) node.asked_since = now;  // the first step
  const Uptime since = std::max(node.heard_at, node.asked_since);
  const Duration unheard = std::max(kNodeUnheard, milliseconds(kPeriodsUnheard * node.period.ms));
  const bool is_silent = node.sensors > 0 && is_used(node) && now - since > unheard;
  const std::uint32_t all = node.readings_per_minute + node.errors_per_minute;
  const std::uint32_t part = node.health == NodeHealth::ok ? kDegradedPart : kWellPart;
  if (node.is_failing || is_silent) {
    node.health = NodeHealth::failed;
  } else {
    node.health = node.errors_per_minute * part > all ? NodeHealth::degraded : NodeHealth::ok;
  }
}

// Another one each time: the first may be the one that is broken.
SensorIndex Nodes::choose_probe(NodeIndex index) const {
  const Node& node = nodes_[index];
  std::uint64_t left = node.sensors == 0 ? 0 : node.breaker.times_opened() % node.sensors;
  for (std::uint32_t sensor = 0; sensor < sensors_; ++sensor) {
    if (of_sensors_[sensor] == index && left-- == 0) return {static_cast<std::uint16_t>(sensor)};
  }
  return {};
}

bool Nodes::is_asked(SensorIndex sensor) const {
  const Node& node = nodes_[of(sensor)];
  if (!is_used(node)) return false;
  switch (node.breaker.state()) {
    case BreakerState::closed: return true;
    case BreakerState::open: return false;
    case BreakerState::half_open: return sensor == node.probe;
  }
  return true;
}

// ND4
bool Nodes::is_used(const Node& node) const {
  return nodes_[kGatewayNode].use == NodeUse::used && node.use == NodeUse::used;
}

Result<NodeIndex> Nodes::find(std::string_view id) const {
  for (std::uint32_t index = 0; index < count_; ++index) {
    if (nodes_[index].id.text() == id) return static_cast<NodeIndex>(index);
  }
  return Status::not_found;
}

}  // namespace hf::stores

// Nodes: the devices that readings come from, with the gateway itself as the first; which sensors
// hang on which, what each has given, and whether it is asked for more.
//
// A node is not asked when a person has drained, disabled or removed it, and hardly when its
// breaker is open: a device that does not answer makes its bus wait for a timeout at every
// question, and its neighbours with it. Who is asked is decided here; sampling tells the field.
//
//   ND1  A node whose breaker is open is not asked. Half open, one of its sensors is: a reading of
//        it that is good closes the breaker, a failure or silence opens it again.
//   ND2  What becomes of one node changes nothing for the sensors of another.
//   ND3  A failure is a moment at which a node gave only failures: one sensor of many that fails
//        opens nothing.
//   ND4  When the gateway's own node is not used, none is asked.
//
// Memory is the caller's. Never allocates. Owned by the service loop. Cost: note() is a few
// comparisons, step() O(nodes).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "config/settings/table.h"
#include "vocabulary/breaker.h"
#include "vocabulary/identifiers.h"
#include "vocabulary/outcome.h"
#include "vocabulary/reading.h"

namespace hf::stores {

struct NodeSettings {
  BreakerSettings breaker{
      .failures_max = settings::initial<std::uint32_t>("nodes.breaker.failures"),
      .open_for = settings::initial_duration("nodes.breaker.open")};
  Duration probe = settings::initial_duration("nodes.breaker.probe");
  friend bool operator==(const NodeSettings&, const NodeSettings&) = default;
};

// What people want of a node.
enum class NodeUse : std::uint8_t { used, drained, disabled, removed };
enum class NodeHealth : std::uint8_t { ok, degraded, failed };
std::string_view to_text(NodeHealth health);

using NodeIndex = std::uint16_t;
inline constexpr NodeIndex kGatewayNode = 0;

// A breaker that was closed for so long is over it; until then the node counts as failing, so that
// a device that comes and goes is told once and not every half minute.
inline constexpr Duration kNodeSettled = minutes(1);
// A node that is asked has failed after this silence, and after so many periods.
inline constexpr Duration kNodeUnheard = seconds(30);
inline constexpr std::int64_t kPeriodsUnheard = 3;

struct Node {
  NodeId id;
  NodeUse use = NodeUse::used;
  NodeHealth health = NodeHealth::ok;
  bool is_failing = false;  // its breaker opened, and was not closed for kNodeSettled since
  bool is_probing = false;
  bool was_heard = false;  // a good reading came, ever
  std::uint32_t sensors = 0;
  std::uint64_t readings = 0;  // good ones and those of any other quality but a failure
  std::uint64_t errors = 0;    // failures: no contact, a fault of the device
  std::uint64_t outages = 0;   // times it began to fail
  std::uint32_t readings_in_minute = 0;
  std::uint32_t errors_in_minute = 0;
  std::uint32_t readings_per_minute = 0;  // in the last whole minute
  std::uint32_t errors_per_minute = 0;
  Uptime minute_begun;
  Uptime heard_at;   // the last good reading
  Uptime failed_at;  // the last failure
  Uptime not_closed_at;
  Uptime probing_since;
  Uptime asked_since;
  Duration period;  // of the sensor of it that is read most often
  SensorIndex probe;
  Breaker breaker{BreakerSettings{}};
};

class Nodes {
 public:
  // `of_sensors`: one for each sensor that may come. REQUIRES: room for one node at least.
  Nodes(std::span<Node> nodes, std::span<NodeIndex> of_sensors, const GatewayId& gateway);

  // `sensor` hangs on `node`, which is new when none has that id. ok.  full: no room for the node.
  // REQUIRES: sensors come in the order of their indexes, each once.
  Status hang(SensorIndex sensor, const NodeId& node);

  void set(const NodeSettings& settings);
  // Whether the node is to be used from now on. REQUIRES: node < count().
  void use(NodeIndex node, NodeUse use, Uptime now);

  // How often its sensors are read at least: silence is measured by it.
  void expect(NodeIndex node, Duration period) { nodes_[node].period = period; }

  // A reading of that sensor came, as its driver marked it. REQUIRES: it hangs on a node.
  void note(SensorIndex sensor, Quality quality, Uptime at, Uptime now);
  // Time passes: pauses end, probes fail by silence, minutes are counted, health is judged.
  void step(Uptime now);

  // Whether the field is to be asked for that sensor, as of the last step.
  bool is_asked(SensorIndex sensor) const;

  std::uint32_t count() const { return count_; }
  // REQUIRES: node < count().
  const Node& at(NodeIndex node) const { return nodes_[node]; }
  NodeIndex of(SensorIndex sensor) const { return of_sensors_[sensor.value]; }
  // not_found: no such node.
  Result<NodeIndex> find(std::string_view id) const;

 private:
  void watch_breaker(NodeIndex index, Uptime now);
  void judge_health(Node& node, Uptime now);
  bool is_used(const Node& node) const;
  SensorIndex choose_probe(NodeIndex index) const;

  std::span<Node> nodes_;
  std::span<NodeIndex> of_sensors_;
  NodeSettings settings_;
  std::uint32_t count_ = 0;
  std::uint32_t sensors_ = 0;
};

}  // namespace hf::stores

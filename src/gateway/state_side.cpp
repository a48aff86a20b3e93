#include "gateway/state_side.h"

#include <algorithm>

namespace hf::gateway {

StateSide::StateSide(state::Shelf& shelf, StateMemory& memory, std::uint64_t seed,
                     const stores::telemetry::Telemetry& window, stores::Roster& roster,
                     stores::Nodes& nodes, stores::OfflineQueue& queue, BootId boot)
    : replica_(shelf, memory.replica(), seed),
      inbox_(replica_, memory.inbox),
      reconciling_(replica_, inbox_, queue, memory.reconciling, boot),
      models_(shelf, memory.models()),
      deploying_(replica_, models_, roster, limits::kBoard.rules_max),
      alerting_(replica_, window, roster, memory.alerting()),
      describing_(replica_, roster),
      tending_(replica_, window, roster, nodes) {}

Status StateSide::open(const UtcReading& utc) { return replica_.load(utc); }

Uptime StateSide::step(Uptime now, const UtcReading& utc, const flows::NodeFacts& facts) {
  const Uptime describing_at = describing_.step(now, utc);
  const Uptime tending_at = tending_.step(now, utc, facts);
  const Uptime deploying_at = deploying_.step(now, utc);
  const Uptime alerting_at = alerting_.step(now, utc);
  const Uptime reconciling_at = reconciling_.step(now, utc);
  const Uptime replica_at = replica_.serve(now);
  return std::min(
      {describing_at, tending_at, deploying_at, alerting_at, reconciling_at, replica_at});
}

Status StateSide::take(wire::TopicClass topic_class, std::span<const std::byte> payload,
                       Uptime /*now*/) {
  if (topic_class != wire::TopicClass::state_down) return Status::unsupported;
  return inbox_.deliver(payload);
}

void StateSide::note_link(bool is_online, Uptime now) {
  if (is_online && !was_online_) reconciling_.link_up(now);
  was_online_ = is_online;
}

void StateSide::close(Uptime now, const UtcReading& utc) { reconciling_.finish(now, utc); }

}  // namespace hf::gateway

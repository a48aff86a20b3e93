#include "platform/sim/mqtt/path.h"

#include <algorithm>

namespace hf::sim {
namespace {

constexpr Duration kRetransmission = seconds(1);  // how often a silent way is tried again

}  // namespace

void Path::send(std::uint64_t connection, Direction direction, std::uint64_t bytes,
                std::function<void()> arrive) {
  newest_ = std::max(newest_, connection);
  Lane& lane = lanes_[static_cast<std::size_t>(direction)];
  const std::uint64_t rate =
      direction == Direction::up ? model_.up_bytes_per_second : model_.down_bytes_per_second;
  const auto takes = milliseconds(static_cast<std::int64_t>(bytes * 1000 / rate));
  lane.free_at = std::max(lane.free_at, agenda_.now()) + takes + stalls(bytes);
  const Duration arrives_at = lane.free_at + model_.latency;
  lane.packets.push_back({arrives_at, connection, std::move(arrive)});
  if (!lane.is_looked_after) look_after(direction, arrives_at);
}

bool Path::passes() const { return !is_silent_ && network_.state().carrier != hal::Carrier::down; }

Duration Path::stalls(std::uint64_t bytes) {
  Duration sum;
  if (model_.loss_percent == 0) return sum;
  for (std::uint64_t packet = 0; packet <= bytes / kPacketBytes; ++packet) {
    if (!random_.chance(model_.loss_percent, 100)) continue;
    sum = sum + milliseconds(random_.between(200, model_.stall_max.ms));
  }
  return sum;
}

void Path::look_after(Direction direction, Duration at) {
  lanes_[static_cast<std::size_t>(direction)].is_looked_after = true;
  agenda_.at(at, [this, direction] { deliver(direction); });
}

void Path::deliver(Direction direction) {
  Lane& lane = lanes_[static_cast<std::size_t>(direction)];
  // Still looked after: what an arrival sends this way waits for the end of this loop.
  while (!lane.packets.empty()) {
    const Duration arrives_at = lane.packets.front().arrives_at;
    if (arrives_at > agenda_.now()) return look_after(direction, arrives_at);
    if (!passes()) return look_after(direction, agenda_.now() + kRetransmission);
    const Packet packet = std::move(lane.packets.front());
    lane.packets.pop_front();
    if (packet.connection > dead_up_to_) packet.arrive();
  }
  lane.is_looked_after = false;
}

}  // namespace hf::sim

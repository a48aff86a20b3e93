// The way between the gateway and its broker: slow, lossy, sometimes silent; in order, as TCP is.
//
// Loss is never seen as loss, only as a stall, because TCP repeats. Silence holds packets back
// until it ends; a half-open connection swallows them for good.
#pragma once

#include <array>
#include <deque>
#include <functional>

#include "platform/sim/agenda.h"
#include "platform/sim/network.h"
#include "vocabulary/random.h"

namespace hf::sim {

enum class Direction : std::uint8_t { up, down };

struct PathModel {
  Duration latency = milliseconds(40);  // one way
  std::uint64_t up_bytes_per_second = 1'000'000;
  std::uint64_t down_bytes_per_second = 1'000'000;
  std::uint32_t loss_percent = 0;  // of packets of kPacketBytes; each costs a stall
  Duration stall_max = seconds(3);
};
inline constexpr std::uint64_t kPacketBytes = 1400;

inline constexpr PathModel kGoodPath{};
inline constexpr PathModel k2gPath{.latency = milliseconds(350),
                                   .up_bytes_per_second = 2'500,
                                   .down_bytes_per_second = 5'000,
                                   .loss_percent = 2,
                                   .stall_max = seconds(6)};

class Path {
 public:
  Path(Agenda& agenda, const Network& network, std::uint64_t seed)
      : agenda_(agenda), network_(network), random_(seed) {}

  // `arrive` is called when the bytes are at the other end, unless the connection was half-open by
  // then. Connections are numbered upwards by the link.
  void send(std::uint64_t connection, Direction direction, std::uint64_t bytes,
            std::function<void()> arrive);

  void set_model(const PathModel& model) { model_ = model; }
  // Nothing passes until it ends. Carrier down is silence, too.
  void set_silent(bool is_silent) { is_silent_ = is_silent; }
  // All connections so far are half-open from now on: each end believes that it has the other.
  void half_open() { dead_up_to_ = newest_; }

 private:
  struct Packet {
    Duration arrives_at;
    std::uint64_t connection;
    std::function<void()> arrive;
  };
  struct Lane {
    std::deque<Packet> packets;
    Duration free_at;  // when the last byte given so far has left
    bool is_looked_after = false;
  };

  bool passes() const;
  Duration stalls(std::uint64_t bytes);
  void look_after(Direction direction, Duration at);
  void deliver(Direction direction);

  Agenda& agenda_;
  const Network& network_;
  Random random_;
  PathModel model_;
  std::array<Lane, 2> lanes_;
  std::uint64_t newest_ = 0;
  std::uint64_t dead_up_to_ = 0;
  bool is_silent_ = false;
};

}  // namespace hf::sim

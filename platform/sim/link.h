// hal::Link over a simulated path to a simulated broker, with the timings of a real client: it
// pings, gives up on a dead peer, a slow handshake and a missing acknowledgement.
//
// A message is acknowledged to the broker when it arrives here, not when the gateway takes it: what
// was not taken before the process ended is lost, which is the worst that hal/link.h allows.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "hal/link.h"
#include "platform/sim/mqtt/broker.h"
#include "platform/sim/mqtt/path.h"

namespace hf::sim {

class Link final : public hal::Link, private Peer {
 public:
  Link(Agenda& agenda, const Network& network, Path& path, Broker& broker)
      : agenda_(agenda), network_(network), path_(path), broker_(broker) {}

  Status connect(const hal::ConnectRequest& request) override;
  Status disconnect() override;
  Status publish(const hal::Message& message, hal::PublishToken token) override;
  Status subscribe(std::string_view topic_filter) override;
  bool next_event(hal::LinkEvent& event) override;
  std::uint16_t in_flight_max() const override;

  // The link role runs, or does not. When it ends, its connection breaks with it.
  void set_running(bool is_running);
  // Somewhere on the way a host, a proxy or a carrier resets the connection: both ends learn it.
  void reset_connection();
  // Names cannot be resolved; certificates do not fit.
  void set_attempts_end_with(hal::LinkReason reason) { attempts_end_with_ = reason; }
  // Only some are let in, at some addresses: says why an attempt ends; none: it goes on.
  using Doors = std::function<hal::LinkReason(const hal::ConnectRequest&)>;
  void set_doors(Doors doors) { doors_ = std::move(doors); }

  // Our process ended: the broker sees the connection break. Power went: it sees nothing. The link
  // role runs no more in both cases.
  void restart_process();
  void lose_power();

 private:
  enum class Phase : std::uint8_t { offline, connecting, online };
  struct Kept {
    hal::LinkEvent event;
    std::string topic;
    std::vector<std::byte> payload;
  };

  // Peer: what the broker sends begins its way down here.
  void accepted(ConnectionId id, bool session_present, const BrokerManners& manners) override;
  void acknowledged(ConnectionId id, PacketId packet, hal::LinkReason refused_because) override;
  void subscribed(ConnectionId id, const std::string& filter) override;
  void message(ConnectionId id, PacketId packet, const std::string& topic,
               const std::vector<std::byte>& payload) override;
  void answered_ping(ConnectionId id) override;
  void closed(ConnectionId id, hal::LinkReason why) override;

  void send_up(std::uint64_t bytes, std::function<void()> arrive);
  void send_down(std::uint64_t bytes, std::function<void()> arrive);
  // As send_down, for what the broker sends in a connection that we may have given up.
  void send_down(ConnectionId id, std::uint64_t bytes, std::function<void()> arrive);
  void greet(const Broker::Arrival& arrival);
  void go_online(bool session_present, const BrokerManners& manners);
  void take_message(PacketId packet, const std::string& topic,
                    const std::vector<std::byte>& payload);
  void watch_peer(std::uint64_t connection);
  void end(hal::LinkReason reason);
  void go_offline();
  void tell(const hal::LinkEvent& event);
  void tell(hal::LinkEventKind kind, const std::string& topic,
            const std::vector<std::byte>& payload = {});
  void tell_outcome(hal::PublishToken token, hal::LinkReason refused_because);

  Agenda& agenda_;
  const Network& network_;
  Path& path_;
  Broker& broker_;
  Phase phase_ = Phase::offline;
  bool is_running_ = true;
  hal::LinkReason attempts_end_with_ = hal::LinkReason::none;
  Doors doors_;
  std::uint64_t connection_ = 0;  // ours, counted upwards; what belongs to an older one is void
  ConnectionId at_broker_ = 0;
  Duration keep_alive_;
  Duration heard_at_;
  std::uint32_t packet_bytes_max_ = 0;
  std::uint16_t receive_max_ = 0;
  PacketId last_packet_ = 0;
  std::map<PacketId, hal::PublishToken> outstanding_;
  std::set<PacketId> delivered_;  // in this connection
  std::deque<Kept> events_;
  Kept current_;  // what the last event given out points into
};

}  // namespace hf::sim

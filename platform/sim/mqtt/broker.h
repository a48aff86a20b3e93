// An MQTT broker in memory: sessions, retained messages, last wills, QoS 1 with duplicates, and the
// manners it was given. A simulated hub attaches to it as a subscriber.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "platform/sim/agenda.h"
#include "platform/sim/mqtt/manners.h"
#include "vocabulary/random.h"

namespace hf::sim {

using ConnectionId = std::uint64_t;  // unique in one broker; 0: none
using PacketId = std::uint64_t;      // unique in one connection; 0: QoS 0, nothing is acknowledged

// The far end of connections, as the broker sees it. Each call says which connection it is about.
class Peer {
 public:
  virtual void accepted(ConnectionId id, bool session_present, const BrokerManners& manners) = 0;
  virtual void acknowledged(ConnectionId id, PacketId packet, hal::LinkReason refused_because) = 0;
  virtual void subscribed(ConnectionId id, const std::string& filter) = 0;
  virtual void message(ConnectionId id, PacketId packet, const std::string& topic,
                       const std::vector<std::byte>& payload) = 0;
  virtual void answered_ping(ConnectionId id) = 0;
  // The last call about a connection; about none (0) when it was refused.
  virtual void closed(ConnectionId id, hal::LinkReason why) = 0;

 protected:
  ~Peer() = default;
};

struct BrokerMessage {
  std::string topic;
  std::vector<std::byte> payload;
  bool retained = false;
  bool at_least_once = true;
};

struct BrokerCounters {
  std::uint64_t connections = 0;
  std::uint64_t publishes = 0;
  std::uint64_t bytes_published = 0;  // payloads
  std::uint64_t acknowledged = 0;
  std::uint64_t forgotten = 0;
  std::uint64_t passed_on = 0;   // to subscribers of all kinds, duplicates included
  std::uint64_t overflowed = 0;  // messages for absent clients beyond kWaitingMax
};

class Broker {
 public:
  static constexpr std::size_t kWaitingMax = 1000;  // messages kept for one absent client

  Broker(Agenda& agenda, std::uint64_t seed) : agenda_(agenda), random_(seed) {}

  struct Arrival {
    std::string client_id;
    BrokerMessage will;  // no topic: none
    Duration keep_alive;
    Duration session_expiry;
  };
  // What arrives from clients. Calls for a connection that has ended do nothing.
  void connect(Peer& peer, const Arrival& arrival);
  void publish(ConnectionId from, PacketId packet, const BrokerMessage& message);
  void subscribe(ConnectionId from, const std::string& filter);
  void acknowledge(ConnectionId from, PacketId packet);
  void ping(ConnectionId from);
  void disconnect(ConnectionId from);  // orderly: no last will
  void lose(ConnectionId from);        // the connection broke

  // Upstream: a hub. Subscribers are called at once, in the order in which they attached.
  using Subscriber = std::function<void(const std::string& client_id, const BrokerMessage&)>;
  void attach(std::string filter, Subscriber subscriber);
  void send(const BrokerMessage& message);

  void set_manners(const BrokerManners& manners) { manners_ = manners; }
  const BrokerManners& manners() const { return manners_; }
  // The broker restarts: all connections close; `keeps_sessions` as with persistence.
  void restart(bool keeps_sessions);
  const BrokerCounters& counters() const { return counters_; }

 private:
  struct Session {
    ConnectionId connection = 0;  // 0: absent
    std::set<std::string> filters;
    std::map<PacketId, BrokerMessage> unacknowledged;
    PacketId next_packet = 1;
    Duration expiry;
    Duration absent_since;
  };
  struct Connection {
    Peer* peer;
    Arrival arrival;
    Duration heard_at;
  };

  Connection* find(ConnectionId id);
  void end(ConnectionId id, hal::LinkReason told, bool publishes_will);
  void watch(ConnectionId id);
  bool refuses(ConnectionId from, PacketId packet);
  void answer(ConnectionId to, PacketId packet, hal::LinkReason refused_because, Duration delay);
  void pass_on(const std::string& client_id, const BrokerMessage& message);
  void deliver(Session& session, const BrokerMessage& message, bool as_retained);
  void deliver_again(Session& session);

  Agenda& agenda_;
  Random random_;
  BrokerManners manners_;
  BrokerCounters counters_;
  std::map<std::string, Session> sessions_;  // by client id
  std::map<ConnectionId, Connection> connections_;
  std::map<std::string, BrokerMessage> retained_;  // by topic
  std::vector<std::pair<std::string, Subscriber>> subscribers_;
  ConnectionId last_connection_ = 0;
};

}  // namespace hf::sim

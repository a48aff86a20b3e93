#include "platform/sim/mqtt/broker.h"

#include <algorithm>

#include "wire/channel/topic_filter.h"

namespace hf::sim {

void Broker::connect(Peer& peer, const Arrival& arrival) {
  if (manners_.refuses_connections != hal::LinkReason::none) {
    peer.closed(0, manners_.refuses_connections);
    return;
  }
  const auto known = sessions_.find(arrival.client_id);
  if (known != sessions_.end()) {
    if (known->second.connection != 0) {
      end(known->second.connection, hal::LinkReason::taken_over, true);
    }
    const Session& old = known->second;
    const bool expired = agenda_.now() - old.absent_since > old.expiry;
    if (expired || manners_.drops_sessions) sessions_.erase(known);
  }
  const bool session_present = sessions_.contains(arrival.client_id);
  const ConnectionId id = ++last_connection_;
  connections_[id] = {.peer = &peer, .arrival = arrival, .heard_at = agenda_.now()};
  Session& session = sessions_[arrival.client_id];
  session.connection = id;
  session.expiry = arrival.session_expiry;
  ++counters_.connections;
  peer.accepted(id, session_present, manners_);
  watch(id);
  deliver_again(session);
}

void Broker::publish(ConnectionId from, PacketId packet, const BrokerMessage& message) {
  const Connection* connection = find(from);
  if (connection == nullptr) return;
  const std::string client_id = connection->arrival.client_id;
  ++counters_.publishes;
  counters_.bytes_published += message.payload.size();
  if (refuses(from, packet)) return;

  const bool closes = random_.chance(manners_.closes_instead_percent, 100);
  const bool takes_it = !closes || random_.chance(1, 2);
  const bool forgets = random_.chance(manners_.forgets_percent, 100);
  if (takes_it && forgets) ++counters_.forgotten;
  if (takes_it && !forgets) pass_on(client_id, message);
  if (closes) return end(from, hal::LinkReason::peer_closed, true);

  if (packet == 0 || random_.chance(manners_.never_acknowledges_percent, 100)) return;
  const bool is_late = random_.chance(manners_.acknowledges_late_percent, 100);
  answer(from, packet, hal::LinkReason::none, is_late ? manners_.late_by : Duration{});
}

bool Broker::refuses(ConnectionId from, PacketId packet) {
  hal::LinkReason reason = manners_.refuses_publishes;
  if (manners_.quota_publishes > 0 && counters_.publishes > manners_.quota_publishes) {
    reason = hal::LinkReason::quota_exceeded;
  }
  if (reason == hal::LinkReason::none) return false;
  if (packet != 0) answer(from, packet, reason, Duration{});
  return true;
}

void Broker::answer(ConnectionId to, PacketId packet, hal::LinkReason refused_because,
                    Duration delay) {
  agenda_.after(delay, [=, this] {
    const Connection* connection = find(to);
    if (connection == nullptr) return;
    if (refused_because == hal::LinkReason::none) ++counters_.acknowledged;
    connection->peer->acknowledged(to, packet, refused_because);
  });
}

void Broker::subscribe(ConnectionId from, const std::string& filter) {
  const Connection* connection = find(from);
  if (connection == nullptr) return;
  Session& session = sessions_[connection->arrival.client_id];
  session.filters.insert(filter);
  connection->peer->subscribed(from, filter);
  for (const auto& [topic, message] : retained_) {
    if (wire::matches(filter, topic)) deliver(session, message, true);
  }
}

void Broker::acknowledge(ConnectionId from, PacketId packet) {
  const Connection* connection = find(from);
  if (connection == nullptr) return;
  sessions_[connection->arrival.client_id].unacknowledged.erase(packet);
}

void Broker::ping(ConnectionId from) {
  if (const Connection* connection = find(from)) connection->peer->answered_ping(from);
}

void Broker::disconnect(ConnectionId from) { end(from, hal::LinkReason::none, false); }
void Broker::lose(ConnectionId from) { end(from, hal::LinkReason::none, true); }

void Broker::attach(std::string filter, Subscriber subscriber) {
  subscribers_.emplace_back(std::move(filter), std::move(subscriber));
}

void Broker::send(const BrokerMessage& message) { pass_on({}, message); }

void Broker::restart(bool keeps_sessions) {
  while (!connections_.empty()) {
    end(connections_.begin()->first, hal::LinkReason::peer_closed, false);
  }
  if (!keeps_sessions) sessions_.clear();
}

Broker::Connection* Broker::find(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return nullptr;
  found->second.heard_at = agenda_.now();
  return &found->second;
}

// `told` none: the peer began it, or cannot hear us.
void Broker::end(ConnectionId id, hal::LinkReason told, bool publishes_will) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  const Connection connection = found->second;
  connections_.erase(found);
  Session& session = sessions_[connection.arrival.client_id];
  session.connection = 0;
  session.absent_since = agenda_.now();
  if (told != hal::LinkReason::none) connection.peer->closed(id, told);
  const BrokerMessage& will = connection.arrival.will;
  if (publishes_will && !will.topic.empty()) pass_on(connection.arrival.client_id, will);
}

// A client that was not heard for one and a half times its keep-alive is gone, as MQTT has it.
void Broker::watch(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.arrival.keep_alive == Duration{}) return;
  const Duration patience = milliseconds(found->second.arrival.keep_alive.ms * 3 / 2);
  const Duration gone_at = found->second.heard_at + patience;
  if (agenda_.now() >= gone_at) return end(id, hal::LinkReason::peer_closed, true);
  agenda_.at(gone_at, [this, id] { watch(id); });
}

void Broker::pass_on(const std::string& client_id, const BrokerMessage& message) {
  if (message.retained) {
    if (message.payload.empty()) {
      retained_.erase(message.topic);
    } else {
      retained_[message.topic] = message;
    }
  }
  const int copies = random_.chance(manners_.duplicates_percent, 100) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    for (const auto& [filter, subscriber] : subscribers_) {
      if (!wire::matches(filter, message.topic)) continue;
      ++counters_.passed_on;
      subscriber(client_id, message);
    }
  }
  for (auto& [id, session] : sessions_) {
    const bool wants = std::any_of(
        session.filters.begin(), session.filters.end(),
        [&](const std::string& filter) { return wire::matches(filter, message.topic); });
    if (wants) deliver(session, message, false);
  }
}

void Broker::deliver(Session& session, const BrokerMessage& message, bool as_retained) {
  BrokerMessage copy = message;
  copy.retained = as_retained;
  const PacketId packet = message.at_least_once ? session.next_packet++ : 0;
  if (packet != 0) {
    if (session.unacknowledged.size() >= kWaitingMax) {
      ++counters_.overflowed;
      return;
    }
    session.unacknowledged[packet] = copy;
  }
  const auto found = connections_.find(session.connection);
  if (found == connections_.end()) return;
  const int copies = packet != 0 && random_.chance(manners_.duplicates_percent, 100) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    ++counters_.passed_on;
    found->second.peer->message(session.connection, packet, copy.topic, copy.payload);
  }
}

void Broker::deliver_again(Session& session) {
  const auto found = connections_.find(session.connection);
  if (found == connections_.end()) return;
  for (const auto& [packet, message] : session.unacknowledged) {
    ++counters_.passed_on;
    found->second.peer->message(session.connection, packet, message.topic, message.payload);
  }
}

}  // namespace hf::sim

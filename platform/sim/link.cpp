#include "platform/sim/link.h"

#include <algorithm>

#include "wire/channel/topic_filter.h"

namespace hf::sim {
namespace {

constexpr std::uint16_t kInFlightMax = 10;
constexpr Duration kPingEveryMost = seconds(30);  // so that a dead peer shows within kDeadPeerMax

// Bytes on the wire, roughly: they matter on a slow path only.
constexpr std::uint64_t kHelloBytes = 600;         // TCP and TLS, our half
constexpr std::uint64_t kCertificateBytes = 4000;  // theirs
constexpr std::uint64_t kConnectBytes = 900;       // the end of TLS, and CONNECT
constexpr std::uint64_t kSmallPacketBytes = 70;
constexpr std::uint64_t kPublishOverheadBytes = 90;

Duration ping_every(Duration keep_alive) {
  return keep_alive > Duration{} ? std::min(keep_alive, kPingEveryMost) : kPingEveryMost;
}

bool is_good(const hal::ConnectRequest& request) {
  const bool will_is_good = request.will_topic.empty() || wire::is_topic_name(request.will_topic);
  return !request.address.host.empty() && request.address.port != 0 && !request.client_id.empty() &&
         will_is_good && request.keep_alive >= Duration{};
}

}  // namespace

Status Link::connect(const hal::ConnectRequest& request) {
  if (!is_running_) return Status::unavailable;
  if (phase_ != Phase::offline) return Status::busy;
  if (!is_good(request)) return Status::invalid;
  phase_ = Phase::connecting;
  const std::uint64_t connection = ++connection_;
  keep_alive_ = request.keep_alive;
  hal::LinkReason fails = attempts_end_with_;
  if (fails == hal::LinkReason::none && doors_) fails = doors_(request);
  if (network_.state().carrier == hal::Carrier::down) fails = hal::LinkReason::no_carrier;
  if (fails != hal::LinkReason::none) {
    end(fails);
    return Status::ok;
  }
  agenda_.after(hal::kConnectMax, [this, connection] {
    if (connection == connection_ && phase_ == Phase::connecting) end(hal::LinkReason::unreachable);
  });
  greet({.client_id = std::string{request.client_id},
         .will = {.topic = std::string{request.will_topic},
                  .payload = {request.will_payload.begin(), request.will_payload.end()},
                  .retained = true,
                  .at_least_once = true},
         .keep_alive = request.keep_alive,
         .session_expiry = request.session_expiry});
  return Status::ok;
}

// The handshake crosses the path four times before the broker sees who is there.
void Link::greet(const Broker::Arrival& arrival) {
  send_up(kHelloBytes, [this, arrival] {
    send_down(kCertificateBytes, [this, arrival] {
      send_up(kConnectBytes, [this, arrival, connection = connection_] {
        const bool still_wanted = connection == connection_ && phase_ == Phase::connecting;
        if (still_wanted) broker_.connect(*this, arrival);
      });
    });
  });
}

Status Link::disconnect() {
  if (phase_ == Phase::offline) return Status::stale;
  send_up(kSmallPacketBytes, [this, at_broker = at_broker_] { broker_.disconnect(at_broker); });
  at_broker_ = 0;
  end(hal::LinkReason::none);
  return Status::ok;
}

Status Link::publish(const hal::Message& message, hal::PublishToken token) {
  if (phase_ != Phase::online) return Status::stale;
  if (!wire::is_topic_name(message.topic) || message.topic.size() > hal::kTopicCharactersMax) {
    return Status::invalid;
  }
  const std::uint64_t bytes = message.topic.size() + message.payload.size() + kPublishOverheadBytes;
  if (packet_bytes_max_ != 0 && bytes > packet_bytes_max_) return Status::full;
  if (outstanding_.size() >= in_flight_max()) return Status::busy;

  PacketId packet = 0;
  if (message.at_least_once) {
    packet = ++last_packet_;
    outstanding_[packet] = token;
    agenda_.after(hal::kAcknowledgementMax, [this, packet] {
      if (outstanding_.contains(packet)) end(hal::LinkReason::no_acknowledgement);
    });
  } else {
    tell_outcome(token, hal::LinkReason::none);
  }
  BrokerMessage sent{.topic = std::string{message.topic},
                     .payload = {message.payload.begin(), message.payload.end()},
                     .retained = message.retained,
                     .at_least_once = message.at_least_once};
  send_up(bytes, [this, at_broker = at_broker_, packet, sent = std::move(sent)] {
    broker_.publish(at_broker, packet, sent);
  });
  return Status::ok;
}

Status Link::subscribe(std::string_view topic_filter) {
  if (phase_ != Phase::online) return Status::stale;
  if (!wire::is_topic_filter(topic_filter) || topic_filter.size() > hal::kTopicCharactersMax) {
    return Status::invalid;
  }
  send_up(kSmallPacketBytes, [this, at_broker = at_broker_, filter = std::string{topic_filter}] {
    broker_.subscribe(at_broker, filter);
  });
  return Status::ok;
}

bool Link::next_event(hal::LinkEvent& event) {
  if (events_.empty()) return false;
  current_ = std::move(events_.front());
  events_.pop_front();
  event = current_.event;
  event.topic = current_.topic;
  event.payload = current_.payload;
  return true;
}

std::uint16_t Link::in_flight_max() const {
  return receive_max_ == 0 ? kInFlightMax : std::min(kInFlightMax, receive_max_);
}

void Link::set_running(bool is_running) {
  is_running_ = is_running;
  if (!is_running) reset_connection();
}

void Link::reset_connection() {
  if (phase_ == Phase::offline) return;
  broker_.lose(at_broker_);
  at_broker_ = 0;
  end(is_running_ ? hal::LinkReason::peer_closed : hal::LinkReason::link_restarted);
}

void Link::restart_process() {
  broker_.lose(at_broker_);
  lose_power();
}

void Link::lose_power() {
  is_running_ = false;
  go_offline();
  events_.clear();
}

// What the broker sends.

void Link::accepted(ConnectionId id, bool session_present, const BrokerManners& manners) {
  at_broker_ = id;
  send_down(id, kSmallPacketBytes,
            [this, session_present, manners] { go_online(session_present, manners); });
}

void Link::go_online(bool session_present, const BrokerManners& manners) {
  phase_ = Phase::online;
  packet_bytes_max_ = manners.packet_bytes_max;
  receive_max_ = manners.receive_max;
  hal::LinkEvent event;
  event.kind = hal::LinkEventKind::connected;
  event.session_present = session_present;
  event.packet_bytes_max = packet_bytes_max_;
  event.receive_max = receive_max_;
  tell(event);
  watch_peer(connection_);
}

void Link::acknowledged(ConnectionId id, PacketId packet, hal::LinkReason refused_because) {
  send_down(id, kSmallPacketBytes, [this, packet, refused_because] {
    const auto found = outstanding_.find(packet);
    if (found == outstanding_.end()) return;
    tell_outcome(found->second, refused_because);
    outstanding_.erase(found);
  });
}

void Link::subscribed(ConnectionId id, const std::string& filter) {
  send_down(id, kSmallPacketBytes,
            [this, filter] { tell(hal::LinkEventKind::subscribed, filter); });
}

void Link::message(ConnectionId id, PacketId packet, const std::string& topic,
                   const std::vector<std::byte>& payload) {
  send_down(id, topic.size() + payload.size() + kPublishOverheadBytes,
            [this, packet, topic, payload] { take_message(packet, topic, payload); });
}

void Link::take_message(PacketId packet, const std::string& topic,
                        const std::vector<std::byte>& payload) {
  if (packet != 0) {
    send_up(kSmallPacketBytes,
            [this, at_broker = at_broker_, packet] { broker_.acknowledge(at_broker, packet); });
    if (!delivered_.insert(packet).second) return;  // once per connection
  }
  tell(hal::LinkEventKind::message, topic, payload);
}

void Link::answered_ping(ConnectionId id) {
  send_down(id, kSmallPacketBytes, [] {});
}

void Link::closed(ConnectionId id, hal::LinkReason why) {
  send_down(id, kSmallPacketBytes, [this, why] {
    at_broker_ = 0;
    end(why);
  });
}

// What both ways stand on.

void Link::send_up(std::uint64_t bytes, std::function<void()> arrive) {
  path_.send(connection_, Direction::up, bytes, std::move(arrive));
}

void Link::send_down(std::uint64_t bytes, std::function<void()> arrive) {
  const auto take = [this, connection = connection_, arrive = std::move(arrive)] {
    if (connection != connection_ || phase_ == Phase::offline) return;
    heard_at_ = agenda_.now();
    arrive();
  };
  path_.send(connection_, Direction::down, bytes, take);
}

void Link::send_down(ConnectionId id, std::uint64_t bytes, std::function<void()> arrive) {
  if (id == at_broker_) send_down(bytes, std::move(arrive));
}

void Link::watch_peer(std::uint64_t connection) {
  if (connection != connection_ || phase_ != Phase::online) return;
  const Duration ping = ping_every(keep_alive_);
  const Duration dead_at = heard_at_ + std::min(ping * 2, hal::kDeadPeerMax);
  if (agenda_.now() >= dead_at) return end(hal::LinkReason::peer_silent);
  send_up(kSmallPacketBytes, [this, at_broker = at_broker_] { broker_.ping(at_broker); });
  const Duration next_ping = agenda_.now() + ping;
  agenda_.at(std::min(next_ping, dead_at), [this, connection] { watch_peer(connection); });
}

void Link::end(hal::LinkReason reason) {
  const ConnectionId at_broker = at_broker_;
  if (at_broker != 0) send_up(kSmallPacketBytes, [this, at_broker] { broker_.lose(at_broker); });
  go_offline();
  hal::LinkEvent event;
  event.kind = hal::LinkEventKind::disconnected;
  event.reason = reason;
  tell(event);
}

void Link::go_offline() {
  phase_ = Phase::offline;
  at_broker_ = 0;
  packet_bytes_max_ = 0;
  receive_max_ = 0;
  outstanding_.clear();
  delivered_.clear();
}

void Link::tell(const hal::LinkEvent& event) {
  events_.push_back({.event = event, .topic = {}, .payload = {}});
}

void Link::tell(hal::LinkEventKind kind, const std::string& topic,
                const std::vector<std::byte>& payload) {
  hal::LinkEvent event;
  event.kind = kind;
  events_.push_back({.event = event, .topic = topic, .payload = payload});
}

void Link::tell_outcome(hal::PublishToken token, hal::LinkReason refused_because) {
  const bool is_refused = refused_because != hal::LinkReason::none;
  hal::LinkEvent event;
  event.kind = is_refused ? hal::LinkEventKind::failed : hal::LinkEventKind::acknowledged;
  event.reason = refused_because;
  event.token = token;
  tell(event);
}

}  // namespace hf::sim

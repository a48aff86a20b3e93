#include "flows/accounting/metered_link.h"

namespace hf::flows {
namespace {

std::size_t line_of(std::string_view topic) {
  wire::ParsedTopic parsed;
  if (!is_ok(wire::parse_topic(topic, parsed))) return stores::kTrafficOther;
  return static_cast<std::size_t>(parsed.topic_class);
}

}  // namespace

Status MeteredLink::connect(const hal::ConnectRequest& request) {
  const Status status = link_.connect(request);
  if (!is_ok(status)) return status;
  transport_ = request.address.transport;
  keep_alive_ = request.keep_alive;
  connect_bytes_ = request.client_id.size() + request.user.size() + request.will_topic.size() +
                   request.will_payload.size();
  return status;
}

Status MeteredLink::disconnect() { return link_.disconnect(); }

Status MeteredLink::publish(const hal::Message& message, hal::PublishToken token) {
  const Status status = link_.publish(message, token);
  if (!is_ok(status)) return status;
  const std::uint64_t data = overhead::kPublishBytes + message.topic.size() +
                             message.payload.size() +
                             (message.expires_after.ms > 0 ? overhead::kExpiryBytes : 0);
  stores::TrafficLine entry;
  entry.messages_up = 1;
  entry.payload_up = message.payload.size();
  enter(line_of(message.topic), data, message.at_least_once ? overhead::kAcknowledgementBytes : 0,
        entry);
  return status;
}

Status MeteredLink::subscribe(std::string_view topic_filter) {
  const Status status = link_.subscribe(topic_filter);
  if (is_ok(status)) {
    enter(stores::kTrafficConnecting, overhead::kSubscribeBytes + topic_filter.size(),
          overhead::kAcknowledgementBytes, {});
  }
  return status;
}

bool MeteredLink::next_event(hal::LinkEvent& event) {
  if (!link_.next_event(event)) return false;
  switch (event.kind) {
    case hal::LinkEventKind::connected: enter_connection(true); break;
    case hal::LinkEventKind::disconnected:
      if (!is_connected_ && event.reason != hal::LinkReason::no_carrier) enter_connection(false);
      is_connected_ = false;
      break;
    case hal::LinkEventKind::message: enter_message(event); break;
    case hal::LinkEventKind::acknowledged:
    case hal::LinkEventKind::failed:
    case hal::LinkEventKind::subscribed: break;  // entered with what they answer
  }
  return true;
}

void MeteredLink::note_silence(Uptime now) {
  if (!is_connected_ || now - active_at_ < keep_alive_) return;
  enter(stores::kTrafficKeepAlive, overhead::kPingBytes, overhead::kPingBytes, {});
}

void MeteredLink::enter_message(const hal::LinkEvent& event) {
  stores::TrafficLine entry;
  entry.messages_down = 1;
  entry.payload_down = event.payload.size();
  enter(line_of(event.topic), overhead::kAcknowledgementBytes,
        overhead::kPublishBytes + event.topic.size() + event.payload.size(), entry);
}

void MeteredLink::enter_connection(bool came_about) {
  const bool is_secure = overhead::is_secure(transport_);
  std::uint64_t up = is_secure ? overhead::kTlsHelloUp : 0;
  std::uint64_t down = 0;
  if (is_secure) down = has_tls_session_ ? overhead::kTlsResumedDown : overhead::kTlsHelloDown;
  if (overhead::is_web(transport_)) {
    up += overhead::kUpgradeUp;
    down += overhead::kUpgradeDown;
  }
  if (came_about) {
    up += overhead::kConnectBytes + connect_bytes_;
    down += overhead::kConnectedBytes;
    has_tls_session_ = is_secure;
    is_connected_ = true;
    traffic_.note_connection();
  } else {
    up = down = 0;  // how far it came is not known: the packets that asked for it
  }
  stores::TrafficLine entry;
  entry.messages_up = came_about ? 1 : 0;
  enter(stores::kTrafficConnecting, up, down, entry);
  stores::TrafficLine opening;
  opening.around_up = opening.around_down = overhead::kTcpPackets * overhead::kPacketBytes;
  traffic_.note(stores::kTrafficConnecting, opening);
}

// `data` is what goes by MQTT, payload included; nothing goes the way where it is zero.
void MeteredLink::enter(std::size_t line, std::uint64_t data_up, std::uint64_t data_down,
                        stores::TrafficLine entry) {
  overhead::Cost up;
  overhead::Cost down;
  if (data_up > 0) up = overhead::of(data_up, transport_);
  if (data_down > 0) down = overhead::of(data_down, transport_);
  entry.around_up = up.there + down.back - entry.payload_up;
  entry.around_down = down.there + up.back - entry.payload_down;
  traffic_.note(line, entry);
  const Uptime now = clock_.uptime();
  if (now - active_at_ >= kRadioAwake) traffic_.note_radio_wake();
  active_at_ = now;
}

}  // namespace hf::flows

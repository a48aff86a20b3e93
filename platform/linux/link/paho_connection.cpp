#include "platform/linux/link/paho_connection.h"

#include <mqtt/async_client.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "platform/linux/link/broker_reasons.h"
#include "platform/linux/link/tls_watch.h"
#include "wire/channel/link_channel.h"

namespace hf::link_role {
namespace {

constexpr int kMqtt5 = MQTTVERSION_5;

// Two of them, one per version of MQTT, and the resolver's deadline fit into hal::kConnectMax.
constexpr int kConnectTimeoutS = 24;
constexpr int kInFlightMax = 32;  // Paho's own bound; the core keeps to a smaller one

// What Paho has not sent when a connection ends, it never frees: so it gets the next message when
// the last one is on its way [docs/decisions/0039].
constexpr int kPahoBufferMax = 1;
constexpr std::size_t kAliasesMax = 16;

// What we take from the broker: a datagram's payload, its topic, and MQTT's own bytes.
constexpr std::uint32_t kPacketBytesMax = wire::kLinkPartBytesMax + wire::kLinkTextBytesMax + 512;

constexpr std::array<std::string_view, 4> kSchemes{"tcp", "ssl", "ws", "wss"};

bool is_secure(hal::Transport transport) {
  return transport == hal::Transport::tls || transport == hal::Transport::secure_websocket;
}
bool is_websocket(hal::Transport transport) {
  return transport == hal::Transport::websocket || transport == hal::Transport::secure_websocket;
}

std::string uri_of(const PahoOptions& options) {
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  return std::string{kSchemes[static_cast<std::size_t>(options.transport)]} + "://" +
         (is_ipv6 ? "[" + options.host + "]" : options.host) + ":" + std::to_string(options.port) +
         (is_websocket(options.transport) ? "/mqtt" : "");
}

// Paho takes numbers of properties as signed, and sends the same bits.
std::int32_t as_paho(std::uint32_t number) { return static_cast<std::int32_t>(number); }

mqtt::ssl_options ssl_options_of(const PahoOptions& options) {
  mqtt::ssl_options ssl;
  ssl.set_enable_server_cert_auth(true);
  ssl.set_verify(true);                           // that the certificate is for this host
  ssl.set_ssl_version(MQTT_SSL_VERSION_TLS_1_2);  // or later
  if (!options.ca_file.empty()) ssl.set_trust_store(options.ca_file);
  if (!options.ca_folder.empty()) ssl.ca_path(options.ca_folder);
  if (!options.certificate_file.empty() && !options.private_key_file.empty()) {
    ssl.set_key_store(options.certificate_file);
    ssl.set_private_key(options.private_key_file);
  }
  return ssl;
}

mqtt::connect_options connect_options_of(const PahoOptions& options) {
  mqtt::connect_options connect;
  connect.set_mqtt_version(options.mqtt_version);
  connect.set_automatic_reconnect(false);
  connect.set_keep_alive_interval(options.keep_alive_s);
  connect.set_connect_timeout(kConnectTimeoutS);
  connect.set_max_inflight(kInFlightMax);
  const bool forgets = options.session_expiry_s == 0;
  if (options.mqtt_version == kMqtt5) {
    connect.set_clean_start(forgets);
    mqtt::properties properties;
    properties.add({mqtt::property::SESSION_EXPIRY_INTERVAL, as_paho(options.session_expiry_s)});
    properties.add({mqtt::property::MAXIMUM_PACKET_SIZE, as_paho(kPacketBytesMax)});
    properties.add({mqtt::property::USER_PROPERTY, "holdfast", HOLDFAST_VERSION});
    connect.set_properties(properties);
  } else {
    connect.set_clean_session(forgets);
  }
  if (!options.user.empty()) {
    connect.set_user_name(options.user);
    connect.set_password(options.password);
  }
  if (!options.will_topic.empty()) {
    connect.set_will_message(
        mqtt::message::create(options.will_topic, options.will_payload, 1, true));
  }
  if (is_secure(options.transport)) connect.set_ssl(ssl_options_of(options));
  return connect;
}

// Paho's words for a peer that closes, or says what cannot be read, after our CONNECT.
constexpr std::string_view kClosedAfterConnect = "TCP connect completion failure";

// … and for an attempt that took too long.
constexpr std::string_view kConnectTimeout = "TCP connect timeout";

// Paho stops its threads with its last client, and waits for them for a second or more. This one,
// which never connects and is never destroyed, is not the last.
void keep_threads() {
  static const auto* const keeper = new mqtt::async_client{"tcp://127.0.0.1:1", "keeper"};
  static_cast<void>(keeper);
}

template <typename Number>
Number number_in(const mqtt::properties& properties, mqtt::property::code code) {
  return properties.contains(code) ? mqtt::get<Number>(properties, code) : Number{0};
}

// A token keeps its text to itself, and lets go of it only by throwing.
std::string text_of(const mqtt::token& token) {
  try {
    const_cast<mqtt::token&>(token).try_wait();  // NOLINT: it is complete, so nothing changes
    return "";
  } catch (const mqtt::exception& failure) {
    return failure.get_message();
  }
}

}  // namespace

// Paho's callbacks, and the numbers of topics. Callbacks run on Paho's threads and put notes only.
class PahoConnection::Client final : private mqtt::callback, private mqtt::iaction_listener {
 public:
  Client(LinkMailbox& mailbox, const PahoOptions& options)
      : mailbox_(mailbox),
        options_(options),
        client_(uri_of(options), options.client_id,
                mqtt::create_options(options.mqtt_version, kPahoBufferMax), nullptr) {
    client_.set_callback(*this);
    client_.set_disconnected_handler(
        [this](const mqtt::properties&, mqtt::ReasonCode code) { put_lost(reason_of_code(code)); });
    client_.connect(connect_options_of(options), nullptr, *this);
  }

  bool publish(const PahoPublish& message) {
    const std::size_t aliases = aliased_.size();
    try {
      begin_publish(message);
      return true;
    } catch (const mqtt::exception& failure) {
      if (failure.get_return_code() != MQTTASYNC_MAX_BUFFERED_MESSAGES) throw;
      aliased_.resize(aliases);  // the broker has not heard of this one
      return false;
    }
  }

  void subscribe(const std::string& filter) {
    filters_.push_back(filter);
    client_.subscribe(filter, 1, context_of(static_cast<std::uint32_t>(filters_.size() - 1)),
                      *this);
  }

  void put(NoteKind kind, hal::LinkReason reason, std::uint32_t token = 0, std::string text = {}) {
    Note note;
    note.kind = kind;
    note.attempt = options_.attempt;
    note.connection = options_.connection;
    note.reason = reason;
    note.token = token;
    note.text = std::move(text);
    mailbox_.put(std::move(note));
  }

 private:
  void begin_publish(const PahoPublish& message) {
    mqtt::properties properties;
    std::string topic = message.topic;
    if (options_.mqtt_version == kMqtt5) {
      if (message.expires_s != 0) {
        properties.add({mqtt::property::MESSAGE_EXPIRY_INTERVAL, as_paho(message.expires_s)});
      }
      shorten(topic, properties);
    }
    client_.publish(
        mqtt::message::create(topic, message.payload.data(), message.payload.size(),
                              message.is_at_least_once ? 1 : 0, message.is_retained, properties),
        context_of(message.token), *this);
  }

  static void* context_of(std::uint32_t number) {
    return reinterpret_cast<void*>(std::uintptr_t{number});  // NOLINT: Paho hands it back, no more
  }
  static std::uint32_t number_of(const mqtt::token& token) {
    return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(token.get_user_context()));
  }

  // After its first use in this connection, a topic is two bytes.
  void shorten(std::string& topic, mqtt::properties& properties) {
    const auto known = std::find(aliased_.begin(), aliased_.end(), topic);
    const bool is_known = known != aliased_.end();
    if (!is_known && aliased_.size() >= std::min<std::size_t>(kAliasesMax, alias_max_)) return;
    const auto alias = static_cast<std::uint16_t>(known - aliased_.begin() + 1);
    properties.add({mqtt::property::TOPIC_ALIAS, as_paho(alias)});
    if (is_known) {
      topic.clear();
    } else {
      aliased_.push_back(topic);
    }
  }

  void put_lost(hal::LinkReason reason) { put(NoteKind::lost, reason); }

  void put_connected(const mqtt::token& token) {
    const mqtt::connect_response response = token.get_connect_response();
    const mqtt::properties& said = response.get_properties();
    Note note;
    note.kind = NoteKind::connected;
    note.attempt = options_.attempt;
    note.connection = options_.connection;
    note.session_present = response.is_session_present();
    note.mqtt_version = static_cast<std::uint8_t>(options_.mqtt_version);
    note.packet_bytes_max = number_in<std::uint32_t>(said, mqtt::property::MAXIMUM_PACKET_SIZE);
    note.receive_max = number_in<std::uint16_t>(said, mqtt::property::RECEIVE_MAXIMUM);
    note.keep_alive_s = number_in<std::uint16_t>(said, mqtt::property::SERVER_KEEP_ALIVE);
    alias_max_ = number_in<std::uint16_t>(said, mqtt::property::TOPIC_ALIAS_MAXIMUM);
    mailbox_.put(std::move(note));
  }

  void put_refused(int code, std::string_view text) {
    Note note;
    note.kind = NoteKind::refused;
    note.attempt = options_.attempt;
    note.connection = options_.connection;
    note.refuses_version = refuses_version(code);
    note.is_silent_end = text == kClosedAfterConnect;
    const bool failed_in_tls = is_secure(options_.transport) && tls_has_begun();
    if (code > 0) {
      note.reason = reason_of_code(code);
    } else if (note.is_silent_end) {
      note.reason = hal::LinkReason::peer_closed;
    } else if (failed_in_tls && text != kConnectTimeout) {
      note.reason = hal::LinkReason::tls_failed;
    } else {
      note.reason = hal::LinkReason::unreachable;
    }
    mailbox_.put(std::move(note));
  }

  // mqtt::iaction_listener

  void on_success(const mqtt::token& token) override {
    switch (token.get_type()) {
      case mqtt::token::Type::CONNECT: return put_connected(token);
      case mqtt::token::Type::PUBLISH:
        return put(NoteKind::acknowledged, hal::LinkReason::none, number_of(token));
      case mqtt::token::Type::SUBSCRIBE:
        return put(NoteKind::subscribed, hal::LinkReason::none, 0, filters_[number_of(token)]);
      default: break;
    }
  }

  void on_failure(const mqtt::token& token) override {
    const int said = token.get_reason_code();
    const int code = said >= 0x80 ? said : token.get_return_code();
    if (token.get_type() == mqtt::token::Type::CONNECT) return put_refused(code, text_of(token));
    if (code < 0x80) return put_lost(hal::LinkReason::none);  // not the broker's word
    if (token.get_type() == mqtt::token::Type::SUBSCRIBE) {
      return put(NoteKind::subscribed, reason_of_code(code), 0, filters_[number_of(token)]);
    }
    put(NoteKind::failed, reason_of_code(code), number_of(token));
  }

  // mqtt::callback

  void connection_lost(const std::string& /*cause*/) override { put_lost(hal::LinkReason::none); }

  void message_arrived(mqtt::const_message_ptr message) override {
    Note note;
    note.kind = NoteKind::message;
    note.attempt = options_.attempt;
    note.connection = options_.connection;
    note.text = message->get_topic();
    note.payload = message->get_payload_str();
    const bool fits = note.text.size() <= wire::kLinkTextBytesMax &&
                      note.payload.size() <= wire::kLinkPartBytesMax;
    if (!fits) return mailbox_.count_lost_message();
    if (is_repeated(note, message->is_duplicate())) return;
    mailbox_.put(std::move(note));
  }

  // A broker may send a message twice in one connection, and says so the second time. Paho keeps
  // the packet's number to itself, so the message is known by what it says.
  bool is_repeated(const Note& note, bool says_so) {
    const std::size_t looks = std::hash<std::string>{}(note.text + '\0' + note.payload);
    if (says_so && std::find(recent_.begin(), recent_.end(), looks) != recent_.end()) return true;
    recent_[recent_next_++ % recent_.size()] = looks;
    return false;
  }

  LinkMailbox& mailbox_;
  const PahoOptions options_;
  std::array<std::size_t, 16> recent_{};  // messages; Paho's receiving thread only
  std::size_t recent_next_ = 0;
  std::uint16_t alias_max_ = 0;       // written before the note `connected`, read after it
  std::vector<std::string> aliased_;  // the alias is the index, counted from 1
  std::vector<std::string> filters_;  // asked for; what tokens count
  mqtt::async_client client_;         // last: ends first, and with it its callbacks
};

PahoConnection::PahoConnection(LinkMailbox& mailbox, const PahoOptions& options) {
  try {
    keep_threads();
    client_ = std::make_unique<Client>(mailbox, options);
  } catch (const std::exception&) {  // of Paho: an option it does not like; or no memory
    Note note;
    note.kind = NoteKind::refused;
    note.attempt = options.attempt;
    note.connection = options.connection;
    note.reason = hal::LinkReason::protocol_error;
    mailbox.put(std::move(note));
  }
}

PahoConnection::~PahoConnection() = default;

bool PahoConnection::publish(const PahoPublish& message) {
  if (client_ == nullptr) return true;  // `refused` was put
  try {
    return client_->publish(message);
  } catch (const mqtt::exception& failure) {
    if (failure.get_return_code() == MQTTASYNC_BAD_UTF8_STRING) {
      client_->put(NoteKind::failed, hal::LinkReason::topic_invalid, message.token);
    } else {
      client_->put(NoteKind::lost, hal::LinkReason::none);
    }
    return true;
  }
}

void PahoConnection::subscribe(const std::string& filter) {
  if (client_ == nullptr) return;
  try {
    client_->subscribe(filter);
  } catch (const mqtt::exception&) {
    client_->put(NoteKind::lost, hal::LinkReason::none);
  }
}

}  // namespace hf::link_role

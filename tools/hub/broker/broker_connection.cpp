#include "tools/hub/broker/broker_connection.h"

#include <mqtt/async_client.h>

namespace hf::hub {
namespace {

constexpr int kKeepAliveS = 20;
constexpr int kConnectTimeoutS = 15;
constexpr int kSessionExpiryS = 3600;
constexpr int kInFlightMax = 1000;  // receipts for as many gateways at once

mqtt::ssl_options ssl_options_of(const BrokerAddress& broker) {
  mqtt::ssl_options ssl;
  ssl.set_enable_server_cert_auth(true);
  ssl.set_verify(true);
  ssl.set_ssl_version(MQTT_SSL_VERSION_TLS_1_2);
  if (broker.ca_file.empty()) {
    ssl.ca_path("/etc/ssl/certs");
  } else {
    ssl.set_trust_store(broker.ca_file);
  }
  if (!broker.certificate_file.empty()) {
    ssl.set_key_store(broker.certificate_file);
    ssl.set_private_key(broker.key_file);
  }
  return ssl;
}

mqtt::connect_options connect_options_of(const ConnectionSettings& settings) {
  mqtt::connect_options options;
  options.set_mqtt_version(MQTTVERSION_5);
  options.set_automatic_reconnect(false);
  options.set_keep_alive_interval(kKeepAliveS);
  options.set_connect_timeout(kConnectTimeoutS);
  options.set_max_inflight(kInFlightMax);
  options.set_clean_start(!settings.keeps_session);
  if (settings.keeps_session) {
    options.set_properties(
        mqtt::properties{{mqtt::property::SESSION_EXPIRY_INTERVAL, kSessionExpiryS}});
  }
  if (!settings.broker.user.empty()) {
    options.set_user_name(settings.broker.user);
    options.set_password(settings.broker.password);
  }
  if (settings.broker.is_secure()) options.set_ssl(ssl_options_of(settings.broker));
  return options;
}

}  // namespace

// Callbacks run on Paho's threads; they put into the inbox and note the state.
class BrokerConnection::Client final : private mqtt::callback, private mqtt::iaction_listener {
 public:
  Client(Inbox& inbox, const ConnectionSettings& settings)
      : inbox_(inbox),
        settings_(settings),
        client_(settings.broker.uri(), settings.client_id,
                mqtt::create_options(MQTTVERSION_5, kInFlightMax), nullptr) {
    client_.set_callback(*this);
    client_.set_disconnected_handler([this](const mqtt::properties&, mqtt::ReasonCode code) {
      lose("the broker closed the connection, reason " + std::to_string(code));
    });
    client_.connect(connect_options_of(settings), nullptr, *this);
  }

  State state() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }
  std::string problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
  }

  void publish(const Outgoing& message) {
    const auto made = mqtt::message::create(
        message.topic, message.payload.data(), message.payload.size(), 1, false,
        mqtt::properties{{mqtt::property::MESSAGE_EXPIRY_INTERVAL, message.expires_s}});
    if (message.errand_id == 0) {
      client_.publish(made);
      return;
    }
    // Paho carries a pointer for us; a number is what we want carried.
    const auto number = static_cast<std::uintptr_t>(message.errand_id);
    auto* const context = reinterpret_cast<void*>(number);  // NOLINT
    client_.publish(made, context, *this);
  }

  std::vector<std::int64_t> take_delivered() {
    const std::lock_guard lock(mutex_);
    return std::exchange(delivered_, {});
  }

  void lose(const std::string& problem) {
    const std::lock_guard lock(mutex_);
    if (state_ == State::lost) return;
    state_ = State::lost;
    problem_ = problem;
  }

  void disconnect() {
    if (client_.is_connected()) client_.disconnect(1000)->wait_for(std::chrono::seconds(2));
  }

 private:
  // Paho's thread, as all below. A subscription is asked for here: nothing waits for it.
  void on_success(const mqtt::token& token) override {
    if (token.get_type() == mqtt::token::Type::CONNECT) {
      for (const std::string& filter : settings_.filters) {
        client_.subscribe(filter, 1, nullptr, *this);
      }
      return;
    }
    const std::lock_guard lock(mutex_);
    if (token.get_type() == mqtt::token::Type::PUBLISH) {
      const bool somebody_listens =
          token.get_reason_code() != mqtt::ReasonCode::NO_MATCHING_SUBSCRIBERS;
      const auto id = reinterpret_cast<std::uintptr_t>(token.get_user_context());  // NOLINT
      if (somebody_listens) delivered_.push_back(static_cast<std::int64_t>(id));
      return;
    }
    if (token.get_type() != mqtt::token::Type::SUBSCRIBE) return;
    if (++subscribed_ == settings_.filters.size() && state_ == State::connecting) {
      state_ = State::connected;
    }
  }

  void on_failure(const mqtt::token& token) override {
    if (token.get_type() == mqtt::token::Type::PUBLISH) return;  // not delivered: it goes again
    const bool was_connecting = token.get_type() == mqtt::token::Type::CONNECT;
    lose(std::string{was_connecting ? "connecting" : "subscribing"} + " failed, code " +
         std::to_string(static_cast<int>(token.get_reason_code())) + "/" +
         std::to_string(token.get_return_code()));
  }

  void connection_lost(const std::string& cause) override {
    lose(cause.empty() ? "the connection was lost" : cause);
  }

  void message_arrived(mqtt::const_message_ptr message) override {
    inbox_.put({message->get_topic(), message->get_payload_str()});
  }

  Inbox& inbox_;
  const ConnectionSettings settings_;
  mutable std::mutex mutex_;
  State state_ = State::connecting;
  std::string problem_;
  std::size_t subscribed_ = 0;
  std::vector<std::int64_t> delivered_;
  mqtt::async_client client_;  // last: ends first, and with it its callbacks
};

BrokerConnection::BrokerConnection(Inbox& inbox, const ConnectionSettings& settings)
    : client_(std::make_unique<Client>(inbox, settings)) {}

BrokerConnection::~BrokerConnection() {
  try {
    client_->disconnect();
  } catch (const std::exception&) {  // it is gone already
  }
}

BrokerConnection::State BrokerConnection::state() const { return client_->state(); }
std::string BrokerConnection::problem() const { return client_->problem(); }

std::vector<std::int64_t> BrokerConnection::take_delivered() { return client_->take_delivered(); }

void BrokerConnection::publish(const Outgoing& message) {
  try {
    client_->publish(message);
  } catch (const mqtt::exception& failure) {
    client_->lose(failure.what());
  }
}

}  // namespace hf::hub

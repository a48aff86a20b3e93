// One connection to a broker, by Paho's async client: tries once, lives once.
//
// Paho's own reconnecting and buffering leak and forget (docs/decisions/0030), so a connection that
// is lost is thrown away and another one made. Paho acknowledges a message when its callback
// returns, before anything is durable. That is no loss: a gateway forgets by receipts only, and a
// message that died with a worker comes again.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/hub/broker/broker_address.h"
#include "tools/hub/broker/inbox.h"
#include "tools/hub/serving/worker.h"

namespace hf::hub {

struct ConnectionSettings {
  BrokerAddress broker;
  std::string client_id;
  bool keeps_session = false;  // the broker keeps messages for this client while it is away
  std::vector<std::string> filters;
};

class BrokerConnection {
 public:
  // Begins to connect. `inbox` must outlive it.
  BrokerConnection(Inbox& inbox, const ConnectionSettings& settings);
  ~BrokerConnection();
  BrokerConnection(const BrokerConnection&) = delete;
  BrokerConnection& operator=(const BrokerConnection&) = delete;

  enum class State { connecting, connected, lost };
  // connected: and subscribed to everything.
  State state() const;
  std::string problem() const;  // of a lost one

  // QoS 1, void after its expiry. Lost with the connection.
  void publish(const Outgoing& message);
  // Errands that the broker has taken since the last call, and that somebody listened to.
  std::vector<std::int64_t> take_delivered();

 private:
  class Client;
  std::unique_ptr<Client> client_;
};

}  // namespace hf::hub

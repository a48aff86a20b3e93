// Where a broker is and how to be let in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hf::hub {

struct BrokerAddress {
  std::string scheme;  // as Paho has it: tcp, ssl, ws, wss
  std::string host;
  std::string port;
  std::string user;
  std::string password;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;

  std::string uri() const { return scheme + "://" + host + ":" + port; }
  bool is_secure() const { return scheme == "ssl" || scheme == "wss"; }
};

// mqtt://[user[:password]@]host[:port], and mqtts, tcp, ssl, ws, wss. Empty: it is none.
std::optional<BrokerAddress> parse_broker_url(std::string_view url);

}  // namespace hf::hub

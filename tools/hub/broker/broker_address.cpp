#include "tools/hub/broker/broker_address.h"

#include <algorithm>
#include <array>

namespace hf::hub {
namespace {

struct Scheme {
  std::string_view word;
  std::string_view paho;
  std::string_view port;
};

constexpr std::array kSchemes{
    Scheme{"mqtt", "tcp", "1883"}, Scheme{"tcp", "tcp", "1883"}, Scheme{"mqtts", "ssl", "8883"},
    Scheme{"ssl", "ssl", "8883"},  Scheme{"ws", "ws", "80"},     Scheme{"wss", "wss", "443"},
};

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<BrokerAddress> parse_broker_url(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return {};
  const auto scheme = std::ranges::find(kSchemes, url.substr(0, colon), &Scheme::word);
  if (scheme == kSchemes.end()) return {};
  BrokerAddress address;
  address.scheme = scheme->paho;
  address.port = scheme->port;
  std::string_view rest = url.substr(colon + 3);
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view who = rest.substr(0, at);
    const auto split = who.find(':');
    address.user = who.substr(0, split);
    if (split != std::string_view::npos) address.password = who.substr(split + 1);
    rest.remove_prefix(at + 1);
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto port = rest.rfind(':');
  const bool has_port = port != std::string_view::npos && rest.find(']', port) == rest.npos;
  if (has_port) {
    if (!is_port(rest.substr(port + 1))) return {};
    address.port = rest.substr(port + 1);
    rest = rest.substr(0, port);
  }
  address.host = rest;
  if (address.host.empty()) return {};
  return address;
}

}  // namespace hf::hub

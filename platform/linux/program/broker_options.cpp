#include "platform/linux/program/broker_options.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "wire/channel/control_line.h"

namespace hf::program {
namespace {

struct Scheme {
  std::string_view word;
  flows::TransportChoice transport;
  std::uint16_t port;  // unless the address says one; 0: that of the transport that is found
};

// clang-format off
constexpr std::array kSchemes{
    Scheme{"mqtt",  flows::TransportChoice::tcp,              1883},
    Scheme{"mqtts", flows::TransportChoice::tls,              8883},
    Scheme{"ws",    flows::TransportChoice::websocket,          80},
    Scheme{"wss",   flows::TransportChoice::secure_websocket,  443},
    Scheme{"auto",  flows::TransportChoice::automatic,           0},
};
// clang-format on

constexpr std::string_view kRight = "mqtt://HOST:PORT, mqtts://, ws://, wss:// or auto://";

bool complain(std::string_view text, std::string_view what, std::string& problem) {
  problem = "'" + std::string(text) + "' is not a broker's address: " + std::string(what);
  return false;
}

std::string unknown_scheme(std::string_view word) {
  std::array<std::string_view, kSchemes.size()> words;
  std::ranges::transform(kSchemes, words.begin(), &Scheme::word);
  const std::string_view meant = wire::nearest_word(word, words);
  if (meant.empty()) return "right would be " + std::string(kRight);
  return "did you mean '" + std::string(meant) + "://'?";
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}
bool is_ipv6_character(char c) { return is_host_character(c) || c == ':' || c == '%'; }

// Cuts the host off the front of `rest`. False: there is none that could be one.
bool take_host(std::string_view& rest, flows::UplinkSettings& settings) {
  std::string_view host;
  bool is_sound = false;
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) return false;
    host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    is_sound = std::ranges::all_of(host, is_ipv6_character);
  } else {
    host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(host.size());
    is_sound = std::ranges::all_of(host, is_host_character);
  }
  return is_sound && !host.empty() && is_ok(settings.host.try_assign(host));
}

bool take_port(std::string_view rest, std::uint16_t& port) {
  if (rest.empty()) return true;
  if (!rest.starts_with(':')) return false;
  rest.remove_prefix(1);
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  return read.ec == std::errc{} && read.ptr == rest.data() + rest.size() && port > 0;
}

}  // namespace

bool read_broker_address(std::string_view text, flows::UplinkSettings& settings,
                         std::string& problem) {
  constexpr std::string_view kAfterScheme = "://";
  const std::size_t colon = text.find(kAfterScheme);
  if (colon == std::string_view::npos) {
    return complain(text, "right would be " + std::string(kRight), problem);
  }
  const auto scheme = std::ranges::find(kSchemes, text.substr(0, colon), &Scheme::word);
  if (scheme == kSchemes.end()) {
    return complain(text, unknown_scheme(text.substr(0, colon)), problem);
  }
  std::string_view rest = text.substr(colon + kAfterScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find('@') != std::string_view::npos) {
    return complain(text, "the user goes to --user, the password into --password-file", problem);
  }
  if (rest.find('/') != std::string_view::npos) {
    return complain(text, "it has a path; websockets always use /mqtt", problem);
  }
  flows::UplinkSettings read = settings;
  read.port = scheme->port;
  read.transport = scheme->transport;
  if (!take_host(rest, read)) {
    return complain(text, "the host is no name, no IPv4 address and no [IPv6] address", problem);
  }
  if (!take_port(rest, read.port)) {
    return complain(text, "the port is a whole number from 1 to 65535", problem);
  }
  settings = read;
  return true;
}

}  // namespace hf::program

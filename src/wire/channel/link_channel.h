// What core and link role say to each other: one datagram per message over a local socket pair.
//
// Neither side believes the other: the role meets a network, and the core must survive whatever is
// left of it. So each datagram has a greatest size, each text a greatest length, and a datagram
// that is not exactly one message is `corrupt`. Fields are listed once, in link_channel.cpp, for
// writing and reading alike. docs/formats/link-channel.md shows the bytes.
//
// Both ends are one program, so there is no version: a role is started by the core it belongs to.
//
// An `attempt` numbers what began with one connect; what carries an older number is void. A publish
// larger than kLinkPartBytesMax goes on in `more` datagrams, with nothing else in between.
//
// Texts and payloads of a message that was read view into the datagram. No allocation, no state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vocabulary/outcome.h"

namespace hf::wire {

inline constexpr std::size_t kLinkPartBytesMax = 32 * 1024;  // the payload of one datagram
inline constexpr std::size_t kLinkTextBytesMax = 255;        // a topic, a name, a path
inline constexpr std::size_t kLinkTextsMax = 6;
// The largest datagram: numbers, texts with their lengths, one payload.
inline constexpr std::size_t kLinkDatagramBytesMax =
    64 + kLinkTextsMax * (1 + kLinkTextBytesMax) + kLinkPartBytesMax;

enum class LinkRequestKind : std::uint8_t {
  secret,      // kept until the next of its kind; empty: forgotten
  connect,     // ends what was before
  disconnect,  // politely
  publish,
  more,
  subscribe,
  beat,  // answered by a beat with the same number
};

enum class LinkSecret : std::uint8_t { private_key, certificate, password };

// Which fields count depends on the kind.
struct LinkRequest {
  LinkRequestKind kind = LinkRequestKind::beat;
  std::uint32_t attempt = 0;  // all but secret, more and beat

  std::uint8_t transport = 0;  // connect: hal::Transport
  std::uint16_t port = 0;
  std::uint16_t keep_alive_s = 0;
  std::uint32_t session_expiry_s = 0;
  std::uint64_t utc_s = 0;  // certificates are judged at this time or later
  std::string_view host;
  std::string_view client_id;
  std::string_view user;
  std::string_view ca_file;
  std::string_view ca_folder;

  std::string_view topic;  // of the last will; of a publish; the filter of a subscribe

  std::uint32_t token = 0;  // publish
  bool is_retained = false;
  bool is_at_least_once = false;
  std::uint32_t expires_s = 0;
  std::uint32_t payload_bytes = 0;  // of all its parts

  LinkSecret secret = LinkSecret::private_key;
  std::uint32_t number = 0;  // beat

  std::span<const std::byte> payload;  // of the last will; of this part; of the secret
};

enum class LinkReportKind : std::uint8_t {
  connected,
  disconnected,
  acknowledged,
  failed,
  message,
  subscribed,
  beat,
};

struct LinkReport {
  LinkReportKind kind = LinkReportKind::beat;
  std::uint32_t attempt = 0;  // all but beat

  bool session_present = false;  // connected
  std::uint32_t packet_bytes_max = 0;
  std::uint16_t receive_max = 0;
  std::uint8_t mqtt_version = 0;  // 4 or 5

  std::uint32_t token = 0;  // acknowledged, failed
  std::uint8_t reason = 0;  // disconnected, failed, subscribed: hal::LinkReason

  std::uint32_t number = 0;         // beat
  std::uint32_t lost_messages = 0;  // beat: had no room in the role, since its last beat

  std::string_view topic;  // message; the filter of subscribed
  std::span<const std::byte> payload;
};

// The datagram's size. REQUIRES: texts and payload within their bounds, `datagram` large enough.
std::size_t pack(const LinkRequest& request, std::span<std::byte> datagram);
std::size_t pack(const LinkReport& report, std::span<std::byte> datagram);

// ok.  corrupt: not exactly one message; the message is then undefined.
Status unpack(std::span<const std::byte> datagram, LinkRequest& request);
Status unpack(std::span<const std::byte> datagram, LinkReport& report);

}  // namespace hf::wire

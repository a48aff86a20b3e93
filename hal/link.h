// The way up: one connection to one MQTT broker. Everything that happens comes back as an event.
//
// The gateway asks, the link answers later; no call waits for the network. The link keeps nothing:
// what was not acknowledged when a connection ends must be published again by its owner. That is
// why a link may be killed at any moment.
//
// Contract, proved on each platform by tests/contract/link_contract.cpp:
//   1. Every accepted publish() ends in exactly one event, `acknowledged` or `failed`, no later
//      than the acknowledgement deadline, or in `disconnected`, which ends all that were
//      outstanding.
//   2. `acknowledged` means that the broker answered for that message, not that anybody received
//      it.
//   3. Events come in the order in which they happened. A message is delivered at most once per
//      connection; after a reconnect the broker may repeat it.
//   4. A dead peer is noticed within kDeadPeerMax, a connection attempt ends within kConnectMax.
//   5. At most in_flight_max() publishes are outstanding; one more is `busy` and nothing is sent.
//   6. Payloads in events are valid until the next call of next_event().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vocabulary/fixed_string.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::hal {

inline constexpr Duration kDeadPeerMax = seconds(45);
inline constexpr Duration kConnectMax = seconds(60);
inline constexpr Duration kAcknowledgementMax = seconds(15);
inline constexpr std::size_t kTopicCharactersMax = 191;

using Topic = FixedString<kTopicCharactersMax>;

// Chosen by the caller, unique among outstanding publishes.
struct PublishToken {
  std::uint32_t value = 0;
  friend constexpr bool operator==(PublishToken, PublishToken) = default;
};

enum class Transport : std::uint8_t { tcp, tls, websocket, secure_websocket };

struct LinkAddress {
  FixedString<127> host;
  std::uint16_t port = 0;
  Transport transport = Transport::tls;
};

struct Message {
  std::string_view topic;
  std::span<const std::byte> payload;
  bool retained = false;
  bool at_least_once = true;  // QoS 1; otherwise QoS 0, for which `acknowledged` means handed over
  Duration expires_after;     // zero: never; needs MQTT 5, otherwise ignored
};

enum class LinkEventKind : std::uint8_t {
  connected,
  disconnected,  // also: an attempt that failed. Ends every outstanding publish.
  acknowledged,
  failed,  // the broker refused this one message
  message,
  subscribed,  // with a reason: the broker refused the filter
};

// Why, as far as the network or the broker said; each has its own reaction in flows/uplink.
enum class LinkReason : std::uint8_t {
  none,
  no_carrier,
  no_address,
  unreachable,
  tls_failed,
  not_authorised,
  protocol_error,
  peer_closed,
  peer_silent,
  no_acknowledgement,
  quota_exceeded,
  too_large,
  payload_invalid,
  topic_invalid,
  server_busy,
  taken_over,
  link_restarted,
};

struct LinkEvent {
  LinkEventKind kind = LinkEventKind::disconnected;
  LinkReason reason = LinkReason::none;
  PublishToken token;                  // acknowledged, failed
  bool session_present = false;        // connected
  std::uint32_t packet_bytes_max = 0;  // connected; 0: no limit announced
  std::uint16_t receive_max = 0;       // connected; 0: none announced
  std::string_view topic;              // message, subscribed
  std::span<const std::byte> payload;  // message
};

struct ConnectRequest {
  LinkAddress address;
  std::string_view client_id;
  std::string_view user;        // empty: none; the secret is the link's own, from hal::Keys
  std::string_view ca_file;     // PEM, who may sign the broker's; empty: whom the link knows
  std::string_view will_topic;  // empty: no last will
  std::span<const std::byte> will_payload;
  Duration keep_alive = seconds(30);
  Duration session_expiry;
};

class Link {
 public:
  // ok: an attempt has begun; `connected` or `disconnected` follows.  busy: connected or trying.
  // invalid: the request.  unavailable: the link is restarting; try again later.
  virtual Status connect(const ConnectRequest& request) = 0;

  // ok: `disconnected` follows.  stale: there was no connection.
  virtual Status disconnect() = 0;

  // ok: accepted, see 1.  busy: see 5.  stale: not connected.  full: larger than the broker takes.
  // invalid: the topic.
  virtual Status publish(const Message& message, PublishToken token) = 0;

  // ok: `subscribed` follows, per connection.  stale: not connected.  invalid: the filter.
  // busy: many have been asked for and are still on their way.
  virtual Status subscribe(std::string_view topic_filter) = 0;

  // False: nothing happened; `event` is unchanged.
  virtual bool next_event(LinkEvent& event) = 0;

  virtual std::uint16_t in_flight_max() const = 0;

 protected:
  ~Link() = default;
};

}  // namespace hf::hal

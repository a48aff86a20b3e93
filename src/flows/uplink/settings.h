// Settings of the uplink, as a person may change them, with their defaults.
//
// What a field means to the world stands beside it. Numbers that nobody changes stand in the part
// of this room that they belong to.
#pragma once

#include <cstdint>

#include "hal/link.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/identifiers.h"
#include "vocabulary/time.h"
#include "wire/uplink/health.h"
#include "wire/uplink/topics.h"

namespace hf::flows {

// What lets the queue forget.
enum class ReceiptSource : std::uint8_t {
  hub,     // a hub's receipt, after its durable commit
  broker,  // the broker's acknowledgement: for people without a hub. What the broker then loses is
           // lost, and nobody notices
};

enum class PayloadProfile : std::uint8_t {
  frames,  // dense, for a hub
  json,  // one readable message a frame, with explicit times: for Telegraf, Node-RED and their like
};

enum class TransportChoice : std::uint8_t {
  automatic,  // tls, then wss on 443, then bursts; without TLS: tcp, then ws on 80, then bursts
  tcp,
  tls,
  websocket,
  secure_websocket,
};

struct BackoffSettings {
  Duration first = seconds(1);
  Duration most_wired = seconds(30);
  Duration most_metered = minutes(5);
  std::uint32_t factor = 2;        // 1 … 10
  std::uint32_t attempts_max = 0;  // in a row, then only a change of network or `sync now` tries
                                   // again; 0: never given up
  Duration stable_after = minutes(5);  // a connection this old was a good one
};

struct BreakerSettings {
  std::uint32_t failures_max = 5;  // publishes that failed in a row
  Duration open_for = seconds(30);
};

// Zero: no limit. What exceeds a rate waits in the queue; nothing is refused.
struct RateSettings {
  std::uint64_t bytes_per_second = 0;
  std::uint32_t messages_per_second = 0;
};

struct UplinkSettings {
  FixedString<127> host;   // of the broker; empty: nothing is sent
  std::uint16_t port = 0;  // 0: what the transport usually has
  TransportChoice transport = TransportChoice::automatic;
  bool without_tls = false;                    // automatic: for a broker in the same house
  FixedString<64> user;                        // empty: none. The secret is hal::Keys'
  FixedString<kIdentifierCharactersMax> root;  // of all topics; empty: wire::kDefaultRoot
  TenantId tenant;                             // empty: wire::kDefaultTenant

  ReceiptSource receipt = ReceiptSource::hub;
  PayloadProfile profile = PayloadProfile::frames;

  Duration keep_alive = seconds(20);
  Duration session_expiry = hours(24);
  Duration live_expiry = seconds(60);  // of a live message, at the broker
  Duration health_period = minutes(1);
  Duration health_period_metered = minutes(10);
  Duration receipt_every = wire::kReceiptEvery;
  Duration receipt_every_metered = wire::kReceiptEveryMetered;
  std::uint64_t receipt_bytes = wire::kReceiptAfterBytes;

  // When to send. On change: as soon as there is something. Else every `sync_period`, and at once
  // when so many events wait, or somebody asked.
  bool on_change = true;
  Duration sync_period = seconds(30);
  std::uint32_t forced_sync_at = 50;

  // How often a live frame goes, found by what the link can do: 1 s … 600 s.
  Duration live_period_least = seconds(1);
  Duration live_period_least_metered = seconds(60);
  Duration live_period_most = seconds(600);

  Duration burst_period = minutes(15);  // between two bursts, on the last rung of `automatic`

  BackoffSettings backoff;
  BreakerSettings breaker;
  RateSettings rate;
};

}  // namespace hf::flows

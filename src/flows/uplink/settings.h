// Settings of the uplink, as a person may change them. Defaults and bounds stand in the table of
// all settings.
//
// What a field means to the world stands beside it. Numbers that nobody changes stand in the part
// of this room that they belong to.
#pragma once

#include <cstdint>

#include "config/settings/table.h"
#include "hal/link.h"
#include "vocabulary/breaker.h"
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

// What bytes cost.
enum class CostChoice : std::uint8_t {
  automatic,  // as the network says
  free,
  metered,
};

struct BackoffSettings {
  Duration first = settings::initial_duration("uplink.backoff.first");
  Duration most_wired = settings::initial_duration("uplink.backoff.cap");
  Duration most_metered = settings::initial_duration("uplink.backoff.cap_metered");
  std::uint32_t factor = settings::initial<std::uint32_t>("uplink.backoff.factor");
  std::uint32_t attempts_max = 0;  // in a row, then only a change of network or `sync now` tries
                                   // again; 0: never given up
  // A connection this old was a good one.
  Duration stable_after = settings::initial_duration("uplink.backoff.stable");
  friend bool operator==(const BackoffSettings&, const BackoffSettings&) = default;
};

// Zero: no limit. What exceeds a rate waits in the queue; nothing is refused.
struct RateSettings {
  std::uint64_t bytes_per_second = 0;
  std::uint32_t messages_per_second = 0;
  friend bool operator==(const RateSettings&, const RateSettings&) = default;
};

struct UplinkSettings {
  FixedString<127> host;   // of the broker; empty: nothing is sent
  std::uint16_t port = 0;  // 0: what the transport usually has
  TransportChoice transport = TransportChoice::automatic;
  std::uint16_t web_port = 0;  // automatic: of the broker's WebSocket; 0: 443, or 80
  // Automatic: how long another way than the best is taken without asking again.
  Duration look_again = settings::initial_duration("uplink.look_again");
  bool without_tls = false;  // automatic: for a broker in the same house
  FixedString<127> ca_file;  // PEM; empty: those that the board knows
  CostChoice cost = CostChoice::automatic;
  FixedString<64> user;                        // empty: none. The secret is hal::Keys'
  FixedString<kIdentifierCharactersMax> root;  // of all topics; empty: wire::kDefaultRoot
  TenantId tenant;                             // empty: wire::kDefaultTenant

  ReceiptSource receipt = ReceiptSource::hub;
  PayloadProfile profile = PayloadProfile::frames;

  Duration keep_alive = settings::initial_duration("uplink.keep_alive");
  Duration session_expiry = settings::initial_duration("uplink.session_expiry");
  // Of a live message, at the broker.
  Duration live_expiry = settings::initial_duration("uplink.live.expiry");
  Duration health_period = settings::initial_duration("uplink.health.period");
  Duration health_period_metered = settings::initial_duration("uplink.health.period_metered");
  Duration receipt_every = wire::kReceiptEvery;
  Duration receipt_every_metered = wire::kReceiptEveryMetered;
  std::uint64_t receipt_bytes = wire::kReceiptAfterBytes;

  // When to send. On change: as soon as there is something. Else every `sync_period`, and at once
  // when so many events wait, or somebody asked.
  bool on_change = settings::initial<bool>("uplink.sync.on_change");
  Duration sync_period = settings::initial_duration("uplink.sync.interval");
  std::uint32_t forced_sync_at = settings::initial<std::uint32_t>("uplink.sync.pending_max");

  // How often a live frame goes, found by what the link can do: 1 s … 600 s.
  Duration live_period_least = settings::initial_duration("uplink.live.period_least");
  Duration live_period_least_metered =
      settings::initial_duration("uplink.live.period_least_metered");
  Duration live_period_most = settings::initial_duration("uplink.live.period_most");

  // Between two bursts, on the last rung of `automatic`.
  Duration burst_period = settings::initial_duration("uplink.burst_period");

  BackoffSettings backoff;
  // Publishes that failed in a row.
  BreakerSettings breaker{
      .failures_max = settings::initial<std::uint32_t>("uplink.breaker.failures"),
      .open_for = settings::initial_duration("uplink.breaker.open")};
  RateSettings rate;

  friend bool operator==(const UplinkSettings&, const UplinkSettings&) = default;
};

}  // namespace hf::flows

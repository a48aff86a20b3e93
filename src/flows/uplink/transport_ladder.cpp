#include "flows/uplink/transport_ladder.h"

namespace hf::flows::uplink {
namespace {

struct Way {
  Rung rung;
  bool has_tls;
  hal::Transport transport;
};
// clang-format off
constexpr std::array kWays{
  Way{Rung::direct, true,  hal::Transport::tls},
  Way{Rung::direct, false, hal::Transport::tcp},
  Way{Rung::web,    true,  hal::Transport::secure_websocket},
  Way{Rung::web,    false, hal::Transport::websocket},
};
constexpr std::array<std::uint16_t, 4> kUsualPorts{1883, 8883, 80, 443};  // by hal::Transport
// clang-format on

}  // namespace

bool speaks_against_transport(hal::LinkReason reason) {
  using enum hal::LinkReason;
  switch (reason) {
    case unreachable:
    case tls_failed:  // also a proxy that answers in the broker's place
    case protocol_error:
    case peer_closed:
    case peer_silent:
    case no_acknowledgement: return true;
    default: return false;
  }
}

void TransportLadder::set(const UplinkSettings& settings) {
  settings_ = settings;
  go_to(Rung::direct);
}

hal::Transport TransportLadder::transport_of(Rung rung) const {
  switch (settings_.transport) {
    case TransportChoice::tcp: return hal::Transport::tcp;
    case TransportChoice::tls: return hal::Transport::tls;
    case TransportChoice::websocket: return hal::Transport::websocket;
    case TransportChoice::secure_websocket: return hal::Transport::secure_websocket;
    case TransportChoice::automatic: break;
  }
  const Rung way_of = rung == Rung::bursts ? connected_by_ : rung;
  for (const Way& way : kWays) {
    if (way.rung == way_of && way.has_tls != settings_.without_tls) return way.transport;
  }
  return hal::Transport::tls;
}

hal::LinkAddress TransportLadder::address(Uptime now) {
  if (rung_ != Rung::direct && now - left_top_at_ >= settings_.look_again) go_to(Rung::direct);
  hal::LinkAddress address;
  address.host = settings_.host;
  address.transport = transport();
  // A port that was set is the broker's own: the web's is what firewalls let through.
  const bool is_web_by_itself =
      settings_.transport == TransportChoice::automatic &&
      (rung_ == Rung::web || (is_bursting() && connected_by_ == Rung::web));
  address.port = is_web_by_itself ? settings_.web_port : settings_.port;
  if (address.port == 0) address.port = kUsualPorts[static_cast<std::size_t>(address.transport)];
  return address;
}

void TransportLadder::note_attempt_failed(hal::LinkReason reason, Uptime now) {
  if (!speaks_against_transport(reason) || settings_.transport != TransportChoice::automatic)
    return;
  if (++failures_ < kTriesOfRung || is_bursting()) return;
  leave(now, rung_ == Rung::direct ? Rung::web : Rung::direct);
}

void TransportLadder::note_connected(Uptime /*now*/) {
  failures_ = 0;
  if (!is_bursting()) connected_by_ = rung_;
}

void TransportLadder::note_connection_ended(Duration lasted, Uptime now) {
  if (settings_.transport != TransportChoice::automatic || is_bursting()) return;
  young_deaths_ = lasted >= kOfUse ? 0 : young_deaths_ + 1;
  if (young_deaths_ < kYoungDeathsOfRung) return;
  leave(now, rung_ == Rung::direct ? Rung::web : Rung::bursts);
}

void TransportLadder::leave(Uptime now, Rung to) {
  if (rung_ == Rung::direct) left_top_at_ = now;
  go_to(to);
}

void TransportLadder::go_to(Rung rung) {
  rung_ = rung;
  failures_ = 0;
  young_deaths_ = 0;
}

}  // namespace hf::flows::uplink

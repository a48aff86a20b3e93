// Which way to the broker is tried: with `automatic`, from the best rung down, and up again.
//
//   direct      tls (or tcp) on the broker's own port
//   web         wss on 443 (or ws on 80, or on a port that was set), where a firewall lets nothing
//               else through
//   bursts      as the last one that ever connected, but only to connect, drain and disconnect, on
//               a schedule: for networks in which no connection lives long
//
// A rung that cannot connect is left after kTriesOfRung attempts; direct and web take turns then,
// because neither is known to be worse. Bursts are for connections that do come about and die young
// on both. The first attempt after `look_again`, and after the network changed, begins at the top
// again; a connection that holds is not given up for a better way.
//
// What is nobody's way (no carrier, wrong password, broker busy) leaves the ladder where it is.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "flows/uplink/settings.h"

namespace hf::flows::uplink {

enum class Rung : std::uint8_t { direct, web, bursts };

constexpr std::string_view to_text(hal::Transport transport) {
  constexpr std::string_view kWords[] = {"tcp", "tls", "ws", "wss"};
  return kWords[static_cast<std::size_t>(transport) % 4];
}

// Whether an attempt that ended so speaks against the way it went.
bool speaks_against_transport(hal::LinkReason reason);

class TransportLadder {
 public:
  static constexpr std::uint32_t kTriesOfRung = 3;
  static constexpr std::uint32_t kYoungDeathsOfRung = 5;
  static constexpr Duration kOfUse = seconds(30);  // what ends sooner died young

  explicit TransportLadder(const UplinkSettings& settings) : settings_(settings) {}

  // Begins at the top.
  void set(const UplinkSettings& settings);
  void note_network_changed() { go_to(Rung::direct); }

  // The way to try now.
  hal::LinkAddress address(Uptime now);

  void note_attempt_failed(hal::LinkReason reason, Uptime now);
  void note_connected(Uptime now);
  // It had been connected for so long.
  void note_connection_ended(Duration lasted, Uptime now);

  Rung rung() const { return rung_; }
  bool is_bursting() const { return rung_ == Rung::bursts; }
  hal::Transport transport() const { return transport_of(rung_); }

 private:
  hal::Transport transport_of(Rung rung) const;
  void go_to(Rung rung);
  void leave(Uptime now, Rung to);

  UplinkSettings settings_;
  Rung rung_ = Rung::direct;
  Rung connected_by_ = Rung::direct;  // the last that did: bursts go the same way
  std::uint32_t failures_ = 0;        // of this rung, in a row
  std::uint32_t young_deaths_ = 0;
  Uptime left_top_at_;
};

}  // namespace hf::flows::uplink

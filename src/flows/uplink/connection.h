// The connection to the broker: when to try, which way, and when to let go.
//
//   off         no broker is set
//   waiting     until the next attempt: back-off, no carrier, between two bursts, given up
//   connecting  the link is at it
//   online
//
// A change of network cuts the wait short, because the reason to wait may be gone; and it ends a
// connection that went over another interface, because that is dead and would notice in 45 s.
//
// Cost: a few comparisons a step. Nothing allocates. Owned by the service loop.
#pragma once

#include <array>
#include <string_view>

#include "flows/uplink/backoff.h"
#include "flows/uplink/transport_ladder.h"
#include "hal/link.h"
#include "hal/network.h"
#include "vocabulary/identifiers.h"
#include "wire/uplink/topics.h"

namespace hf::flows::uplink {

enum class Phase : std::uint8_t { off, waiting, connecting, online };

constexpr std::string_view to_text(Phase phase) {
  constexpr std::string_view kWords[] = {"off", "waiting", "connecting", "online"};
  return kWords[static_cast<std::size_t>(phase) % 4];
}
std::string_view to_text(hal::LinkReason reason);

class Connection {
 public:
  Connection(hal::Link& link, const hal::Network& network, const GatewayId& id, std::uint64_t seed);

  // Ends what there is, and begins anew with the first attempt.
  void set(const UplinkSettings& settings, Uptime now);

  // Does what is due. Answers when it wants to be called next.
  Uptime step(Uptime now);

  // `connected` and `disconnected` come here.
  void take(const hal::LinkEvent& event, Uptime now);

  // There is something that will not wait, or a person asked: the next attempt is now.
  void hurry(Uptime now);

  // A burst is over: until the next one is due.
  void end_burst(Uptime now);
  // Orderly, for good; the broker does not publish the last will.
  void end(Uptime now);

  Phase phase() const { return phase_; }
  bool is_online() const { return phase_ == Phase::online; }
  bool is_metered() const { return is_metered_; }
  Uptime since() const { return since_; }
  Uptime next_attempt() const { return retry_at_; }
  hal::LinkReason last_end() const { return last_end_; }
  const TransportLadder& ladder() const { return ladder_; }
  std::uint64_t attempts() const { return attempts_; }
  std::uint64_t connections() const { return connections_; }
  std::uint64_t disconnections() const { return disconnections_; }

  // To be kept over a restart, if somebody can.
  const BackoffState& backoff() const { return backoff_.state(); }
  void restore(const BackoffState& state) { backoff_.restore(state); }

 private:
  void watch_network(Uptime now);
  void attempt(Uptime now);
  void leave(Uptime now, Uptime retry_at);
  void note_end(hal::LinkReason reason, Uptime now);
  Duration wait_after(hal::LinkReason reason, bool was_online, Duration lasted);
  void go(Phase phase, Uptime now);

  hal::Link& link_;
  const hal::Network& network_;
  GatewayId id_;
  UplinkSettings settings_;
  TransportLadder ladder_;
  Backoff backoff_;

  Phase phase_ = Phase::off;
  Uptime since_;
  Uptime retry_at_;
  Uptime attempted_at_;
  bool is_leaving_ = false;  // we disconnected: what ends is no failure
  bool is_metered_ = false;
  bool has_carrier_ = true;
  std::uint32_t network_changes_ = 0;
  FixedString<15> interface_;
  hal::LinkReason last_end_ = hal::LinkReason::none;
  std::uint64_t attempts_ = 0;
  std::uint64_t connections_ = 0;
  std::uint64_t disconnections_ = 0;

  FixedString<2 * kIdentifierCharactersMax + 1> client_id_;
  wire::TopicName will_topic_;
  std::array<char, 128> will_text_;
};

}  // namespace hf::flows::uplink

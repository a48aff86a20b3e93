// What the core gave to publish: gathered from its parts, then waiting for Paho.
//
// Paho gets one message at a time, each when the last is on its way and the kernel takes more, and
// no second one before the broker has answered for the first, or a second has passed: what Paho was
// given and has not sent when a connection ends, it never frees [docs/decisions/0039]. What waits
// here is ours. Costs a connection a round trip. Bounded by the core's window. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "platform/linux/link/paho_connection.h"
#include "platform/linux/link/tcp_watch.h"
#include "vocabulary/time.h"
#include "wire/channel/link_channel.h"

namespace hf::link_role {

class Outgoing {
 public:
  static constexpr std::uint32_t kNotOnline = 0;  // no attempt has this number

  // The first part, and all of it if it fits. `online`: the attempt that is, or kNotOnline; a
  // message of another one is dropped. False: no core of ours would ask that.
  bool begin(const wire::LinkRequest& request, std::uint32_t online);
  bool add(std::span<const std::byte> part, std::uint32_t online);

  // Between a message's first part and its last.
  bool is_open() const { return is_open_; }

  // Gives Paho what it takes now; called whenever wait() is over, and after an answer.
  void hand_over(PahoConnection& paho, const TcpWatch& tcp, Uptime now);

  // How soon to hand over again; `otherwise` when there is no reason to.
  Duration wait(Uptime now, Duration otherwise) const;

  // The broker has answered for a message: it is one that takes some.
  void note_answer() { is_answered_ = true; }

  // The connection has ended.
  void forget();

 private:
  // How long the first message of the connection is still alone.
  Duration alone_for(Uptime now) const;

  PahoPublish message_;  // in parts
  std::uint32_t attempt_ = kNotOnline;
  std::size_t bytes_ = 0;
  bool is_open_ = false;
  std::deque<PahoPublish> waiting_;
  std::optional<Uptime> first_at_;  // when Paho got the first message of this connection
  bool is_answered_ = false;
  Duration ask_again_;
};

}  // namespace hf::link_role

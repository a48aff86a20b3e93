// What comes down from upstream, on its way to who takes it: a command waits here until it is done,
// all else goes on at once.
//
// A command is done once, and only while it is meant to be: an id that was seen before is passed
// over, or refused when it was begun before the last start (stores/commands); one that is too old
// is refused, and so is one with a last moment while nobody knows the time of day. One waits at a
// time; the broker repeats nothing that was taken, so what finds the place occupied is counted and
// lost, and upstream, which hears no result, asks again.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "flows/uplink/uplink_parts.h"
#include "stores/commands/commands.h"
#include "wire/uplink/command.h"

namespace hf::gateway {

class Arrivals final : public flows::UplinkInbox {
 public:
  static constexpr std::size_t kIdsRemembered = 32;

  // `beyond` takes every class but commands. REQUIRES: both outlive this.
  Arrivals(flows::UplinkInbox& beyond, state::Shelf& shelf) : beyond_(beyond), begun_(shelf) {}

  // A command. ok: taken, or seen before.  full: one waits already.  invalid: no command.
  // Of all else, what `beyond` answers.
  Status take(wire::TopicClass topic_class, std::span<const std::byte> payload,
              Uptime now) override;

  bool has_command() const { return has_command_; }

  // The line to be answered by the control verbs, or else the answer that it gets without them.
  // REQUIRES: has_command().
  struct Due {
    std::string_view line;
    std::string_view refusal;
  };
  Due due(const UtcReading& now) const;
  const wire::CommandId& id() const { return command_.id; }
  // Before a line is answered that changes anything: from now on it is not begun again.
  void begin(const UtcReading& now);
  void done() { has_command_ = false; }

 private:
  bool was_seen(const wire::CommandId& id) const;

  flows::UplinkInbox& beyond_;
  stores::Commands begun_;
  std::array<std::byte, wire::kCommandMemoryBytes> memory_;
  wire::Command command_;
  bool has_command_ = false;
  bool was_begun_before_ = false;
  std::array<wire::CommandId, kIdsRemembered> seen_;
  std::size_t seen_count_ = 0;  // of all; the ring holds the last ones
};

}  // namespace hf::gateway

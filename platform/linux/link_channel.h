// The core's end of the link role's channel, through all lives of the role.
//
// Finds the role that hal::Processes runs, speaks with it, and notices when it is gone. Whoever
// speaks nonsense, or shows no progress for kSilenceMax, is stopped here; whoever started the role
// learns of its exit from hal::Processes and starts another, which is then found.
//
// Never blocks. Allocates at construction only. One thread.
#pragma once

#include <memory>

#include "platform/linux/event_loop.h"
#include "platform/linux/link_outbox.h"
#include "platform/linux/processes.h"

namespace hf::on_linux {

// What the role's lives looked like so far, for people.
struct LinkCounters {
  std::uint32_t roles_found = 0;
  std::uint32_t roles_stopped = 0;  // spoke nonsense, or nothing
  std::uint32_t lost_messages = 0;  // came for us, and the role had no room for them
};

class LinkChannel {
 public:
  static constexpr Duration kSilenceMax = seconds(60);
  static constexpr Duration kBeatPeriod = seconds(10);

  // REQUIRES: both references outlive this.
  LinkChannel(EventLoop& loop, Processes& processes);
  ~LinkChannel();
  LinkChannel(const LinkChannel&) = delete;
  LinkChannel& operator=(const LinkChannel&) = delete;

  // Looks for a role, and sends what waits. False: there is none to speak with.
  bool find();

  // ok: it will go.  full.  unavailable: there is no role.
  Status put(const wire::LinkRequest& request);

  // As put(), in as many parts as it takes, or not at all. busy: an earlier one still waits.
  Status put_publish(wire::LinkRequest request);

  // True: `report` came; it views into a buffer that lasts until the next call. False: nothing has.
  bool receive(wire::LinkReport& report);

  // True once after each role that was found and is gone.
  bool take_loss();

  // Once a second: asks the role for a sign of life, and stops one that gives none.
  void attend();
  void stop_role();

  const LinkCounters& counters() const { return counters_; }

 private:
  void adopt(std::uint32_t start);
  void lose();
  void flush();
  void watch_for(Readiness readiness);
  void wake();

  EventLoop& loop_;
  Processes& processes_;
  Descriptor channel_;       // our own copy: that of Processes closes when the role is collected
  std::uint32_t start_ = 0;  // of which start of the role
  bool is_watched_ = false;
  Readiness watched_for_ = Readiness::readable;
  bool is_lost_ = false;
  Uptime heard_at_;
  Uptime next_beat_;
  std::uint32_t beat_ = 0;
  LinkCounters counters_;
  LinkOutbox outbox_;
  std::unique_ptr<std::byte[]> datagram_;
};

}  // namespace hf::on_linux

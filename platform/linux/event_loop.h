// The one place where the service waits: for a deadline, a descriptor or a signal.
//
// It sleeps in epoll until something happens; deadlines are absolute on the clock of hal::Clock, so
// they neither drift nor notice that UTC was set. Callbacks run one after the other on the thread
// that waits, so nothing they touch needs a lock. A callback must tolerate being called for
// nothing, and must not block.
//
// Making one blocks SIGINT, SIGTERM and SIGCHLD for the thread and ignores SIGPIPE; the first two
// then end the wait with `stop`, the third wakes it. The destructor gives all four back.
//
// Never allocates.
#pragma once

#include <array>
#include <csignal>
#include <cstdint>

#include "platform/linux/descriptor.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::on_linux {

struct Callback {
  void (*call)(void* object) = nullptr;
  void* object = nullptr;
};

// `callback<&Network::notice>(network)`: calls network.notice().
template <auto Method, typename Object>
Callback callback(Object& object) {
  return {[](void* it) { (static_cast<Object*>(it)->*Method)(); }, &object};
}

enum class Readiness : std::uint8_t { readable, writable, urgent };  // urgent: a GPIO edge in sysfs

enum class Woken : std::uint8_t { deadline, event, stop };

class EventLoop {
 public:
  static constexpr std::size_t kWatchesMax = 32;
  static constexpr std::size_t kPeriodsMax = 8;

  // Asserts that the kernel has descriptors left: without them nothing here could begin.
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // ok; full: kWatchesMax; unsupported: the kernel cannot wait for it (a file on a disk).
  // REQUIRES: `descriptor` is not watched yet and stays open until forget().
  Status watch(int descriptor, Readiness readiness, Callback callback);
  void forget(int descriptor);

  // Calls back once per period, late rather than twice after a long turn. ok; full: kPeriodsMax.
  Status every(Duration period, Callback callback);

  // Returns when `deadline` has come, after callbacks were run, or once a stop was asked for;
  // from then on always at once.
  Woken wait_until(Uptime deadline);

  bool stop_asked() const { return stop_asked_; }

 private:
  struct Watch {
    int descriptor = -1;  // negative: free
    Callback callback;
  };
  struct Period {
    Duration length;
    Uptime next;
    Callback callback;
  };

  bool run_callbacks(int timeout_ms);
  void arm(Uptime deadline);
  void take_signals();
  void take_timer();
  bool run_periods(Uptime now);
  Uptime next_wake(Uptime deadline) const;

  Descriptor epoll_;
  Descriptor timer_;
  Descriptor signals_;
  std::array<Watch, kWatchesMax> watches_;
  std::array<Period, kPeriodsMax> periods_;
  std::size_t period_count_ = 0;
  Uptime armed_for_{INT64_MIN};
  bool stop_asked_ = false;
  sigset_t mask_before_;
  struct sigaction pipe_before_;
};

}  // namespace hf::on_linux

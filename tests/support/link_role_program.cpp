// The link role as a program of its own, for tests: `<program> link 0`, with its channel.
//
// Paho looks for a new connection's socket once a second, so that it connects once a second at
// most. That is often enough in the field, and not for ten thousand connections in a test: here
// all waiting is for a few milliseconds at most.
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "platform/linux/link/link_role.h"
#include "platform/linux/processes.h"

namespace {

constexpr int kWaitMostMs = 4;

int poll_briefly(pollfd* descriptors, nfds_t count, int timeout_ms) {
  const int wait_ms = timeout_ms < 0 ? kWaitMostMs : std::min(timeout_ms, kWaitMostMs);
  timespec wait{};
  wait.tv_nsec = wait_ms * 1'000'000L;
  return ::ppoll(descriptors, count, &wait, nullptr);
}

}  // namespace

// Instead of the C library's. By label: its headers may have made the names inline functions.
extern "C" int poll_instead(pollfd* descriptors, nfds_t count, int timeout_ms) asm("poll");
extern "C" int poll_instead(pollfd* descriptors, nfds_t count, int timeout_ms) {
  return poll_briefly(descriptors, count, timeout_ms);
}
extern "C" int usleep_instead(useconds_t time_us) asm("usleep");
extern "C" int usleep_instead(useconds_t time_us) {
  return poll_briefly(nullptr, 0, static_cast<int>(time_us / 1000));
}

int main() { return hf::link_role::run_link_role(hf::on_linux::Processes::kChannel); }

#include "platform/linux/link/tcp_watch.h"

#include <linux/tcp.h>  // knows more than the C library's
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <span>

namespace hf::link_role {
namespace {

constexpr int kDescriptorsMax = 256;  // the role has a dozen

bool goes_to_a_broker(int descriptor) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
  return peer.ss_family == AF_INET || peer.ss_family == AF_INET6;
}

int really_poll(std::span<pollfd> descriptors, int timeout_ms) {
  const timespec timeout{.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1'000'000L};
  return ::ppoll(descriptors.data(), descriptors.size(), timeout_ms < 0 ? nullptr : &timeout,
                 nullptr);
}

// At once: which of `events` there are, and what poll() tells unasked.
int state_of(int descriptor, int events) {
  pollfd one{.fd = descriptor, .events = static_cast<short>(events), .revents = 0};
  return really_poll({&one, 1}, 0) > 0 ? one.revents : 0;
}

// A TCP connection that is being made, has yet to say its first word, or has more to say than the
// kernel takes: what it waits for is to write. In MQTT, TLS and HTTP the client speaks first.
bool waits_to_write(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  constexpr std::size_t kNeeded =
      offsetof(tcp_info, tcpi_data_segs_out) + sizeof info.tcpi_data_segs_out;
  if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
  return size >= kNeeded && (info.tcpi_data_segs_out == 0 || state_of(descriptor, POLLOUT) == 0);
}

// As poll(), but a wait to read only also ends, with nothing to tell, once a socket that waits to
// write can do so.
int poll_for_writers(std::span<pollfd> descriptors, int timeout_ms) {
  constexpr std::size_t kMost = 8;  // Paho's clients
  std::array<pollfd, kMost> asked{};
  if (timeout_ms == 0 || descriptors.size() > kMost) return really_poll(descriptors, timeout_ms);
  const auto seen = std::span{asked}.first(descriptors.size());
  std::copy(descriptors.begin(), descriptors.end(), seen.begin());
  for (pollfd& each : seen) {
    const bool reads_only = (each.events & POLLOUT) == 0;
    if (reads_only && waits_to_write(each.fd)) each.events |= POLLOUT;
  }
  const int found = really_poll(seen, timeout_ms);
  if (found < 0) return found;
  int told = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const int always = POLLERR | POLLHUP | POLLNVAL;
    const int wanted = seen[i].revents & (descriptors[i].events | always);
    descriptors[i].revents = static_cast<short>(wanted);
    told += wanted != 0 ? 1 : 0;
  }
  return told;
}

}  // namespace

void TcpWatch::begin() {
  socket_ = -1;
  for (int descriptor = 0; descriptor < kDescriptorsMax; ++descriptor) {
    if (goes_to_a_broker(descriptor)) socket_ = descriptor;
  }
  const auto timeout_ms = static_cast<unsigned>(kUnconfirmedMax.ms);
  ::setsockopt(socket_, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
}

Duration TcpWatch::silence() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
  return milliseconds(info.tcpi_last_data_recv);
}

bool TcpWatch::has_room() const {
  return socket_ < 0 || state_of(socket_, POLLOUT | POLLRDHUP) == POLLOUT;
}

}  // namespace hf::link_role

// Instead of the C library's, for the whole program: Paho waits to read for a second before it sees
// that a connection was made, or takes what is left of a message [docs/decisions/0039]. By label:
// its header may have made the name an inline function.
extern "C" int poll_instead(pollfd* descriptors, nfds_t count, int timeout_ms) asm("poll");
extern "C" int poll_instead(pollfd* descriptors, nfds_t count, int timeout_ms) {
  return hf::link_role::poll_for_writers({descriptors, static_cast<std::size_t>(count)},
                                         timeout_ms);
}

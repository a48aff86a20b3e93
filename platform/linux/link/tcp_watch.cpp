#include "platform/linux/link/tcp_watch.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace hf::link_role {
namespace {

constexpr int kDescriptorsMax = 256;  // the role has a dozen

bool goes_to_a_broker(int descriptor) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
  return peer.ss_family == AF_INET || peer.ss_family == AF_INET6;
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

}  // namespace hf::link_role

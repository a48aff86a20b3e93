#include "tests/support/empty_network.h"

#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

namespace hf::test {

using on_linux::Descriptor;

EmptyNetwork::EmptyNetwork()
    : before_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)),
      made_(before_.is_open() && ::unshare(CLONE_NEWNET) == 0) {
  if (made_) socket_ = Descriptor{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
}

EmptyNetwork::~EmptyNetwork() {
  if (made_) ::setns(before_.number(), CLONE_NEWNET);
}

bool EmptyNetwork::set_up(bool up) const {
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", sizeof "lo");
  request.ifr_flags = static_cast<short>(up ? IFF_UP : 0);
  return ::ioctl(socket_.number(), SIOCSIFFLAGS, &request) == 0;
}

bool EmptyNetwork::add_default_route() const {
  char interface[] = "lo";
  rtentry route{};
  for (sockaddr* part : {&route.rt_dst, &route.rt_genmask}) part->sa_family = AF_INET;
  route.rt_flags = RTF_UP;
  route.rt_dev = interface;
  return ::ioctl(socket_.number(), SIOCADDRT, &route) == 0;
}

}  // namespace hf::test

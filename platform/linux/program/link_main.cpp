// holdfast-link: the link role as a program, started by the core with its channel.
#include <sys/socket.h>

#include <cstdio>

#include "platform/linux/link/link_role.h"
#include "platform/linux/processes.h"

int main() {
  constexpr int kChannel = hf::on_linux::Processes::kChannel;
  int kind = 0;
  socklen_t size = sizeof kind;
  if (::getsockopt(kChannel, SOL_SOCKET, SO_TYPE, &kind, &size) != 0 || kind != SOCK_SEQPACKET) {
    std::fputs(
        "holdfast-link: this is a part of holdfast, which starts it: holdfast run --broker …\n",
        stderr);
    return 2;
  }
  return hf::link_role::run_link_role(kChannel);
}

// What we tell the service manager, by the sd_notify protocol: a datagram of `NAME=value` lines to
// the socket in NOTIFY_SOCKET. Small enough to speak it ourselves and do without libsystemd.
//
// Never allocates, never blocks. One thread.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string_view>

#include "platform/linux/descriptor.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::on_linux {

class NotifySocket {
 public:
  // `address`: as in NOTIFY_SOCKET, a path or `@name` in the abstract namespace. Null or empty:
  // there is no service manager.
  explicit NotifySocket(const char* address);

  bool present() const { return socket_.is_open(); }

  // For all: ok; unsupported: none present; unavailable: it does not listen.
  Status tell_ready() { return tell("READY=1"); }
  Status tell_stopping() { return tell("STOPPING=1"); }
  Status tell_alive() { return tell("WATCHDOG=1"); }
  // Zero: it no longer waits for tell_alive().
  Status set_alive_period(Duration period);
  // One line for `systemctl status`; cut where it does not fit.
  Status tell_status(std::string_view status);

 private:
  Status tell(std::string_view lines);

  Descriptor socket_;
  sockaddr_un address_{};
  socklen_t address_bytes_ = 0;
};

}  // namespace hf::on_linux

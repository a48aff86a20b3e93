#include "platform/linux/notify_socket.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace hf::on_linux {

NotifySocket::NotifySocket(const char* address) {
  const std::string_view text = address == nullptr ? "" : address;
  const bool is_abstract = text.starts_with('@');
  if (!(is_abstract || text.starts_with('/')) || text.size() >= sizeof address_.sun_path) return;
  address_.sun_family = AF_UNIX;
  std::copy(text.begin(), text.end(), address_.sun_path);
  if (is_abstract) address_.sun_path[0] = '\0';
  address_bytes_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size());
  socket_ = Descriptor{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
}

Status NotifySocket::set_alive_period(Duration period) {
  std::array<char, 48> line;
  std::snprintf(line.data(), line.size(), "WATCHDOG_USEC=%lld",
                static_cast<long long>(period.ms) * 1000);
  return tell(line.data());
}

Status NotifySocket::tell_status(std::string_view status) {
  std::array<char, 200> line;
  std::snprintf(line.data(), line.size(), "STATUS=%.*s", static_cast<int>(status.size()),
                status.data());
  std::replace(line.begin(), line.end(), '\n', ' ');  // a line feed would begin another assignment
  return tell(line.data());
}

Status NotifySocket::tell(std::string_view lines) {
  if (!present()) return Status::unsupported;
  const auto sent =
      ::sendto(socket_.number(), lines.data(), lines.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&address_), address_bytes_);
  return sent < 0 ? Status::unavailable : Status::ok;
}

}  // namespace hf::on_linux

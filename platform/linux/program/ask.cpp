#include "platform/linux/program/ask.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>

#include "platform/linux/descriptor.h"

namespace hf::program {
namespace {

constexpr timeval kPatience{.tv_sec = 10, .tv_usec = 0};  // a core that is slower is not well

}  // namespace

Status ask(const std::string& socket_path, const std::string& line, std::string& answer) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof address.sun_path) return Status::unavailable;
  socket_path.copy(address.sun_path, socket_path.size());
  const on_linux::Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  ::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
      0) {
    return Status::unavailable;
  }
  const std::string request = line + '\n';
  if (::send(socket.number(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return Status::unavailable;
  }
  std::array<char, 4096> part;
  answer.clear();
  while (answer.empty() || answer.back() != '\n') {
    const ssize_t count = ::recv(socket.number(), part.data(), part.size(), 0);
    if (count < 0 && errno == EAGAIN) return Status::timed_out;
    if (count <= 0) return Status::unavailable;
    answer.append(part.data(), static_cast<std::size_t>(count));
  }
  answer.pop_back();
  return Status::ok;
}

}  // namespace hf::program

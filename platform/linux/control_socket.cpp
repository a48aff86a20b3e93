#include "platform/linux/control_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hf::on_linux {
namespace {

constexpr int kBacklog = 4;
constexpr mode_t kOwnerAndGroup = 0660;
constexpr std::string_view kTooMany =
    R"({"ok":false,"status":"busy","text":"too many clients: try again"})"
    "\n";
constexpr std::string_view kTooLong =
    R"({"ok":false,"status":"full","text":"a request has at most 4096 bytes"})";

sockaddr_un address_of(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path, std::strlen(path) + 1);
  return address;
}

bool somebody_answers(const sockaddr_un& address) {
  const Descriptor probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  return ::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
         0;
}

// Whom nobody can name is nobody.
Peer peer_of(int socket) {
  ucred credentials{};
  socklen_t bytes = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &bytes) != 0) return {};
  return {.user = credentials.uid,
          .group = credentials.gid,
          .is_owner = credentials.uid == 0 || credentials.uid == ::geteuid()};
}

bool only_waits() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

ControlSocket::ControlSocket(EventLoop& loop, Answerer answerer)
    : loop_(loop), answerer_(answerer) {}

ControlSocket::~ControlSocket() {
  for (Client& client : clients_) let_go(client);
  if (!listener_.is_open()) return;
  loop_.forget(listener_.number());
  ::unlink(path_.data());
}

Status ControlSocket::listen(std::string_view path) {
  if (path.size() >= path_.size()) return Status::invalid;
  path.copy(path_.data(), path.size());
  const sockaddr_un address = address_of(path_.data());
  if (somebody_answers(address)) return Status::busy;
  ::unlink(path_.data());
  Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Status::unavailable;
  }
  if (::chmod(path_.data(), kOwnerAndGroup) != 0) return Status::unavailable;
  if (::listen(socket.number(), kBacklog) != 0) return Status::unavailable;
  listener_ = std::move(socket);
  return loop_.watch(listener_.number(), Readiness::readable,
                     callback<&ControlSocket::accept_clients>(*this));
}

void ControlSocket::accept_clients() {
  for (;;) {
    Descriptor socket{
        ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (!socket.is_open()) return;
    const auto place = std::find_if(clients_.begin(), clients_.end(),
                                    [](const Client& client) { return !client.socket.is_open(); });
    if (place == clients_.end()) {
      ++refused_clients_;
      static_cast<void>(::send(socket.number(), kTooMany.data(), kTooMany.size(), MSG_NOSIGNAL));
      continue;
    }
    place->owner = this;
    place->peer = peer_of(socket.number());
    place->socket = std::move(socket);
    place->asked = place->answered = place->sent = 0;
    place->waits_for = Readiness::readable;
    if (!is_ok(loop_.watch(place->socket.number(), Readiness::readable,
                           callback<&Client::notice>(*place)))) {
      place->socket = Descriptor{};
    }
  }
}

// Goes on until the client has to send or take something before anything more can happen.
void ControlSocket::serve(Client& client) {
  for (;;) {
    if (client.sent < client.answered) {
      if (!send_waiting(client)) return;
    } else if (!answer_next_line(client)) {
      if (!read_more(client)) return;
    }
  }
}

// False: nothing more for now, or the client is gone.
bool ControlSocket::read_more(Client& client) {
  if (client.asked == client.request.size()) {
    kTooLong.copy(client.answer.data(), kTooLong.size());
    static_cast<void>(
        ::send(client.socket.number(), kTooLong.data(), kTooLong.size(), MSG_NOSIGNAL));
    let_go(client);
    return false;
  }
  const ssize_t count = ::recv(client.socket.number(), client.request.data() + client.asked,
                               client.request.size() - client.asked, 0);
  if (count > 0) {
    client.asked += static_cast<std::size_t>(count);
    return true;
  }
  if (count < 0 && only_waits()) {
    wait_for(client, Readiness::readable);
  } else {
    let_go(client);
  }
  return false;
}

// False: there is no whole line yet.
bool ControlSocket::answer_next_line(Client& client) {
  const auto asked = client.request.begin() + static_cast<std::ptrdiff_t>(client.asked);
  const auto end = std::find(client.request.begin(), asked, '\n');
  if (end == asked) return false;
  std::string_view line{client.request.data(),
                        static_cast<std::size_t>(end - client.request.begin())};
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::span<char> room = std::span{client.answer}.first(client.answer.size() - 1);
  const std::string_view answer = answerer_.call(answerer_.object, line, room, client.peer);
  HF_ASSERT(answer.size() <= room.size());
  if (answer.data() != client.answer.data()) answer.copy(client.answer.data(), answer.size());
  client.answer[answer.size()] = '\n';
  client.answered = answer.size() + 1;
  client.sent = 0;
  std::copy(end + 1, asked, client.request.begin());
  client.asked -= static_cast<std::size_t>(end + 1 - client.request.begin());
  return true;
}

bool ControlSocket::send_waiting(Client& client) {
  const ssize_t count = ::send(client.socket.number(), client.answer.data() + client.sent,
                               client.answered - client.sent, MSG_NOSIGNAL);
  if (count > 0) {
    client.sent += static_cast<std::size_t>(count);
    return true;
  }
  if (only_waits()) {
    wait_for(client, Readiness::writable);
  } else {
    let_go(client);
  }
  return false;
}

void ControlSocket::wait_for(Client& client, Readiness readiness) {
  if (client.waits_for == readiness) return;
  client.waits_for = readiness;
  loop_.forget(client.socket.number());
  if (!is_ok(loop_.watch(client.socket.number(), readiness, callback<&Client::notice>(client)))) {
    let_go(client);
  }
}

void ControlSocket::let_go(Client& client) {
  if (!client.socket.is_open()) return;
  loop_.forget(client.socket.number());
  client.socket = Descriptor{};
}

}  // namespace hf::on_linux

#include "tools/hub/metrics/http_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace hf::hub {
namespace {

constexpr int kLookMs = 200;  // how soon the end is noticed

std::string response(std::string_view status, std::string_view body) {
  return "HTTP/1.0 " + std::string{status} +
         "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + std::string{body};
}

bool is_readable(int descriptor, int wait_ms) {
  pollfd wanted{descriptor, POLLIN, 0};
  return ::poll(&wanted, 1, wait_ms) > 0;
}

}  // namespace

HttpServer::HttpServer(const std::string& address, int port, std::function<std::string()> page)
    : page_(std::move(page)) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, address.c_str(), &where.sin_addr) != 1) {
    throw std::runtime_error("--metrics: '" + address + "' is no IPv4 address");
  }
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t length = sizeof where;
  auto* const plain = reinterpret_cast<sockaddr*>(&where);  // NOLINT: as the call wants it
  const bool listens = ::bind(listener_, plain, length) == 0 && ::listen(listener_, 16) == 0 &&
                       ::getsockname(listener_, plain, &length) == 0;
  if (!listens) {
    ::close(listener_);
    throw std::runtime_error("--metrics: cannot listen on " + address + ":" + std::to_string(port));
  }
  port_ = ntohs(where.sin_port);
  thread_ = std::thread([this] { serve(); });
}

HttpServer::~HttpServer() {
  is_ending_ = true;
  thread_.join();
  ::close(listener_);
}

void HttpServer::serve() {
  while (!is_ending_) {
    if (!is_readable(listener_, kLookMs)) continue;
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    const timeval patience{kPatience.count(), 0};
    ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    answer(connection);
    ::close(connection);
  }
}

void HttpServer::answer(int connection) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  std::string request;
  while (request.find("\r\n\r\n") == std::string::npos) {
    const bool is_too_much =
        request.size() > kRequestBytesMax || std::chrono::steady_clock::now() > until;
    if (is_too_much || is_ending_) return;
    if (!is_readable(connection, kLookMs)) continue;
    std::array<char, 1024> bytes;
    const ssize_t count = ::read(connection, bytes.data(), bytes.size());
    if (count <= 0) return;
    request.append(bytes.data(), static_cast<std::size_t>(count));
  }
  std::string text;
  if (request.starts_with("GET /metrics ")) {
    text = response("200 OK", page_());
  } else if (request.starts_with("GET ")) {
    text = response("404 Not Found", "there is /metrics\n");
  } else {
    text = response("405 Method Not Allowed", "GET only\n");
  }
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace hf::hub

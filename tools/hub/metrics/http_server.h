// Answers GET on a local port with a page of text: what Prometheus asks for, and nothing more.
//
// One connection at a time, at most kRequestBytesMax of a request and kPatience for all of it; so
// whoever connects costs one thread's time for that long, and the worker nothing. A library would
// bring TLS, routing and threads that nobody needs here. It has no password: give it an address
// that only those who may look can reach.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace hf::hub {

class HttpServer {
 public:
  static constexpr std::size_t kRequestBytesMax = 4096;
  static constexpr std::chrono::seconds kPatience{2};

  // `page` is called on the server's thread. Port 0: a free one. Throws std::runtime_error when the
  // address cannot be had.
  HttpServer(const std::string& address, int port, std::function<std::string()> page);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }

 private:
  void serve();
  void answer(int connection);

  std::function<std::string()> page_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> is_ending_ = false;
  std::thread thread_;
};

}  // namespace hf::hub

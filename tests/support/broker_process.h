// A broker that does what a test tells it (broker_in_test.py), as a process of its own.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace hf::test {

class BrokerProcess {
 public:
  // `options`: of broker_in_test.py.
  explicit BrokerProcess(const std::vector<std::string>& options = {});
  ~BrokerProcess();
  BrokerProcess(const BrokerProcess&) = delete;
  BrokerProcess& operator=(const BrokerProcess&) = delete;

  // Zero: it did not start; there is no Python here.
  int port() const { return port_; }

  // One command, one line of answer.
  std::string ask(std::string_view command);

  // The topics, a space and the payloads of all messages so far.
  std::vector<std::string> received();

 private:
  std::string read_line();

  pid_t process_ = 0;
  int to_ = -1;
  int from_ = -1;
  std::string unread_;
  int port_ = 0;
};

std::string as_hex(std::string_view bytes);

}  // namespace hf::test

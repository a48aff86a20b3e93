#include "tests/support/broker_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>

#include "vocabulary/assertion.h"

namespace hf::test {
namespace {

std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

int number_in(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::string as_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (const char each : bytes) {
    const auto byte = static_cast<unsigned char>(each);
    digits.push_back(kDigits[byte >> 4]);
    digits.push_back(kDigits[byte & 15]);
  }
  return digits;
}

BrokerProcess::BrokerProcess(const std::vector<std::string>& options) {
  std::array<int, 2> commands{};
  std::array<int, 2> answers{};
  HF_ASSERT(::pipe2(commands.data(), O_CLOEXEC) == 0 && ::pipe2(answers.data(), O_CLOEXEC) == 0);
  std::vector<const char*> words{"python3", HOLDFAST_BROKER_IN_TEST};
  for (const std::string& option : options) words.push_back(option.c_str());
  words.push_back(nullptr);
  process_ = ::fork();
  if (process_ == 0) {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(commands[0], STDIN_FILENO);
    ::dup2(answers[1], STDOUT_FILENO);
    ::execvp(words[0], const_cast<char* const*>(words.data()));
    ::_exit(1);
  }
  ::close(commands[0]);
  ::close(answers[1]);
  to_ = commands[1];
  from_ = answers[0];
  const std::string first = read_line();
  port_ = number_in(std::string_view{first}.substr(first.find(' ') + 1));
}

BrokerProcess::~BrokerProcess() {
  ::close(to_);
  ::close(from_);
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

std::string BrokerProcess::read_line() {
  for (;;) {
    const auto end = unread_.find('\n');
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> bytes;
    const auto count = ::read(from_, bytes.data(), bytes.size());
    if (count <= 0) return "";
    unread_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

std::string BrokerProcess::ask(std::string_view command) {
  const std::string line = std::string{command} + "\n";
  if (::write(to_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) return "";
  return read_line();
}

std::vector<std::string> BrokerProcess::received() {
  std::vector<std::string> messages;
  for (int left = number_in(ask("received")); left > 0; --left) {
    messages.push_back(from_hex(read_line()));
  }
  return messages;
}

}  // namespace hf::test

// A role for tests: does what it is told over its channel, and otherwise nothing, for ever.
//
//   ping            answers `ok <role> <number>`
//   process         answers its process id
//   exit CODE       ends by itself
//   hang            from now on does not hear SIGTERM; answers `ok`
//   take BYTES      takes that much memory and uses it; answers `ok` or `refused`
//   inherited       answers what it found when it began: descriptors, signals held back or ignored
//
// It does not notice that its channel closed: that it ends with its parent must be the kernel's
// doing.
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <string>
#include <string_view>

#include "platform/linux/processes.h"

namespace {

constexpr int kChannel = hf::on_linux::Processes::kChannel;

void answer(const std::string& text) {
  static_cast<void>(::send(kChannel, text.data(), text.size(), MSG_NOSIGNAL));
}

std::size_t number_in(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string take(std::size_t bytes) {
  void* taken = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (taken == MAP_FAILED) return "refused";
  std::memset(taken, 1, bytes);
  return "ok";
}

std::string inherited() {
  std::string found = "descriptors";
  for (int number = 0; number < 256; ++number) {
    if (::fcntl(number, F_GETFD) >= 0) found += " " + std::to_string(number);
  }
  sigset_t held_back;
  ::sigprocmask(SIG_SETMASK, nullptr, &held_back);
  found += "; held back";
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD, SIGPIPE}) {
    if (::sigismember(&held_back, signal) == 1) found += " " + std::to_string(signal);
  }
  found += "; ignored";
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD, SIGPIPE}) {
    struct sigaction now {};
    ::sigaction(signal, nullptr, &now);
    if (now.sa_handler == SIG_IGN) found += " " + std::to_string(signal);
  }
  char byte = 0;
  found += ::read(STDIN_FILENO, &byte, 1) == 0 ? "; input empty" : "; input";
  return found;
}

}  // namespace

int main(int count, char** words) {
  const std::string began = inherited();
  std::array<char, 128> buffer;
  for (;;) {
    const auto size = ::recv(kChannel, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
      ::pause();
      continue;
    }
    const std::string_view told{buffer.data(), static_cast<std::size_t>(size)};
    const std::string_view number = told.substr(std::min(told.size(), told.find(' ') + 1));
    if (told == "ping" && count >= 3) {
      answer("ok " + std::string{words[count - 2]} + " " + words[count - 1]);
    } else if (told == "process") {
      answer(std::to_string(::getpid()));
    } else if (told.starts_with("exit")) {
      ::_exit(static_cast<int>(number_in(number)));
    } else if (told == "hang") {
      ::signal(SIGTERM, SIG_IGN);
      answer("ok");
    } else if (told.starts_with("take")) {
      answer(take(number_in(number)));
    } else if (told == "inherited") {
      answer(began);
    } else {
      answer("what?");
    }
  }
}

#include "tests/support/role_program.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "platform/linux/clock.h"

namespace hf::test {
namespace {

constexpr Duration kPatience = seconds(10);  // an emulated process on a busy machine takes a while
constexpr int kLookEveryMs = 2;

constexpr hal::Role kRoles[] = {hal::Role::link, hal::Role::field, hal::Role::web};

// The command that runs the role, its words cut apart at ';' once: one word on this machine, more
// under an emulator. Without the heap, whose use CppUTest counts per test.
template <std::size_t kBytes>
struct Command {
  explicit Command(const char (&words_text)[kBytes]) : text(std::to_array(words_text)) {
    for (char* word = text.data(); word != nullptr && count < words.size();) {
      words[count++] = word;
      word = std::strchr(word, ';');
      if (word != nullptr) *word++ = '\0';
    }
  }

  std::array<char, kBytes> text;
  std::array<const char*, on_linux::Processes::kArgumentsMax> words{};
  std::size_t count = 0;

  on_linux::ProcessOptions run(std::span<const hal::Role> roles) const {
    const auto used = std::span{words}.first(count);
    return {.program = used.front(), .arguments = used.subspan(1), .roles = roles};
  }
};

}  // namespace

on_linux::ProcessOptions obedient_roles() {
  static const Command command{HOLDFAST_ROLE_COMMAND};
  return command.run(kRoles);
}

on_linux::ProcessOptions link_roles() {
  static const Command command{HOLDFAST_LINK_COMMAND};
  return command.run(std::span{kRoles}.first(1));
}

std::uint64_t role_memory_bytes() {
  constexpr std::uint64_t kOnBoard = 8 << 20;
  constexpr std::uint64_t kWithEmulator = std::uint64_t{4} << 30;
  return roles_are_emulated() ? kWithEmulator : kOnBoard;
}

bool roles_are_emulated() { return !obedient_roles().arguments.empty(); }

void tell_only(const on_linux::Processes& processes, hal::RoleInstance who, std::string_view what) {
  static_cast<void>(::send(processes.channel(who), what.data(), what.size(), MSG_NOSIGNAL));
}

std::string tell(const on_linux::Processes& processes, hal::RoleInstance who,
                 std::string_view what) {
  tell_only(processes, who, what);
  pollfd answer{.fd = processes.channel(who), .events = POLLIN, .revents = 0};
  if (answer.fd < 0 || ::poll(&answer, 1, static_cast<int>(kPatience.ms)) != 1) return "";
  std::array<char, 1024> text;
  const auto count = ::recv(answer.fd, text.data(), text.size(), MSG_DONTWAIT);
  return count <= 0 ? "" : std::string(text.data(), static_cast<std::size_t>(count));
}

bool wait_for_exit(on_linux::Processes& processes, hal::RoleExit& exit) {
  const Uptime end = on_linux::boot_clock_now() + kPatience;
  while (!processes.next_exit(exit)) {
    if (on_linux::boot_clock_now() > end) return false;
    ::poll(nullptr, 0, kLookEveryMs);
  }
  return true;
}

}  // namespace hf::test

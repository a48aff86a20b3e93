#include "platform/linux/processes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>

#include "platform/linux/clock.h"
#include "platform/linux/folder.h"
#include "platform/linux/role_process.h"
#include "vocabulary/assertion.h"

namespace hf::on_linux {
namespace {

// /proc/PID/statm: pages of address space, pages resident, …
std::uint64_t resident_bytes_of(int folder) {
  std::array<char, 128> buffer;
  const auto text = read_text(folder, "statm", buffer);
  const auto second = text.substr(std::min(text.find(' '), text.size()));
  std::uint64_t pages = 0;
  if (!second.empty()) std::from_chars(second.data() + 1, second.data() + second.size(), pages);
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint32_t descriptors_of(int folder) {
  const Descriptor open_files = open_folder(folder, "fd");
  if (!open_files.is_open()) return 0;
  std::uint32_t count = 0;
  NamesIn names{open_files.number()};
  while (names.next() != nullptr) ++count;
  return count;
}

}  // namespace

Processes::Processes(const ProcessOptions& options) : options_(options) {
  HF_ASSERT(options.arguments.size() + 3 <= kArgumentsMax);
}

Processes::~Processes() {
  for (const Child& child : children_) {
    if (child.process != 0) ::kill(child.process, SIGKILL);
  }
  for (const Child& child : children_) {
    if (child.process != 0) uninterrupted([&] { return ::waitpid(child.process, nullptr, 0); });
  }
}

Processes::Child* Processes::find(hal::RoleInstance who) {
  const auto found = std::find_if(children_.begin(), children_.end(), [&](const Child& child) {
    return child.process != 0 && child.who == who;
  });
  return found == children_.end() ? nullptr : &*found;
}

const Processes::Child* Processes::find(hal::RoleInstance who) const {
  return const_cast<Processes*>(this)->find(who);  // NOLINT: the same search
}

Status Processes::start(hal::RoleInstance who, std::uint64_t memory_bytes_max) {
  if (std::find(options_.roles.begin(), options_.roles.end(), who.role) == options_.roles.end()) {
    return Status::not_found;
  }
  if (find(who) != nullptr) return Status::busy;
  const auto free = std::find_if(children_.begin(), children_.end(),
                                 [](const Child& child) { return child.process == 0; });
  if (free == children_.end()) return Status::full;

  std::array<char, 4> number;
  std::snprintf(number.data(), number.size(), "%u", unsigned{who.number});
  std::array<const char*, kArgumentsMax + 1> words{};
  auto* word = words.data();
  *word++ = options_.program;
  word = std::copy(options_.arguments.begin(), options_.arguments.end(), word);
  *word++ = to_text(who.role).data();
  *word++ = number.data();

  RoleProcess begun;
  HF_TRY(begin_role_process(words.data(), kChannel, memory_bytes_max, begun));
  *free = Child{.who = who,
                .process = begun.process,
                .channel = std::move(begun.channel),
                .stopping = false,
                .kill_at = {},
                .start_number = ++started_count_};
  return Status::ok;
}

Status Processes::stop(hal::RoleInstance who, Duration grace) {
  Child* child = find(who);
  if (child == nullptr) return Status::stale;
  ::kill(child->process, SIGTERM);
  const Uptime kill_at = boot_clock_now() + grace;
  child->kill_at = child->stopping ? std::min(child->kill_at, kill_at) : kill_at;
  child->stopping = true;
  return Status::ok;
}

bool Processes::next_exit(hal::RoleExit& exit) {
  const Uptime now = boot_clock_now();
  for (Child& child : children_) {
    if (child.process == 0) continue;
    if (child.stopping && now >= child.kill_at) ::kill(child.process, SIGKILL);
    int how = 0;
    if (uninterrupted([&] { return ::waitpid(child.process, &how, WNOHANG); }) == 0) continue;
    const bool killed = WIFSIGNALED(how);
    exit = {.who = child.who, .killed = killed, .code = killed ? WTERMSIG(how) : WEXITSTATUS(how)};
    child = Child{};
    return true;
  }
  return false;
}

Result<hal::RoleUsage> Processes::usage(hal::RoleInstance who) const {
  const Child* child = find(who);
  if (child == nullptr) return Status::not_found;
  std::array<char, 32> path;
  std::snprintf(path.data(), path.size(), "/proc/%d", static_cast<int>(child->process));
  const Descriptor folder = open_folder(path.data());
  if (!folder.is_open()) return Status::not_found;
  return hal::RoleUsage{.resident_bytes = resident_bytes_of(folder.number()),
                        .descriptors_open = descriptors_of(folder.number())};
}

int Processes::channel(hal::RoleInstance who) const {
  const Child* child = find(who);
  return child == nullptr ? -1 : child->channel.number();
}

std::uint32_t Processes::start_number(hal::RoleInstance who) const {
  const Child* child = find(who);
  return child == nullptr ? 0 : child->start_number;
}

}  // namespace hf::on_linux

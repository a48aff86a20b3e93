#include "platform/linux/role_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "platform/linux/folder.h"

namespace hf::on_linux {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kCapsMemory = false;  // the sanitizer reserves terabytes of shadow
#else
constexpr bool kCapsMemory = true;
#endif

constexpr const char* kFirstToGo = "500";  // of 1000, for the kernel's out-of-memory killer

// What the child needs, laid out before the fork: after it, only system calls are safe.
struct Birth {
  const char* const* words;
  pid_t parent;
  int channel_number;
  int channel;  // its end
  int failure;  // a pipe: an errno, or closed by a successful exec
  std::uint64_t memory_bytes_max;
};

void give_back_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void close_all_from(unsigned first) {
  constexpr unsigned kLast = ~0U;
#if defined(SYS_close_range)
  if (::syscall(SYS_close_range, first, kLast, 0) == 0) return;
#endif
  rlimit limit{};  // kernels before 5.9, and QEMU
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto end = static_cast<unsigned>(limit.rlim_cur < 65536 ? limit.rlim_cur : 65536);
  for (unsigned number = first; number < end; ++number) ::close(static_cast<int>(number));
}

void go_first_when_memory_runs_out() {
  const Descriptor score{::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)};
  static_cast<void>(::write(score.number(), kFirstToGo, 3) == 3);
}

bool cap_memory(std::uint64_t bytes_max) {
  if (!kCapsMemory) return true;
  rlimit limit{};
  limit.rlim_cur = static_cast<rlim_t>(bytes_max);
  limit.rlim_max = limit.rlim_cur;
  return ::setrlimit(RLIMIT_DATA, &limit) == 0;
}

// Descriptors: nothing to read, our output, the channel, and the pipe just above it until exec.
bool arrange_descriptors(const Birth& birth, int& failure) {
  const int nothing = ::open("/dev/null", O_RDONLY);
  // Above all the numbers they are moved to, so that no move overwrites what comes next.
  const int channel = ::fcntl(birth.channel, F_DUPFD_CLOEXEC, birth.channel_number + 2);
  failure = ::fcntl(birth.failure, F_DUPFD_CLOEXEC, birth.channel_number + 2);
  if (channel < 0 || failure < 0 || ::dup2(nothing, STDIN_FILENO) < 0 ||
      ::dup2(channel, birth.channel_number) < 0 ||
      ::dup3(failure, birth.channel_number + 1, O_CLOEXEC) < 0) {
    return false;
  }
  failure = birth.channel_number + 1;
  close_all_from(static_cast<unsigned>(failure) + 1);
  return true;
}

[[noreturn]] void live_as_role(const Birth& birth) {
  int failure = birth.failure;
  // The parent may have died before it was tied to us.
  const bool tied = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == birth.parent;
  if (tied && arrange_descriptors(birth, failure) && cap_memory(birth.memory_bytes_max)) {
    go_first_when_memory_runs_out();
    give_back_signals();
    ::execv(birth.words[0], const_cast<char* const*>(birth.words));  // NOLINT: POSIX lacks a const
  }
  const int error = errno;
  static_cast<void>(::write(failure, &error, sizeof error) == sizeof error);
  ::_exit(EXIT_FAILURE);
}

struct Pair {
  Descriptor ours;
  Descriptor theirs;
};

Status make_ends(Pair& channel, Pair& failure) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return Status::full;
  channel = {Descriptor{ends[0]}, Descriptor{ends[1]}};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  if (::pipe2(ends, O_CLOEXEC) != 0) return Status::full;
  failure = {Descriptor{ends[0]}, Descriptor{ends[1]}};
  return Status::ok;
}

}  // namespace

Status begin_role_process(const char* const* words, int channel_number,
                          std::uint64_t memory_bytes_max, RoleProcess& begun) {
  Pair channel;
  Pair failure;
  HF_TRY(make_ends(channel, failure));
  const Birth birth{.words = words,
                    .parent = ::getpid(),
                    .channel_number = channel_number,
                    .channel = channel.theirs.number(),
                    .failure = failure.theirs.number(),
                    .memory_bytes_max = memory_bytes_max};
  const pid_t process = ::fork();
  if (process == 0) live_as_role(birth);
  if (process < 0) return Status::full;

  failure.theirs.close();
  int error = 0;
  const auto told =
      uninterrupted([&] { return ::read(failure.ours.number(), &error, sizeof error); });
  if (told == sizeof error) {
    uninterrupted([&] { return ::waitpid(process, nullptr, 0); });
    const bool no_room = error == ENOMEM || error == EAGAIN || error == EMFILE;
    return no_room ? Status::full : Status::not_found;
  }
  begun = {process, std::move(channel.ours)};
  return Status::ok;
}

}  // namespace hf::on_linux

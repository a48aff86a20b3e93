// hal::Processes: the roles as children, each a fresh run of our own binary.
//
// A role is `<program> <arguments…> <role> <number>`; descriptor kChannel is its end of a socket
// pair, standard input is empty, standard output and error are ours. It is the first the kernel
// takes when memory runs out, and dies with the thread that started it (PR_SET_PDEATHSIG): so roles
// are started on the main thread.
//
// The memory cap counts what is the role's own and writable (RLIMIT_DATA), not what it maps:
// libraries and the reserve of thread stacks cost addresses, not memory.
//
// Exits are found by next_exit() asking the kernel about each child; SIGCHLD only wakes the loop.
// The kill that follows stop() comes with the first next_exit() after the grace time.
//
// Never allocates. One thread.
#pragma once

#include <sys/types.h>

#include <array>
#include <span>

#include "hal/processes.h"
#include "platform/linux/descriptor.h"

namespace hf::on_linux {

struct ProcessOptions {
  const char* program = "/proc/self/exe";
  std::span<const char* const> arguments;  // before the role's name
  std::span<const hal::Role> roles;        // those this build has
};

class Processes final : public hal::Processes {
 public:
  static constexpr int kChannel = 3;
  static constexpr std::size_t kRolesMax = 16;      // link, web and up to 14 field buses
  static constexpr std::size_t kArgumentsMax = 12;  // all of them, the role's own three included

  // REQUIRES: what `options` points to outlives this; its arguments leave room for three.
  explicit Processes(const ProcessOptions& options);
  // Kills what still runs, and waits for it: nothing of ours may outlive us.
  ~Processes();
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  Status start(hal::RoleInstance who, std::uint64_t memory_bytes_max) override;
  Status stop(hal::RoleInstance who, Duration grace) override;
  bool next_exit(hal::RoleExit& exit) override;
  Result<hal::RoleUsage> usage(hal::RoleInstance who) const override;

  // Our end of the role's channel: a SOCK_SEQPACKET pair, not blocking. Negative: does not run.
  int channel(hal::RoleInstance who) const;

  // Tells one run of a role from the next, whose channel may have the same number. Zero: does not
  // run.
  std::uint32_t start_number(hal::RoleInstance who) const;

 private:
  struct Child {
    hal::RoleInstance who;
    pid_t process = 0;  // zero: free
    Descriptor channel;
    bool stopping = false;
    Uptime kill_at;
    std::uint32_t start_number = 0;
  };

  Child* find(hal::RoleInstance who);
  const Child* find(hal::RoleInstance who) const;

  ProcessOptions options_;
  std::array<Child, kRolesMax> children_;
  std::uint32_t started_count_ = 0;
};

}  // namespace hf::on_linux

// The other roles of this program, as processes the core starts, watches and ends.
//
// Contract, proved on each platform by tests/contract/processes_contract.cpp:
//   1. A started role runs with the memory cap given, and dies when the core dies, however it dies.
//   2. Every start() that returned ok ends in exactly one exit event.
//   3. stop() asks first and kills after the grace time; it never waits.
//   4. No role inherits a descriptor, a signal mask or a lock of the core but its own channel.
#pragma once

#include <cstdint>
#include <string_view>

#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::hal {

enum class Role : std::uint8_t { link, field, web };

constexpr std::string_view to_text(Role role) {
  switch (role) {
    case Role::link: return "link";
    case Role::field: return "field";
    case Role::web: return "web";
  }
  return "";
}

struct RoleInstance {
  Role role = Role::link;
  std::uint8_t number = 0;  // field: which bus
  friend constexpr bool operator==(RoleInstance, RoleInstance) = default;
};

struct RoleExit {
  RoleInstance who;
  bool killed = false;    // by a signal; otherwise by itself
  std::int32_t code = 0;  // exit code, or number of the signal
};

struct RoleUsage {
  std::uint64_t resident_bytes = 0;
  std::uint32_t descriptors_open = 0;
};

class Processes {
 public:
  // ok: running.  busy: runs already.  full: no more processes or memory.  not_found: this build
  // has no such role.
  virtual Status start(RoleInstance who, std::uint64_t memory_bytes_max) = 0;

  // ok: an exit event follows.  stale: does not run.
  virtual Status stop(RoleInstance who, Duration grace) = 0;

  // False: nobody exited; `exit` is unchanged.
  virtual bool next_exit(RoleExit& exit) = 0;

  // not_found: does not run.
  virtual Result<RoleUsage> usage(RoleInstance who) const = 0;

 protected:
  ~Processes() = default;
};

}  // namespace hf::hal

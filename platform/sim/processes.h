// Roles that run in name only: they start, take memory, hang, crash and end as the test says.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <utility>

#include "hal/processes.h"
#include "platform/sim/agenda.h"

namespace hf::sim {

class Processes final : public hal::Processes {
 public:
  // `on_change` is called whenever a role has started (true) or ended.
  using OnChange = std::function<void(hal::RoleInstance who, bool runs)>;
  Processes(Agenda& agenda, OnChange on_change)
      : agenda_(agenda), on_change_(std::move(on_change)) {}

  Status start(hal::RoleInstance who, std::uint64_t memory_bytes_max) override;
  Status stop(hal::RoleInstance who, Duration grace) override;
  bool next_exit(hal::RoleExit& exit) override;
  Result<hal::RoleUsage> usage(hal::RoleInstance who) const override;

  bool runs(hal::RoleInstance who) const { return running_.contains(key(who)); }

  // The role ends by itself, or a signal ends it. False: it does not run.
  bool end(hal::RoleInstance who, std::int32_t code);
  bool kill(hal::RoleInstance who, std::int32_t signal);
  // From now on it does not hear that it should stop. False: it does not run.
  bool hang(hal::RoleInstance who);
  // Beyond its cap it is killed. False: it does not run.
  bool take_memory(hal::RoleInstance who, std::uint64_t bytes);

  void set_running_max(std::size_t count) { running_max_ = count; }
  void leave_out(hal::Role role) { left_out_[role] = true; }  // this build has no such role

  // The core died, and every role with it: nobody is left to tell.
  void restart_process();

 private:
  using Key = std::pair<hal::Role, std::uint8_t>;
  struct Running {
    std::uint64_t memory_bytes_max = 0;
    std::uint64_t memory_bytes = 0;
    std::uint64_t run = 0;  // of all runs; a kill planned for an earlier one does nothing
    bool hangs = false;
  };
  static Key key(hal::RoleInstance who) { return {who.role, who.number}; }
  Running* find(hal::RoleInstance who);
  bool exit(const hal::RoleExit& exit);

  Agenda& agenda_;
  OnChange on_change_;
  std::map<Key, Running> running_;
  std::map<hal::Role, bool> left_out_;
  std::deque<hal::RoleExit> exits_;
  std::size_t running_max_ = 16;
  std::uint64_t runs_ = 0;
};

}  // namespace hf::sim

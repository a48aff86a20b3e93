#include "platform/sim/processes.h"

namespace hf::sim {
namespace {

constexpr std::int32_t kKillSignal = 9;
constexpr std::uint64_t kResidentAtStart = 2 * 1024 * 1024;
constexpr std::uint32_t kDescriptorsAtStart = 4;  // the three standard ones and the channel

}  // namespace

Status Processes::start(hal::RoleInstance who, std::uint64_t memory_bytes_max) {
  if (left_out_.contains(who.role)) return Status::not_found;
  if (runs(who)) return Status::busy;
  if (running_.size() >= running_max_) return Status::full;
  running_[key(who)] = {.memory_bytes_max = memory_bytes_max,
                        .memory_bytes = kResidentAtStart,
                        .run = ++runs_,
                        .hangs = false};
  on_change_(who, true);
  return Status::ok;
}

Status Processes::stop(hal::RoleInstance who, Duration grace) {
  const Running* running = find(who);
  if (running == nullptr) return Status::stale;
  if (!running->hangs) {
    end(who, 0);
    return Status::ok;
  }
  agenda_.after(grace, [this, who, run = running->run] {
    const Running* later = find(who);
    if (later != nullptr && later->run == run) kill(who, kKillSignal);
  });
  return Status::ok;
}

bool Processes::next_exit(hal::RoleExit& exit) {
  if (exits_.empty()) return false;
  exit = exits_.front();
  exits_.pop_front();
  return true;
}

Result<hal::RoleUsage> Processes::usage(hal::RoleInstance who) const {
  const auto found = running_.find(key(who));
  if (found == running_.end()) return Status::not_found;
  return hal::RoleUsage{.resident_bytes = found->second.memory_bytes,
                        .descriptors_open = kDescriptorsAtStart};
}

bool Processes::end(hal::RoleInstance who, std::int32_t code) {
  return exit({.who = who, .killed = false, .code = code});
}

bool Processes::kill(hal::RoleInstance who, std::int32_t signal) {
  return exit({.who = who, .killed = true, .code = signal});
}

bool Processes::exit(const hal::RoleExit& exit) {
  if (running_.erase(key(exit.who)) == 0) return false;
  exits_.push_back(exit);
  on_change_(exit.who, false);
  return true;
}

bool Processes::hang(hal::RoleInstance who) {
  Running* running = find(who);
  if (running == nullptr) return false;
  running->hangs = true;
  return true;
}

bool Processes::take_memory(hal::RoleInstance who, std::uint64_t bytes) {
  Running* running = find(who);
  if (running == nullptr) return false;
  running->memory_bytes = bytes;
  if (bytes > running->memory_bytes_max) kill(who, kKillSignal);
  return true;
}

void Processes::restart_process() {
  running_.clear();
  exits_.clear();
}

Processes::Running* Processes::find(hal::RoleInstance who) {
  const auto found = running_.find(key(who));
  return found == running_.end() ? nullptr : &found->second;
}

}  // namespace hf::sim

#include "lifecycle/supervisor/supervisor.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

namespace hf::lifecycle {
namespace {

constexpr Uptime kNever{std::numeric_limits<std::int64_t>::max()};

using Fields = std::array<char, 96>;

std::string_view fields_of_end(const hal::RoleExit& exit, Duration ran, Fields& room) {
  const std::string_view role = to_text(exit.who.role);
  const int size =
      std::snprintf(room.data(), room.size(), "role=%.*s number=%u %s=%d ran_s=%lld",
                    static_cast<int>(role.size()), role.data(), unsigned{exit.who.number},
                    exit.killed ? "signal" : "code", static_cast<int>(exit.code),
                    static_cast<long long>(ran.ms / seconds(1).ms));
  return {room.data(), static_cast<std::size_t>(std::max(0, size))};
}

std::string_view fields_of_failure(hal::RoleInstance who, Status status, Fields& room) {
  const std::string_view role = to_text(who.role);
  const std::string_view word = to_text(status);
  const int size = std::snprintf(room.data(), room.size(), "role=%.*s number=%u status=%.*s",
                                 static_cast<int>(role.size()), role.data(), unsigned{who.number},
                                 static_cast<int>(word.size()), word.data());
  return {room.data(), static_cast<std::size_t>(std::max(0, size))};
}

}  // namespace

Status Supervisor::want(hal::RoleInstance who, std::uint64_t memory_bytes_max) {
  const auto same = [who](const Wanted& other) { return other.who == who; };
  if (std::any_of(wanted_.begin(), wanted_.end(), same)) return Status::busy;
  HF_TRY(wanted_.try_push({.who = who,
                           .memory_bytes_max = memory_bytes_max,
                           .runs = false,
                           .started_at = {},
                           .start_at = {},
                           .pause = kPauseLeast}));
  stores::RoleNotes notes;
  notes.who = who;
  ledger_.push(notes);
  return Status::ok;
}

Uptime Supervisor::step(Uptime now) {
  hal::RoleExit exit;
  while (processes_.next_exit(exit)) note_end(exit, now);
  Uptime next = kNever;
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    Wanted& wanted = wanted_[i];
    if (!wanted.runs && now >= wanted.start_at) start(wanted, ledger_[i], now);
    if (!wanted.runs) next = std::min(next, wanted.start_at);
  }
  return next;
}

void Supervisor::note_end(const hal::RoleExit& exit, Uptime now) {
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    Wanted& wanted = wanted_[i];
    if (!(wanted.who == exit.who)) continue;
    stores::RoleNotes& notes = ledger_[i];
    const Duration ran = now - wanted.started_at;
    ++notes.ends;
    notes.runs = wanted.runs = false;
    notes.was_killed = exit.killed;
    notes.end_code = exit.code;
    Fields room;
    log_.write(hal::LogLevel::warning, "role_ended", fields_of_end(exit, ran, room));
    if (ran >= kSoundRun) wanted.pause = kPauseLeast;
    put_off(wanted, now);
  }
}

void Supervisor::start(Wanted& wanted, stores::RoleNotes& notes, Uptime now) {
  const Status status = processes_.start(wanted.who, wanted.memory_bytes_max);
  if (!is_ok(status)) {
    ++notes.failed_starts;
    Fields room;
    log_.write(hal::LogLevel::error, "role_not_started",
               fields_of_failure(wanted.who, status, room));
    return put_off(wanted, now);
  }
  ++notes.starts;
  notes.runs = wanted.runs = true;
  wanted.started_at = now;
}

void Supervisor::put_off(Wanted& wanted, Uptime now) {
  wanted.start_at = now + wanted.pause;
  wanted.pause = std::min(wanted.pause * 2, kPauseMost);
}

}  // namespace hf::lifecycle

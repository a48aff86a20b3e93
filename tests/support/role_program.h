// How a test starts roles on this machine, emulator and all, and speaks with the obedient one
// (obedient_role.cpp).
#pragma once

#include <string>
#include <string_view>

#include "platform/linux/processes.h"

namespace hf::test {

// Roles link, field and web, all of them the obedient one. What it points to lives for ever.
on_linux::ProcessOptions obedient_roles();

// Role link, the real one. What it points to lives for ever.
on_linux::ProcessOptions link_roles();

// What a role may take: as on a small board, or what an emulator needs to run it.
std::uint64_t role_memory_bytes();

// An emulator runs them: what the kernel says of them is then true of the emulator too.
bool roles_are_emulated();

// Tells the role something and waits for its answer. Empty: it does not run, or does not answer
// within a few seconds.
std::string tell(const on_linux::Processes& processes, hal::RoleInstance who,
                 std::string_view what);

// Without waiting for an answer.
void tell_only(const on_linux::Processes& processes, hal::RoleInstance who, std::string_view what);

// The next exit, waited for until a few seconds have passed. False: nobody ended.
bool wait_for_exit(on_linux::Processes& processes, hal::RoleExit& exit);

}  // namespace hf::test

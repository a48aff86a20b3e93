// Begins one process of a role, with nothing of its parent but what it is given.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "platform/linux/descriptor.h"
#include "vocabulary/outcome.h"

namespace hf::on_linux {

struct RoleProcess {
  pid_t process = 0;
  Descriptor channel;  // our end
};

// Runs `words` (ends in null; the first is the program) with `channel_number` as its end of a
// socket pair. Waits until the program is loaded, so that a program that cannot be is an answer.
// ok.  full: no more processes or memory.  not_found: no such program, or not for this machine.
Status begin_role_process(const char* const* words, int channel_number,
                          std::uint64_t memory_bytes_max, RoleProcess& begun);

}  // namespace hf::on_linux

// Setting a file aside: a queue file that cannot be used is renamed, never deleted, and its place
// is free for a new one. For this room only.
//
//   queue.db      becomes  queue-aside-1.db
//   queue.db-wal  becomes  queue-aside-1.db-wal
//
// The file goes before its log: a log without its file is recognised at the next start and follows,
// while a file without its log would look sound and give positions twice.
#pragma once

#include "hal/flash.h"
#include "vocabulary/outcome.h"

namespace hf::stores::queue {

// The number of the file: both are gone from their names, durably.
// full: all names are taken.  unavailable: the medium; call again.
// REQUIRES: neither is open.
Result<std::uint32_t> set_aside(hal::Flash& flash);

hal::FileName aside_name(std::uint32_t number);

// Whether there is a file of that name.
bool is_there(hal::Flash& flash, std::string_view name);

}  // namespace hf::stores::queue

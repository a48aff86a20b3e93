// Setting a database file aside: one that cannot be used is renamed, not deleted, and its place is
// free for a new one. It stays until its room is needed, and goes only when what could be read of
// it has been taken: docs/decisions/0009.
//
//   queue.db          becomes  queue-aside-1.db
//   queue.db-wal      becomes  queue-aside-1.db-wal
//   queue.db-journal  becomes  queue-aside-1.db-journal
//
// The file goes before its log or journal: one without its file is recognised at the next start and
// follows, while a file without its log would look sound and be missing what was committed last,
// and a journal left behind would undo the next file's pages.
//
// A file is named by its stem, here "queue": at most kStemCharactersMax characters. Its number is
// higher than that of any file of its stem that is there.
#pragma once

#include <string_view>

#include "hal/flash.h"
#include "vocabulary/outcome.h"

namespace hf::files {

inline constexpr std::size_t kStemCharactersMax = 16;

// The number of the file: both are gone from their names, durably.
// full: all names are taken.  unavailable: the medium; call again.
// REQUIRES: neither is open.
Result<std::uint32_t> set_aside(hal::Flash& flash, std::string_view stem);

hal::FileName aside_name(std::string_view stem, std::uint32_t number);

// The number of the file set aside last: the highest; 0: there is none.
std::uint32_t newest_aside(hal::Flash& flash, std::string_view stem);

// So many at most, whatever their size: a directory is not searched without end.
inline constexpr std::uint32_t kAsideFilesMax = 16;

struct AsideFiles {
  std::uint32_t count = 0;
  std::uint64_t bytes = 0;        // with what lies beside them
  std::uint32_t newest = 0;       // its number; 0: there is none
  std::uint32_t first_to_go = 0;  // the oldest but for the very first and the newest; of two the
                                  // first: how it began, and what happened last, tell most
};
AsideFiles asides(hal::Flash& flash, std::string_view stem);

// What lies beside it goes first, so that a cut leaves nothing without its file. ok: it is gone.
// unavailable: the medium; call again.  REQUIRES: it is not open.
Status give_up_aside(hal::Flash& flash, std::string_view stem, std::uint32_t number);

// Gives a file that was cut short the length which its first page promises, so that SQLite looks at
// what is there; the bytes that are there stay as they are. False: that is not possible, or the
// length is none that it may have.
bool stretch(hal::Flash& flash, std::string_view name, std::uint32_t page_bytes,
             std::uint64_t bytes_max);

// Whether there is a file of that name.
bool is_there(hal::Flash& flash, std::string_view name);

}  // namespace hf::files

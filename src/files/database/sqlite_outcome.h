// What SQLite's result codes mean in our words. The one table; every call goes through it.
#pragma once

#include "vocabulary/outcome.h"

namespace hf::files {

// For SQLITE_OK, SQLITE_ROW and SQLITE_DONE: ok. Primary and extended codes are understood.
//
//   busy         the arena is used up (SQLITE_NOMEM), or a statement is still being stepped. Not
//                `full`: whoever hears `full` makes room by dropping old rows, and that would lose
//                data without helping.
//   full         the file has reached its quota, or the medium has no space
//   unavailable  the medium failed, is read-only or cannot be opened
//   corrupt      the file is damaged, or is no database
//   refused      a constraint of the schema, or an authorisation
//   timed_out    interrupted because its budget was spent
//   invalid      the request is wrong: unknown table, bad SQL, a value too large
Status outcome_of(int sqlite_code);

}  // namespace hf::files

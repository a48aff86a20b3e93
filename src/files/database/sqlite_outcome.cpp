#include "files/database/sqlite_outcome.h"

#include <sqlite3.h>

namespace hf::files {

Status outcome_of(int sqlite_code) {
  if (sqlite_code == SQLITE_IOERR_NOMEM) return Status::busy;  // memory, not the medium
  if (sqlite_code == SQLITE_IOERR_CORRUPTFS) return Status::corrupt;
  switch (sqlite_code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return Status::ok;
    case SQLITE_NOMEM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Status::busy;
    case SQLITE_FULL: return Status::full;
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL: return Status::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Status::corrupt;
    case SQLITE_CONSTRAINT:
    case SQLITE_PERM:
    case SQLITE_AUTH: return Status::refused;
    case SQLITE_INTERRUPT: return Status::timed_out;
    default: return Status::invalid;
  }
}

}  // namespace hf::files

#include "files/database/transaction.h"

#include <sqlite3.h>

#include "files/database/database.h"
#include "vocabulary/assertion.h"

namespace hf::files {

Transaction::~Transaction() {
  if (open_) undo();
}

Status Transaction::begin() {
  Connection& connection = database_.connection_;
  HF_ASSERT(!open_ && !connection.in_transaction());
  HF_TRY(connection.may_run());
  HF_TRY(connection.run(database_.begin_));
  connection.in_transaction(true);
  open_ = true;
  return Status::ok;
}

Status Transaction::commit() {
  HF_ASSERT(open_);
  Connection& connection = database_.connection_;
  Status status = connection.may_run();
  if (is_ok(status)) status = connection.run(database_.commit_);
  if (!is_ok(status)) {
    undo();
    return status;
  }
  connection.in_transaction(false);
  open_ = false;
  return Status::ok;
}

void Transaction::undo() {
  Connection& connection = database_.connection_;
  open_ = false;
  connection.in_transaction(false);
  if (!connection.is_open() || sqlite3_get_autocommit(connection.handle()) != 0) return;
  // Undoing reads pages back, and where the file itself was written (rollback mode) it writes. When
  // the medium does not let it, the next open does what is left to do.
  if (!is_ok(connection.run(database_.rollback_))) connection.give_up();
}

}  // namespace hf::files

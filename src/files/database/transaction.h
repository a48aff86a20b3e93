// Several changes that happen together or not at all.
//
//   Transaction transaction(database);
//   HF_TRY(transaction.begin());
//   HF_TRY(insert.run());
//   HF_TRY(remove.run());
//   return transaction.commit();      // leaving earlier undoes all
//
// An error inside may make SQLite undo the transaction by itself (memory, medium). Then every
// further statement, and commit(), answers `stale`: nothing slips out of the transaction it was
// meant for.
#pragma once

#include "vocabulary/outcome.h"

namespace hf::files {

class Database;

class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) {}

  // Undoes what was not committed, without asking for memory. When the medium fails while it does,
  // the database needs a reopen, which then undoes it.
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // ok.  busy, unavailable, corrupt: not begun. REQUIRES: no other is open on this database.
  Status begin();

  // ok: durable.  Anything else: undone, or the answer is unknown until the database was reopened
  // (needs_reopen()): the medium may hold the commit although the sync failed.
  Status commit();

 private:
  void undo();

  Database& database_;
  bool open_ = false;
};

}  // namespace hf::files

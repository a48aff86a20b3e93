// SQLite's file layer (its "VFS") over hal::Flash: for this room only.
//
// It promises SQLite what hal/flash.h promises us, and no more. Three choices a reader may
// dispute:
//
//   Names  The first sync of every file opened is followed by sync_directory(). SQLite asks for
//          that only where it believes a name to be new; but the name may have been made by a run
//          that ended before it synced. The price is one directory sync per open file and boot.
//   Locks  Always granted. The contract gives one handle per name over all processes, so whoever
//          has the file open is alone (a second open is `busy`).
//   Time   There is none: SQLite is told a fixed day in 1970. Nothing of ours asks SQLite for the
//          time; `now` is bound like any other value.
//
// After a write, truncate, sync or remove that did not answer ok nothing more is written to that
// database until it has been closed: the same call must not be tried again (hal/flash.h, 4).
#pragma once

#include <sqlite3.h>

#include <cstdint>

#include "hal/flash.h"
#include "vocabulary/random.h"

namespace hf::files {

class FlashVfs {
 public:
  // `seed` feeds what SQLite draws at random, among it the salts by which frames of an older log
  // are told from new ones. REQUIRES: a new one for every boot, and that both arguments outlive
  // this.
  FlashVfs(hal::Flash& flash, std::uint64_t seed);
  FlashVfs(const FlashVfs&) = delete;
  FlashVfs& operator=(const FlashVfs&) = delete;

  // Makes this the only file layer SQLite uses, until remove(). After sqlite3_initialize().
  void install();
  void remove();

  // Whether a write to the database whose main file this is, or to the directory, has failed since
  // it was opened.
  static bool has_failed(const sqlite3_file* main_file);

  // From the `reads`-th read on `database` is interrupted; how a long check is held to a budget.
  void interrupt_after(std::uint32_t reads, sqlite3* database);
  void interrupt_never() { interrupted_ = nullptr; }

  std::uint64_t read_count() const { return read_count_; }
  hal::Flash& flash() { return flash_; }
  const char* name() const { return vfs_.zName; }

 private:
  struct File;
  struct Calls;  // the functions SQLite calls

  Status sync_directory();
  void count_read();

  hal::Flash& flash_;
  Random random_;
  std::uint32_t directory_failures_ = 0;
  std::uint64_t read_count_ = 0;
  std::uint64_t interrupt_at_ = 0;
  sqlite3* interrupted_ = nullptr;
  sqlite3_vfs vfs_{};
};

}  // namespace hf::files

#include "files/database/flash_vfs.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <span>

#include "vocabulary/assertion.h"

namespace hf::files {

// What stands behind SQLite's sqlite3_file. A journal or a log reports its failures to its main
// file: there the connection looks.
struct FlashVfs::File : sqlite3_file {
  FlashVfs* vfs;
  hal::FileHandle handle;
  File* main;
  std::uint32_t directory_failures_at_open;
  bool name_is_durable;
  bool failed;  // of a main file: something was not written

  bool refuses_writes() const {
    return main->failed || main->vfs->directory_failures_ != main->directory_failures_at_open;
  }

  // ok → SQLITE_OK. Anything else is the last thing written here until close.
  int written(Status status, int code) {
    if (is_ok(status)) return SQLITE_OK;
    main->failed = true;
    return status == Status::full ? SQLITE_FULL : code;
  }
};

namespace {

constexpr int kFlagsRefused = SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TRANSIENT_DB |
                              SQLITE_OPEN_TEMP_JOURNAL | SQLITE_OPEN_SUBJOURNAL |
                              SQLITE_OPEN_SUPER_JOURNAL;
constexpr sqlite3_int64 kJulianMsOf1970 = 210'866'760'000'000;
constexpr double kJulianDayOf1970 = 2'440'587.5;

std::span<std::byte> bytes_at(void* bytes, int count) {
  return {static_cast<std::byte*>(bytes), static_cast<std::size_t>(count)};
}

std::span<const std::byte> bytes_at(const void* bytes, int count) {
  return {static_cast<const std::byte*>(bytes), static_cast<std::size_t>(count)};
}

int code_of_open(Status status) {
  switch (status) {
    case Status::busy: return SQLITE_BUSY;
    case Status::full: return SQLITE_FULL;
    default: return SQLITE_CANTOPEN;
  }
}

}  // namespace

struct FlashVfs::Calls {
  static FlashVfs& self(sqlite3_vfs* vfs) { return *static_cast<FlashVfs*>(vfs->pAppData); }
  static File& self(sqlite3_file* file) { return *static_cast<File*>(file); }

  // Files

  static int close(sqlite3_file* raw) {
    File& file = self(raw);
    const Status closed = file.vfs->flash_.close(file.handle);
    return is_ok(closed) ? SQLITE_OK : SQLITE_IOERR_CLOSE;
  }

  static int read(sqlite3_file* raw, void* to, int count, sqlite3_int64 offset) {
    File& file = self(raw);
    const auto bytes = bytes_at(to, count);
    file.vfs->count_read();
    const auto got = file.vfs->flash_.read(file.handle, static_cast<std::uint64_t>(offset), bytes);
    if (!got.ok()) return SQLITE_IOERR_READ;
    if (got.value() == bytes.size()) return SQLITE_OK;
    std::ranges::fill(bytes.subspan(got.value()), std::byte{0});  // SQLite relies on zeros
    return SQLITE_IOERR_SHORT_READ;
  }

  static int write(sqlite3_file* raw, const void* from, int count, sqlite3_int64 offset) {
    File& file = self(raw);
    if (file.refuses_writes()) return SQLITE_IOERR_WRITE;
    return file.written(file.vfs->flash_.write(file.handle, static_cast<std::uint64_t>(offset),
                                               bytes_at(from, count)),
                        SQLITE_IOERR_WRITE);
  }

  static int truncate(sqlite3_file* raw, sqlite3_int64 bytes) {
    File& file = self(raw);
    if (file.refuses_writes()) return SQLITE_IOERR_TRUNCATE;
    return file.written(file.vfs->flash_.resize(file.handle, static_cast<std::uint64_t>(bytes)),
                        SQLITE_IOERR_TRUNCATE);
  }

  static int sync(sqlite3_file* raw, int /*flags*/) {
    File& file = self(raw);
    if (file.refuses_writes()) return SQLITE_IOERR_FSYNC;
    const int synced = file.written(file.vfs->flash_.sync(file.handle), SQLITE_IOERR_FSYNC);
    if (synced != SQLITE_OK || file.name_is_durable) return synced;
    file.name_is_durable = is_ok(file.vfs->sync_directory());
    return file.name_is_durable ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
  }

  static int size(sqlite3_file* raw, sqlite3_int64* bytes) {
    File& file = self(raw);
    const auto size = file.vfs->flash_.size(file.handle);
    if (!size.ok()) return SQLITE_IOERR_FSTAT;
    *bytes = static_cast<sqlite3_int64>(size.value());
    return SQLITE_OK;
  }

  static int lock(sqlite3_file*, int /*level*/) { return SQLITE_OK; }
  static int unlock(sqlite3_file*, int /*level*/) { return SQLITE_OK; }

  static int check_reserved_lock(sqlite3_file*, int* somebody_else_writes) {
    *somebody_else_writes = 0;
    return SQLITE_OK;
  }

  static int control(sqlite3_file*, int /*operation*/, void*) { return SQLITE_NOTFOUND; }

  static int sector_bytes(sqlite3_file* raw) {
    const std::uint32_t bytes = self(raw).vfs->flash_.medium().sector_bytes;
    return static_cast<int>(std::clamp<std::uint32_t>(bytes, 512, 65536));
  }

  // A write harms no synced byte beside it (hal/flash.h, 1), so SQLite need not pad each commit to
  // a whole sector; and an open name cannot be removed. Nothing is said about order or tearing.
  static int characteristics(sqlite3_file*) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE | SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN;
  }

  // The directory

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* raw, int flags,
                  int* flags_out) {
    raw->pMethods = nullptr;  // SQLite then does not close what was never opened
    if (name == nullptr || (flags & kFlagsRefused) != 0) return SQLITE_CANTOPEN;
    const auto mode = (flags & SQLITE_OPEN_READONLY) != 0 ? hal::OpenMode::read_only
                      : (flags & SQLITE_OPEN_CREATE) != 0 ? hal::OpenMode::create
                                                          : hal::OpenMode::existing;
    FlashVfs& here = self(vfs);
    const auto handle = here.flash_.open(name, mode);
    if (!handle.ok()) return code_of_open(handle.status());

    auto* file = new (raw) File{};
    file->vfs = &here;
    file->handle = handle.value();
    file->main = file;
    if ((flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0) {
      file->main = static_cast<File*>(sqlite3_database_file_object(name));
    }
    file->directory_failures_at_open = here.directory_failures_;
    file->pMethods = &kMethods;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* vfs, const char* name, int sync_directory) {
    FlashVfs& here = self(vfs);
    if (!is_ok(here.flash_.remove(name))) {
      ++here.directory_failures_;
      return SQLITE_IOERR_DELETE;
    }
    if (sync_directory == 0) return SQLITE_OK;
    return is_ok(here.sync_directory()) ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
  }

  // SQLite asks this of journals only, and an empty journal is none.
  static int access(sqlite3_vfs* vfs, const char* name, int /*flags*/, int* there) {
    hal::Flash& flash = self(vfs).flash_;
    *there = 0;
    const auto file = flash.open(name, hal::OpenMode::read_only);
    if (file.status() == Status::not_found) return SQLITE_OK;
    if (file.status() == Status::busy) {
      *there = 1;
      return SQLITE_OK;
    }
    if (!file.ok()) return SQLITE_IOERR_ACCESS;
    const auto bytes = flash.size(file.value());
    const Status closed = flash.close(file.value());
    if (!bytes.ok() || !is_ok(closed)) return SQLITE_IOERR_ACCESS;
    *there = bytes.value() > 0 ? 1 : 0;
    return SQLITE_OK;
  }

  static int full_path(sqlite3_vfs*, const char* name, int room, char* out) {
    const std::size_t bytes = std::strlen(name) + 1;
    if (bytes > static_cast<std::size_t>(room)) return SQLITE_CANTOPEN;
    std::memcpy(out, name, bytes);
    return SQLITE_OK;
  }

  static int randomness(sqlite3_vfs* vfs, int count, char* out) {
    for (int index = 0; index < count; ++index) {
      out[index] = static_cast<char>(self(vfs).random_.next() & 0xFFU);
    }
    return count;
  }

  static int wait(sqlite3_vfs*, int /*microseconds*/) { return 0; }

  static int today(sqlite3_vfs*, double* julian_day) {
    *julian_day = kJulianDayOf1970;
    return SQLITE_OK;
  }

  static int today_ms(sqlite3_vfs*, sqlite3_int64* julian_ms) {
    *julian_ms = kJulianMsOf1970;
    return SQLITE_OK;
  }

  static int last_error(sqlite3_vfs*, int, char*) { return 0; }

  static const sqlite3_io_methods kMethods;
};

// Version 1: no shared memory (the log's index stays in the arena) and no memory mapping.
const sqlite3_io_methods FlashVfs::Calls::kMethods = {
    .iVersion = 1,
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = control,
    .xSectorSize = sector_bytes,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

FlashVfs::FlashVfs(hal::Flash& flash, std::uint64_t seed) : flash_(flash), random_(seed) {
  vfs_.iVersion = 2;
  vfs_.szOsFile = sizeof(File);
  vfs_.mxPathname = static_cast<int>(hal::kFileNameCharactersMax);
  vfs_.zName = "flash";
  vfs_.pAppData = this;
  vfs_.xOpen = Calls::open;
  vfs_.xDelete = Calls::remove;
  vfs_.xAccess = Calls::access;
  vfs_.xFullPathname = Calls::full_path;
  vfs_.xRandomness = Calls::randomness;
  vfs_.xSleep = Calls::wait;
  vfs_.xCurrentTime = Calls::today;
  vfs_.xCurrentTimeInt64 = Calls::today_ms;
  vfs_.xGetLastError = Calls::last_error;
  // xDl*: loading extensions is off for every connection, so SQLite never calls them.
}

void FlashVfs::install() {
  HF_ASSERT(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK);
  sqlite3_randomness(0, nullptr);  // forget what an earlier seed gave
}

void FlashVfs::remove() { HF_ASSERT(sqlite3_vfs_unregister(&vfs_) == SQLITE_OK); }

bool FlashVfs::has_failed(const sqlite3_file* main_file) {
  return static_cast<const File*>(main_file)->refuses_writes();
}

void FlashVfs::interrupt_after(std::uint32_t reads, sqlite3* database) {
  interrupt_at_ = read_count_ + reads;
  interrupted_ = database;
}

void FlashVfs::count_read() {
  ++read_count_;
  if (interrupted_ != nullptr && read_count_ >= interrupt_at_) sqlite3_interrupt(interrupted_);
}

Status FlashVfs::sync_directory() {
  const Status synced = flash_.sync_directory();
  if (!is_ok(synced)) ++directory_failures_;
  return synced;
}

}  // namespace hf::files

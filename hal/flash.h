// The files on flash: exactly the operations a durable store needs, in one flat directory.
//
// Everything durable goes through here, SQLite included (src/files/database), so that one fault
// model covers it all. Names are short, fixed and ours; no paths.
//
// Contract, proved on each platform by tests/contract/flash_contract.cpp:
//   1. What was written before sync() returned ok survives any power cut. What was written since
//      may survive wholly, in part, in any order, or not at all.
//   2. A created, renamed or removed name survives a power cut only once sync_directory() returned
//      ok. rename() over an existing name is atomic: after a cut the name means the old file or the
//      new.
//   3. read() after write() sees the written bytes, synced or not. Bytes never written in a file
//      that was grown by write() or reserve() read as zero.
//   4. After write() or sync() answered anything but ok, the state of that range is unknown: the
//      only sound way on is close, open, verify. A later sync() answering ok proves nothing.
//   5. At most one FileHandle exists per name, over all processes: a second open() is `busy`.
//   6. No call retries by itself, and none is interrupted by signals.
//   7. Handles are valid until close(); at most kFilesOpenMax are open at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vocabulary/fixed_string.h"
#include "vocabulary/outcome.h"

namespace hf::hal {

inline constexpr std::size_t kFileNameCharactersMax = 47;
inline constexpr std::size_t kFilesOpenMax = 16;

using FileName = FixedString<kFileNameCharactersMax>;

struct FileHandle {
  std::uint16_t slot = 0;
};

enum class OpenMode : std::uint8_t {
  existing,   // not_found when there is none
  create,     // made when there is none
  read_only,  // not_found when there is none; write() is `refused`; several may be open
};

struct Space {
  std::uint64_t bytes_free = 0;
  std::uint64_t bytes_total = 0;
};

enum class MediumState : std::uint8_t { writable, read_only, missing };

// What is known of the medium beneath, for choosing a journal mode and forecasting wear.
struct Medium {
  MediumState state = MediumState::missing;
  FixedString<15> file_system;        // ext4, f2fs, ubifs, tmpfs …; empty: unknown
  std::uint32_t sector_bytes = 4096;  // what is written whole or not at all, at best
  std::uint64_t endurance_bytes = 0;  // rated total bytes written; 0: unknown

  // Its files lie in memory: they outlive a process, and are gone with the power.
  bool is_volatile() const {
    return file_system.view() == "tmpfs" || file_system.view() == "ramfs";
  }
};

class Flash {
 public:
  // A handle; or not_found, busy (open elsewhere), invalid (name), full (handles, or the medium),
  // unavailable (read-only or gone).
  virtual Result<FileHandle> open(std::string_view name, OpenMode mode) = 0;

  // Always frees the handle. ok; unavailable: an earlier write was lost and the system says so now.
  virtual Status close(FileHandle file) = 0;

  // The count of bytes read: fewer than asked only at the end of the file. unavailable: I/O error.
  virtual Result<std::uint32_t> read(FileHandle file, std::uint64_t offset,
                                     std::span<std::byte> bytes) = 0;

  // ok: all bytes taken.  full: no space; what stands in the range is unknown.  unavailable: I/O
  // error or read-only.  refused: opened read_only.
  virtual Status write(FileHandle file, std::uint64_t offset, std::span<const std::byte> bytes) = 0;

  // ok: the file is that long now (not yet durably).  full, unavailable, refused: as write().
  virtual Status resize(FileHandle file, std::uint64_t bytes) = 0;

  // Makes sure that later writes below `bytes` need no new space and no new metadata, where the
  // file system can promise that. Grows the file with zeros; never shrinks it. ok, full,
  // unavailable, refused; unsupported: grown, but without the promise.
  virtual Status reserve(FileHandle file, std::uint64_t bytes) = 0;

  // ok: contents and size are durable.  unavailable: unknown, see 4.
  virtual Status sync(FileHandle file) = 0;

  // ok: all names are durable.  unavailable: unknown.
  virtual Status sync_directory() = 0;

  virtual Result<std::uint64_t> size(FileHandle file) = 0;

  // ok; not_found; unavailable. The target is replaced. Neither name may be open: busy.
  virtual Status rename(std::string_view from, std::string_view to) = 0;

  // ok: gone (also when there was none).  busy: open.  unavailable.
  virtual Status remove(std::string_view name) = 0;

  // The index-th name in alphabetical order, for finding files set aside. not_found: no more.
  virtual Status name_at(std::uint32_t index, FileName& name) = 0;

  virtual Result<Space> space() = 0;
  virtual Medium medium() const = 0;

 protected:
  ~Flash() = default;
};

}  // namespace hf::hal

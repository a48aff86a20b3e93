// One simulated file: its bytes, its size, and every change since it was last synced, so that a
// power cut can decide for each of them. Names live elsewhere (directory.h): a file may have none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "platform/sim/medium/pages.h"
#include "platform/sim/medium/survival.h"

namespace hf::sim {

class StoredFile {
 public:
  std::uint64_t size() const { return size_; }
  std::uint64_t pages_taken() const { return pages_.pages_taken(); }
  std::uint64_t pages_missing(std::uint64_t offset, std::uint64_t bytes) const {
    return pages_.pages_missing(offset, bytes);
  }
  std::uint64_t unsynced_bytes() const { return unsynced_.size(); }
  bool has_changes() const { return !changes_.empty(); }
  ChangeOrder oldest_change() const { return changes_.front().order; }  // REQUIRES: has_changes()

  // The count of bytes read; fewer than asked only at the end.
  std::uint32_t read(std::uint64_t offset, std::span<std::byte> bytes) const;
  void write(std::uint64_t offset, std::span<const std::byte> bytes, ChangeOrder order);
  void resize(std::uint64_t bytes, ChangeOrder order);
  void allocate(std::uint64_t bytes) { pages_.allocate(bytes); }  // space for the first `bytes`

  // The medium took the last write and will not hold it. REQUIRES: the last change was a write.
  void forget_last_write();

  // Everything that stands is durable.
  void sync();
  // A sync that went wrong: about half of the changed pages are durable, the others never will be,
  // although they can be read until the file is closed.
  void fail_sync(Random& random);
  void close() { pages_.drop_lost(); }

  // Power is gone: what survives becomes what stands. Changes before `settled_before` survive in
  // any case.
  void lose_power(Survival& survival, const MediumModel& model, ChangeOrder settled_before);

 private:
  struct Change {
    ChangeOrder order;
    std::uint64_t offset;      // of a write
    std::uint32_t bytes;       // of a write
    bool is_write;             // otherwise a change of size only
    std::uint64_t kept_at;     // where the bytes begin in unsynced_
    std::uint64_t size_after;  // of the file
  };

  void replay(const Change& write, Survival& survival, std::uint32_t sector_bytes);
  std::span<const std::byte> bytes_of(const Change& write) const;

  Pages pages_;
  std::uint64_t size_ = 0;
  std::uint64_t durable_size_ = 0;
  std::vector<Change> changes_;      // since the last sync, in order
  std::vector<std::byte> unsynced_;  // the bytes of all writes in changes_, one after another
};

}  // namespace hf::sim

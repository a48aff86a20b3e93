// The journal: a small file, reserved once and written in place, that makes bytes safe for the
// price of one write and one sync.
//
// It is a stop on the way: what it holds is soon kept for good elsewhere (a batch in the offline
// queue), and then it starts over at its beginning. A database commit of the same bytes costs three
// to ten times as much flash, because sizes, pages and names change with it; here nothing but the
// record does.
//
//   J1  append() answering ok means that the record survives any power cut.
//   J2  A block that holds bytes of a record that is needed is never written again: every record
//       begins at a block of its own.
//   J3  An append is one write and one sync. Size, name and place of the file never change.
//   J4  What an earlier generation left behind is never taken for what was written since.
//   J5  An append that was cut short leaves no trace: the record before it is the last one.
//   J6  On a medium that lied, or rots, a safe record that is gone is counted, what stands behind
//       it is still served, and nothing that fails its checksum ever is.
//   J7  Starting over writes nothing, so no cut can come in between. Positions are never reused:
//       whoever keeps the position together with the batch skips after a cut what it has already.
//   J8  After a failed append nothing is trusted or appended before open() has looked again.
//
// Every block is 4 KiB whatever the medium says: file systems write no less, and two records in one
// of their blocks would put a safe one at risk with every append (J2). The price is what a record
// leaves of its last block unused.
//
// Cost: append() copies its bytes once. open() reads one header per block, and the records found.
// Not thread-safe: owned by the service loop. docs/formats/journal.md has the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "hal/flash.h"
#include "vocabulary/outcome.h"

namespace hf::files {

class Journal {
 public:
  // The how-manieth record since the file was first made, from 1. Never reused (J7).
  using Position = std::uint64_t;
  static constexpr Position kNone = 0;

  static constexpr std::size_t kBlockBytes = 4096;

  // What a record of `bytes` takes of the file, and of the scratch while it is written or read.
  static constexpr std::size_t room_for(std::size_t bytes) {
    return (kHeaderBytes + bytes + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
  }

  // What open() found beyond what is kept elsewhere.
  struct Found {
    std::uint64_t record_count = 0;  // for read()
    std::uint64_t lost_count = 0;    // safe once, and gone (J6): to be told upstream as a gap
    std::uint32_t unreadable_block_count = 0;  // the medium answered an error
  };

  // Where a reader stands. A default one stands before the first record found.
  struct Cursor {
    std::uint64_t offset = 0;
  };

  struct Record {
    Position position = kNone;
    std::span<const std::byte> bytes;  // in the scratch: valid until the next call
  };

  // REQUIRES: `capacity_bytes` is a multiple of kBlockBytes; `scratch` has room_for() the largest
  // record and outlives the journal, as do `flash` and `name`.
  Journal(hal::Flash& flash, std::string_view name, std::uint64_t capacity_bytes,
          std::span<std::byte> scratch);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Makes the file where there is none, or looks again after a failure. Records up to
  // `kept_through` are kept elsewhere: they are skipped, and missed by nobody.
  // ok: `found` tells.  full: no space to reserve the file.  busy: open elsewhere.
  // unavailable: the medium is gone, read-only or failing.
  Status open(Position kept_through, Found& found);

  // Frees the file. What append() vouched for stays; nothing else was there. Harmless twice.
  void close();

  // The next record found by open() or appended since. ok; not_found: no more.
  // REQUIRES: is_open().
  Status read(Cursor& cursor, Record& record);

  // The position of the record, which is safe now.  full: no room before the journal starts over;
  // nothing was written.  unavailable: not safe, open() again (J8).
  // REQUIRES: bytes fit the scratch and are not in it.
  Result<Position> append(std::span<const std::byte> bytes);

  // The next append goes to the beginning of the file.
  // REQUIRES: all up to last() is kept elsewhere.
  void start_over();

  bool is_open() const { return is_open_; }
  Position last() const { return last_; }  // kNone: never a record
  std::uint64_t bytes_used() const { return end_; }
  std::uint64_t capacity_bytes() const { return capacity_bytes_; }

 private:
  static constexpr std::size_t kHeaderBytes = 28;
  struct Header;

  Status reserve();
  void survey(std::uint64_t file_bytes, Position kept_through, Found& found);
  bool load(std::uint64_t offset, Header& header, Found* found);

  hal::Flash& flash_;
  std::string_view name_;
  std::uint64_t capacity_bytes_;
  std::span<std::byte> scratch_;

  hal::FileHandle file_;
  bool is_open_ = false;
  std::uint64_t end_ = 0;           // where the next record goes
  Position generation_ = 1;         // the position of the first record since starting over
  Position last_ = kNone;           // INVARIANT: last_ + 1 >= generation_
  Position kept_through_ = kNone;   // read() skips these
  Position doubtful_from_ = kNone;  // a failed append left it; kNone: nothing is in doubt
};

}  // namespace hf::files

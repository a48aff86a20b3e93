// The documents in memory: sorted by collection and key, end to end in one piece of memory.
//
// All documents of a gateway take a few hundred KiB, so they are read from memory and flash is only
// written: reading never waits, never fails, and goes on without any medium. To replace one moves
// those behind it, 10 microseconds for 512 KiB on a desk, and leaves no holes to be managed.
//
//   B1  Documents stand in order of collection, then key, each once.
//   B2  What does not fit is refused whole; what was there stays as it was.
//
// Memory is the caller's. Views are good until the next put() or erase().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "documents/document.h"
#include "vocabulary/outcome.h"

namespace hf::state {

// What is known of the other end about a document that is deleted.
enum class GraveState : std::uint8_t {
  none,     // it lives
  untold,   // it may not know
  told,     // it was said in a message …
  waiting,  // … whose receipt is waited for
  held,     // it holds the tombstone too
};

struct PileEntry {
  std::uint32_t offset = 0;
  std::uint32_t bytes = 0;
  bool is_dirty = false;       // not on flash as it stands here
  bool is_grave_kept = false;  // on flash: since when it is held
  GraveState grave = GraveState::none;
  std::uint32_t held_since_h = 0;  // in hours that this gateway has run
};

class Pile {
 public:
  Pile(std::span<std::byte> bytes, std::span<PileEntry> entries)
      : bytes_(bytes), entries_(entries) {}

  std::uint32_t count() const { return count_; }
  std::size_t bytes_used() const { return used_; }
  std::size_t bytes_free() const { return bytes_.size() - used_; }
  std::size_t bytes_max() const { return bytes_.size(); }
  bool has_place() const { return count_ < entries_.size(); }

  // The place of `id`, or where it would be. O(log documents).
  std::uint32_t place_of(const documents::DocumentId& id) const;
  // True: `document` is the one of `id`.
  bool find(const documents::DocumentId& id, documents::DocumentView& document) const;

  // REQUIRES: place < count().
  documents::DocumentView at(std::uint32_t place) const;
  PileEntry& entry(std::uint32_t place) { return entries_[place]; }
  const PileEntry& entry(std::uint32_t place) const { return entries_[place]; }

  // ok: it stands where its id belongs, marked dirty.  full: unchanged.
  // REQUIRES: `document` is in other memory.
  Status put(const documents::DocumentView& document);
  void erase(std::uint32_t place);

 private:
  bool is_at(std::uint32_t place, const documents::DocumentId& id) const;
  void resize(std::uint32_t place, std::size_t bytes);

  std::span<std::byte> bytes_;
  std::span<PileEntry> entries_;
  std::uint32_t count_ = 0;
  std::size_t used_ = 0;
};

}  // namespace hf::state

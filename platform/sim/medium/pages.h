// The bytes of one simulated file: in pages made on demand, each with the way back to its base.
//
// `now` is what a reader sees; the base is what the medium holds for certain. A page is copied once
// when it is first written after it was settled, so a write costs its own bytes, settling and
// reverting cost the pages changed, and a file of 500 MB costs what is really in it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "vocabulary/random.h"

namespace hf::sim {

class Pages {
 public:
  static constexpr std::size_t kPageBytes = 4096;

  // Bytes never written are zero.
  void read(std::uint64_t offset, std::span<std::byte> bytes) const;
  void write(std::uint64_t offset, std::span<const std::byte> bytes);

  // Everything from `offset` on becomes zero and takes no space.
  void cut_off(std::uint64_t offset);

  // Pages [0, bytes) take space from now on, written or not.
  void allocate(std::uint64_t bytes);

  std::uint64_t pages_taken() const { return taken_count_; }
  // How many more pages a write to this range would take.
  std::uint64_t pages_missing(std::uint64_t offset, std::uint64_t bytes) const;

  // What stands now becomes the base, except in forgotten and lost pages.
  void settle();
  // The base is what stands now.
  void revert();

  // The medium will not hold the pages of this range, whatever is settled, until they are written
  // again. Readers do not see it before revert().
  void forget(std::uint64_t offset, std::uint64_t bytes);

  // As after a failed sync: about half of the changed pages settle, the others are lost: readers
  // see them until drop_lost() or revert(), and settling passes them by until they are written
  // again.
  void lose_some(Random& random);
  void drop_lost();

 private:
  using Page = std::array<std::byte, kPageBytes>;
  enum class Fate : std::uint8_t { honest, forgotten, lost };
  struct Slot {
    std::unique_ptr<Page> now;   // null: zeros
    std::unique_ptr<Page> base;  // meaningful while is_changed
    Fate fate = Fate::honest;
    bool is_changed = false;
    bool is_taken = false;
  };

  Slot& slot_at(std::size_t index);
  Page& page_to_write(std::size_t index, bool wholly);
  void note_change(std::size_t index);
  static void revert(Slot& slot);

  std::vector<Slot> slots_;
  std::vector<std::size_t> changed_;  // INVARIANT: the indexes of slots with is_changed
  std::uint64_t taken_count_ = 0;     // INVARIANT: the number of slots with is_taken
};

}  // namespace hf::sim

// The home of the anchors on flash: one small file of equal slots, the anchors of a boot in one.
//
// A boot that got its time is worth little if the next power cut forgets it: readings of that boot
// may still be here. And the last time that was known is the floor under a clock that comes up in
// 1970. A file of its own, because the offline queue lets go of an anchor once upstream has it.
//
//   AF1 What save() answered ok for is loaded after any power cut, for as many of the newest boots
//       as there are slots, less kAnchorSlotsToSpare.
//   AF2 Only a slot that nobody needs is written: one that is free or damaged, one whose boot has a
//       newer one, or that of the oldest boot. So a write that was cut short costs nothing that was
//       saved before.
//   AF3 A slot that is damaged is passed over and counted; the others are loaded.
//
// Cost: save() is one write of a block and one sync; load() reads every slot. Memory is the
// caller's. Never allocates. Owned by the service loop. docs/formats/anchors.md has the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "hal/flash.h"
#include "stores/anchors/anchors.h"
#include "vocabulary/outcome.h"

namespace hf::stores {

inline constexpr std::string_view kAnchorFileName = "anchors";
inline constexpr std::size_t kAnchorSlotBytes = 4096;  // what file systems write at once, no less
inline constexpr std::size_t kAnchorSlotsToSpare = 2;  // the newest boot's, twice, and one torn

// What a slot of the file holds. Generation 0: nothing that counts.
struct AnchorSlot {
  BootId boot;
  std::uint64_t generation = 0;  // of all saves
  std::uint64_t ordinal = 0;     // of the boot: rises from boot to boot
};

class AnchorFile {
 public:
  // REQUIRES: both outlive this; kAnchorSlotsToSpare slots more than boots are wanted.
  AnchorFile(hal::Flash& flash, std::span<AnchorSlot> slots) : flash_(flash), slots_(slots) {}

  // Enters every boot of the file into `anchors`, oldest first. ok: also when there was none.
  // unavailable, full, busy: as hal::Flash says.
  Status load(Anchors& anchors);

  // ok: durable, in place of what was saved of that boot before.  unavailable, full, busy: as
  // hal::Flash says; what was saved before is still there, and the next save() opens the file anew.
  Status save(const BootAnchors& boot);

  std::uint64_t slots_damaged() const { return slots_damaged_; }  // found so by the last look

 private:
  Status open();
  Status look(std::size_t index, BootAnchors& boot);
  Status write(std::size_t index, const AnchorSlot& slot, const BootAnchors& boot);
  std::size_t choose_slot() const;
  bool is_superseded(const AnchorSlot& slot) const;
  void close();

  hal::Flash& flash_;
  std::span<AnchorSlot> slots_;
  hal::FileHandle file_;
  bool is_open_ = false;
  std::uint64_t slots_damaged_ = 0;
};

}  // namespace hf::stores

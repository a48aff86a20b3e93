// A receipt: what the hub has for good, and what it lacks. Only this lets a gateway forget.
//
// One entry for each stream and lane that it speaks of. A hub with more holes than an entry takes
// says the first of them and stops there: what lies beyond `through` is simply not spoken of. One
// with more entries than a receipt takes sends several receipts.
//
// docs/formats/topics.md has the bytes. Never allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "wire/byte_cursor.h"
#include "wire/frames/frame.h"

namespace hf::wire {

inline constexpr std::uint8_t kReceiptVersion = 1;
inline constexpr std::size_t kReceiptBytesMax = 4096;
inline constexpr std::size_t kReceiptEntriesMax = 16;
inline constexpr std::size_t kReceiptHolesMax = 64;  // of one entry

// Beyond this no position is ever given: a number past it is refused before anybody counts with it.
inline constexpr std::uint64_t kReceiptPositionEnd = std::uint64_t{1} << 54;

// Positions first … end - 1.
struct PositionRun {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
  friend constexpr bool operator==(const PositionRun&, const PositionRun&) = default;
};

// Everything before `watermark` is there for good, and all up to `through` but the holes.
struct ReceiptEntry {
  std::uint64_t stream = 0;
  Lane lane = Lane::readings;
  std::uint64_t watermark = 0;
  std::uint64_t through = 0;             // >= watermark; equal when there are no holes
  std::span<const PositionRun> holes{};  // rising, apart, none empty, within [watermark, through)
};

class ReceiptWriter {
 public:
  // `out` is kReceiptBytesMax or smaller.
  explicit ReceiptWriter(std::span<std::byte> out);

  // ok.  full: no room for it, or kReceiptEntriesMax: finish() gives those before it.
  // REQUIRES: what ReceiptEntry says; at most kReceiptHolesMax holes.
  Status add(const ReceiptEntry& entry);

  std::size_t entries() const { return entries_; }

  // The bytes of the receipt, sealed.  full: not even one entry was added.
  Result<std::uint32_t> finish();

 private:
  std::span<std::byte> receipt_;
  ByteWriter out_;
  std::size_t entries_ = 0;
};

class ReceiptReader {
 public:
  // Looks through all of it, so that next() meets no surprise. The bytes must outlive this.
  // ok.  corrupt: not whole, not what was sealed, or beyond a bound.  unsupported: a newer version.
  Status open(std::span<const std::byte> receipt);

  // ok: `entry`, its holes in `space`.  not_found: no more.
  // REQUIRES: open() was ok; room for kReceiptHolesMax runs.
  Status next(std::span<PositionRun> space, ReceiptEntry& entry);

 private:
  ByteReader in_;
};

}  // namespace hf::wire

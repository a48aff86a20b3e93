// When something was written, as far as two machines can agree on it: the total order of all edits.
//
// Not a time: `ms` follows the clock of whoever wrote while that clock can be trusted, and
// otherwise only what had been seen (hybrid_clock.h). Whoever writes knowing an older write gets
// the greater stamp, whatever the clocks say; that is all the order promises, and all that is
// needed of it.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace hf::documents {

// Names one writer for ever: drawn at random when a replica is born, and anew when it must begin
// again (hybrid_clock.h). Zero names nobody.
struct Origin {
  std::uint32_t value = 0;
  friend constexpr auto operator<=>(Origin, Origin) = default;
};

struct Stamp {
  std::int64_t ms = 0;  // since 1970-01-01, or since nothing at all: 0 <= ms <= kStampMsMost
  std::uint32_t counter = 0;
  Origin origin;
  friend constexpr auto operator<=>(const Stamp&, const Stamp&) = default;
};

// The tie-break is the order of the fields. No two writers share an origin, so no two edits share a
// stamp, and "later" never depends on who is asked.
static_assert(Stamp{1, 9, {9}} < Stamp{2, 0, {0}}, "first the time");
static_assert(Stamp{1, 1, {9}} < Stamp{1, 2, {0}}, "at one time, the count");
static_assert(Stamp{1, 1, {1}} < Stamp{1, 1, {2}}, "at one count, the writer");
static_assert(sizeof(Stamp) == 16);

inline constexpr Stamp kNever{};  // before every stamp anybody issued
inline constexpr std::int64_t kStampMsMost = 253'402'300'799'999;  // the end of the year 9999
inline constexpr Stamp kEnd{kStampMsMost,
                            std::numeric_limits<std::uint32_t>::max(),
                            {std::numeric_limits<std::uint32_t>::max()}};

constexpr bool is_stamp(const Stamp& stamp) {
  return stamp > kNever && stamp <= kEnd;  // a negative ms comes before kNever
}

}  // namespace hf::documents

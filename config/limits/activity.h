// How much of what happened is told, and how long one entry may be.
//
// Not per board: an entry is read by people, and both classes of board have the same people.
#pragma once

#include <cstddef>
#include <cstdint>

#include "config/limits/documents.h"

namespace hf::limits {

inline constexpr std::size_t kActivityWhatBytesMax =
    120;                                                 // a line of a terminal, with time and who
inline constexpr std::size_t kActivityDigestBytes = 32;  // SHA-256

// One entry as it lies on flash: 41 bytes of numbers and lengths, two texts, the digest.
inline constexpr std::size_t kActivityEntryBytesMax =
    41 + kAuthorBytesMax + kActivityWhatBytesMax + kActivityDigestBytes;

// The most that a setting may ask for: at most 1.1 MiB of the smallest state file (4 MiB).
inline constexpr std::uint32_t kActivityEntriesMax = 5000;

// Entries that wait for their commit: a hundred alarms at once are told at a bounded rate anyway.
inline constexpr std::size_t kActivityWaitingMax = 48;

}  // namespace hf::limits

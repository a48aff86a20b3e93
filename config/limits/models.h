// How large a package of rules may be, how many there may be, and how long their names.
//
// Not per board: one package goes to a whole fleet.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hf::limits {

inline constexpr std::size_t kModelBytesMax = 12 * 1024;  // forty rules of 300 bytes
inline constexpr std::size_t kModelNameBytesMax = 20;  // a rule's key has it, and three more names
inline constexpr std::size_t kModelVersionBytesMax = 16;
inline constexpr std::size_t kModelRulesMax = 48;
inline constexpr std::size_t kModelKeysMax = 8;            // owners that are trusted at once
inline constexpr std::size_t kModelTreeBytes = 64 * 1024;  // of the text, while it is looked at

// All versions of all models on one gateway, and those of one model: a field of its document has
// room for their names.
inline constexpr std::uint32_t kPackagesMax = 32;
inline constexpr std::uint32_t kModelVersionsMax = 8;

// Of the smallest state file (4 MiB), in which 1,000 documents take 0.5 MiB, the activity at most
// 1.1, the audit and versions of settings 0.2: half of what they leave stays free.
inline constexpr double kModelsBytesMost = double{kPackagesMax} * kModelBytesMax;  // 384 KiB

}  // namespace hf::limits

// A version of settings: everything that was said by file, environment and edits at one moment, and
// who made it so. docs/formats/settings.md has the bytes.
//
// It names settings by path and writes values as people do, so that a version outlives releases:
// what a later one no longer knows, or no longer allows, is left out when it is read, and counted.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "config/limits/documents.h"
#include "stores/settings/layers.h"
#include "stores/settings/problem.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/time.h"

namespace hf::stores {

inline constexpr std::size_t kVersionBytesMax = 16 * limits::kKiB;  // each setting in two layers

enum class VersionCause : std::uint8_t { files, local, remote, revert };
std::string_view to_text(VersionCause cause);

struct VersionHead {
  std::uint32_t number = 0;  // from 1; 0: the built-in settings alone
  std::uint32_t parent = 0;  // what was in force before
  UtcTime made_at{};         // by our clock, however good it was
  VersionCause cause = VersionCause::files;
  FixedString<limits::kAuthorBytesMax> author{};
  FixedString<64> comment{};
};

// The count of bytes written.  full: `out` is too small.
Result<std::uint32_t> write_version(const VersionHead& head, const SettingLayers& layers,
                                    std::span<std::byte> out);

struct ReadVersion {
  VersionHead head;
  std::uint32_t left_out = 0;  // settings that this release does not take
};

// ok.  corrupt: not such bytes.  unsupported: of a release to come. `layers` is then of no use.
// `problems` has what is wrong with those left out.
Status read_version(std::span<const std::byte> bytes, ReadVersion& version, SettingLayers& layers,
                    SettingsProblems& problems);
// Only who and when.
Status read_head(std::span<const std::byte> bytes, VersionHead& head);

}  // namespace hf::stores

// What must be known of versions before any of them is read: which is in force, which was last
// good, how far a trial has come. Small, and written with every step of a trial.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::stores {

// Kept at once, the last good one and the one in force among them.
inline constexpr std::uint32_t kVersionsKept = 16;

enum class VersionState : std::uint8_t {
  on_trial,   // in force, and nobody knows yet whether it can be lived with
  good,       // confirmed
  assumed,    // the first of all, or one left for another before anybody knew
  no_answer,  // left for the last good one: no receipt within the probation
  crashed,    // left: too many starts without a confirmation
  unsound,    // left: this release does not take it
};
std::string_view to_text(VersionState state);

struct VersionPlace {
  std::uint32_t number = 0;  // 0: the slot is free
  VersionState state = VersionState::assumed;
};

// INVARIANT: in_force and last_good are 0 (the built-in settings) or have a place.
struct TrialRecord {
  std::uint32_t newest = 0;  // number: given once, for ever
  std::uint32_t in_force = 0;
  std::uint32_t last_good = 0;     // confirmed; 0: none ever was
  std::uint32_t starts = 0;        // of the gateway, on this trial
  std::int64_t elapsed_ms = 0;     // of it, powered
  std::uint32_t refused_base = 0;  // checksum of file and environment that were left; 0: none
  std::array<VersionPlace, kVersionsKept> places{};

  bool on_trial() const {
    const VersionPlace* place = find(in_force);
    return place != nullptr && place->state == VersionState::on_trial;
  }
  const VersionPlace* find(std::uint32_t number) const;
  void mark(std::uint32_t number, VersionState state);

  // Where the next version goes: a free place, or that of the oldest which is neither in force nor
  // last good.
  std::uint32_t next_place() const;
};

inline constexpr std::size_t kTrialBytes = 1 + 5 * 4 + 8 + 5 * kVersionsKept + 4;

void write_trial(const TrialRecord& trial, std::span<std::byte, kTrialBytes> out);
// ok.  corrupt: not such bytes.  unsupported: of a release to come.
Status read_trial(std::span<const std::byte> bytes, TrialRecord& trial);

}  // namespace hf::stores

// One entry of the activity: what happened, when, and who did it; and its bytes on flash.
//
// Kinds are a table: how often each may be told, and how long it may wait for its commit. An entry
// is small and says things in words for people; what programs count is in the status.
// docs/formats/activity.md has the bytes. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "config/limits/activity.h"
#include "files/sealing/digest.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::stores {

enum class ActivityKind : std::uint8_t {
  boot,      // the gateway started, or was stopped in order
  link,      // connected, disconnected
  alert,     // raised, ended, acknowledged, resolved
  edit,      // of a document, by a person or program at either end
  settings,  // a version is on trial, good, or was left
  model,     // deployed, undeployed, failed
  loss,      // readings lost resolution, or were dropped
  file,      // set aside, or damaged
  role,      // a process beside the core ended
  feed,      // of the activity itself: entries are missing
  count
};
inline constexpr std::size_t kActivityKinds = static_cast<std::size_t>(ActivityKind::count);

std::string_view to_text(ActivityKind kind);
// not_found: no such word.
Result<ActivityKind> activity_kind_of(std::string_view word);
std::span<const std::string_view> activity_kind_words();

// How often a kind is told: at most `burst` at once, then one each `period`; and how long what is
// told may wait for others to share its commit. What a person did is on flash at once.
struct ActivityPace {
  std::uint32_t burst;
  Duration period;
  Duration wait;
};
const ActivityPace& pace_of(ActivityKind kind);

struct ActivityEntry {
  ActivityKind kind = ActivityKind::boot;
  TimeQuality quality = TimeQuality::unset;  // of utc
  UtcTime utc;                               // by the clock of that moment
  BootId boot;                               // with the uptime: the anchors know it better
  Uptime uptime;
  std::uint32_t left_out = 0;  // of its kind, before it: they came too often
  FixedString<limits::kAuthorBytesMax> who;
  FixedString<limits::kActivityWhatBytesMax> what;
};

// The count of bytes, at most kActivityEntryBytesMax less the digest.
std::uint32_t write_activity_entry(const ActivityEntry& entry, std::span<std::byte> out);
// ok.  corrupt: no entry.  unsupported: of a release to come.
Status read_activity_entry(std::span<const std::byte> bytes, ActivityEntry& entry);

}  // namespace hf::stores

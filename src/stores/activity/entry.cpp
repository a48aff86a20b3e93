#include "stores/activity/entry.h"

#include <algorithm>
#include <array>

#include "wire/byte_cursor.h"

namespace hf::stores {
namespace {

constexpr std::uint8_t kVersion = 1;

// In the order of ActivityKind.
constexpr std::array<std::string_view, kActivityKinds> kWords{
    "boot", "link", "alert", "edit", "settings", "model", "loss", "file", "role", "feed"};

// A commit costs flash two to four pages. A link that flaps all day is told 150 times, not 17,000.
// clang-format off
constexpr std::array<ActivityPace, kActivityKinds> kPaces{{
    {.burst = 4,  .period = minutes(10), .wait = {}},           // boot
    {.burst = 6,  .period = minutes(10), .wait = minutes(1)},   // link
    {.burst = 30, .period = minutes(1),  .wait = seconds(10)},  // alert: its document is safe at once
    {.burst = 30, .period = seconds(10), .wait = {}},           // edit
    {.burst = 10, .period = minutes(1),  .wait = {}},           // settings
    {.burst = 10, .period = minutes(1),  .wait = {}},           // model
    {.burst = 4,  .period = minutes(10), .wait = minutes(1)},   // loss
    {.burst = 4,  .period = minutes(10), .wait = {}},           // file
    {.burst = 6,  .period = minutes(10), .wait = minutes(1)},   // role
    {.burst = 2,  .period = hours(1),    .wait = {}},           // feed
}};
// clang-format on

}  // namespace

std::string_view to_text(ActivityKind kind) { return kWords[static_cast<std::size_t>(kind)]; }

std::span<const std::string_view> activity_kind_words() { return kWords; }

Result<ActivityKind> activity_kind_of(std::string_view word) {
  const auto* const found = std::ranges::find(kWords, word);
  if (found == kWords.end()) return Status::not_found;
  return static_cast<ActivityKind>(found - kWords.begin());
}

const ActivityPace& pace_of(ActivityKind kind) { return kPaces[static_cast<std::size_t>(kind)]; }

std::uint32_t write_activity_entry(const ActivityEntry& entry, std::span<std::byte> out) {
  wire::ByteWriter writer(out);
  writer.put(kVersion);
  writer.put(static_cast<std::uint8_t>(entry.kind));
  writer.put(static_cast<std::uint8_t>(entry.quality));
  writer.put(entry.utc.ms);
  writer.put(entry.boot.value);
  writer.put(entry.uptime.ms);
  writer.put(entry.left_out);
  writer.put_text(entry.who.view());
  writer.put_text(entry.what.view());
  HF_ASSERT(is_ok(writer.status()));
  return static_cast<std::uint32_t>(writer.at());
}

Status read_activity_entry(std::span<const std::byte> bytes, ActivityEntry& entry) {
  wire::ByteReader reader(bytes);
  const auto version = reader.take<std::uint8_t>();
  if (is_ok(reader.status()) && version != kVersion) return Status::unsupported;
  const auto kind = reader.take<std::uint8_t>();
  const auto quality = reader.take<std::uint8_t>();
  entry.utc.ms = reader.take<std::int64_t>();
  entry.boot.value = reader.take<std::uint64_t>();
  entry.uptime.ms = reader.take<std::int64_t>();
  entry.left_out = reader.take<std::uint32_t>();
  const bool fits = is_ok(entry.who.try_assign(reader.take_text())) &&
                    is_ok(entry.what.try_assign(reader.take_text()));
  const bool is_sound = fits && is_ok(reader.status()) && reader.at_end() &&
                        kind < kActivityKinds &&
                        quality <= static_cast<std::uint8_t>(TimeQuality::synced);
  if (!is_sound) return Status::corrupt;
  entry.kind = static_cast<ActivityKind>(kind);
  entry.quality = static_cast<TimeQuality>(quality);
  return Status::ok;
}

}  // namespace hf::stores

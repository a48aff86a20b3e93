// Two clocks that never mix, and the names they need.
//
//   Uptime   milliseconds since this board was powered on. Steady, never steps, dies with the boot.
//            All ages, deadlines and orders within a boot are Uptime.
//   UtcTime  milliseconds since 1970-01-01. May be wrong by decades until a clock source is found,
//            and may step. It stamps what people read and what two machines must agree on.
//
// They are different types without conversion: turning one into the other takes an anchor
// (boot id, uptime, utc, quality), and only timekeeping holds those. 64 bits everywhere: no 2038.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace hf {

struct Duration {
  std::int64_t ms = 0;
  friend constexpr auto operator<=>(Duration, Duration) = default;
};

constexpr Duration milliseconds(std::int64_t count) { return {count}; }
constexpr Duration seconds(std::int64_t count) { return {count * 1000}; }
constexpr Duration minutes(std::int64_t count) { return seconds(count * 60); }
constexpr Duration hours(std::int64_t count) { return minutes(count * 60); }
constexpr Duration days(std::int64_t count) { return hours(count * 24); }

constexpr Duration operator+(Duration a, Duration b) { return {a.ms + b.ms}; }
constexpr Duration operator-(Duration a, Duration b) { return {a.ms - b.ms}; }
constexpr Duration operator*(Duration a, std::int64_t factor) { return {a.ms * factor}; }

struct Uptime {
  std::int64_t ms = 0;
  friend constexpr auto operator<=>(Uptime, Uptime) = default;
};

constexpr Duration operator-(Uptime a, Uptime b) { return {a.ms - b.ms}; }
constexpr Uptime operator+(Uptime at, Duration by) { return {at.ms + by.ms}; }
constexpr Uptime operator-(Uptime at, Duration by) { return {at.ms - by.ms}; }

struct UtcTime {
  std::int64_t ms = 0;
  friend constexpr auto operator<=>(UtcTime, UtcTime) = default;
};

constexpr Duration operator-(UtcTime a, UtcTime b) { return {a.ms - b.ms}; }
constexpr UtcTime operator+(UtcTime at, Duration by) { return {at.ms + by.ms}; }
constexpr UtcTime operator-(UtcTime at, Duration by) { return {at.ms - by.ms}; }

// Names one run of the board from power-on to power-off. Random, so two boots differ even where
// nothing can be written. Zero means "no boot known".
struct BootId {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(BootId, BootId) = default;
};

// How much a UtcTime deserves to be believed; ordered, worst first.
enum class TimeQuality : std::uint8_t {
  unset,   // no source: 1970, or whatever the last owner left
  floor,   // not before this: the build date or the last time that was persisted
  coarse,  // a one-shot source (network operator, HTTP date, a person); error in seconds
  synced,  // disciplined by NTP, PTP or GNSS; error in milliseconds
};

constexpr std::string_view to_text(TimeQuality quality) {
  switch (quality) {
    case TimeQuality::unset: return "unset";
    case TimeQuality::floor: return "floor";
    case TimeQuality::coarse: return "coarse";
    case TimeQuality::synced: return "synced";
  }
  return "unset";
}

// What a board answers when asked for the time of day.
struct UtcReading {
  UtcTime at;
  Duration error;  // the true time is within at ± error; meaningless while quality is unset
  TimeQuality quality = TimeQuality::unset;
};

static_assert(sizeof(Uptime) == 8 && sizeof(UtcTime) == 8 && sizeof(Duration) == 8);

}  // namespace hf

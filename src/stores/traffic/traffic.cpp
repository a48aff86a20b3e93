#include "stores/traffic/traffic.h"

#include <algorithm>

namespace hf::stores {
namespace {

constexpr std::int64_t kMonthsPerYear = 12;
constexpr Duration kMonthMost = days(31);

struct Month {
  std::int64_t number = 0;  // months since the year 0
  std::int64_t begins = 0;  // days since 1970
};

// Days since 1970 on which a year counted from March begins: leap days then lie at a year's end.
std::int64_t days_before_year(std::int64_t year) {
  constexpr std::int64_t kEpoch = 719'468;  // 1970-01-01, from 0000-03-01
  return year * 365 + year / 4 - year / 100 + year / 400 - kEpoch;
}

// Months of that year that begin before its `day`: 31 30 31 30 31 days, again and again.
std::int64_t month_of_day(std::int64_t day) { return (5 * day + 2) / 153; }
std::int64_t day_of_month_begin(std::int64_t month) { return (153 * month + 2) / 5; }

// Of a day since 1970. REQUIRES: not before the year 0.
Month month_at(std::int64_t day) {
  std::int64_t year = (day - days_before_year(0)) * 400 / 146'097;
  while (days_before_year(year) > day) --year;
  while (days_before_year(year + 1) <= day) ++year;
  const std::int64_t month = month_of_day(day - days_before_year(year));
  constexpr std::int64_t kMarch = 2;  // counted from January as 0
  return {.number = year * kMonthsPerYear + month + kMarch,
          .begins = days_before_year(year) + day_of_month_begin(month)};
}

std::int64_t day_at(UtcTime at) { return at.ms / days(1).ms; }

Duration left_of_day(UtcTime at) { return milliseconds(days(1).ms - at.ms % days(1).ms); }

Duration left_of_month(UtcTime at) {
  const std::int64_t begins = month_at(day_at(at)).begins;
  const std::int64_t ends = month_at(begins + kMonthMost.ms / days(1).ms).begins;
  return milliseconds(ends * days(1).ms - at.ms);
}

// The share of one period.
TrafficShare share_of(std::uint64_t bytes_max, std::uint64_t used, Duration left) {
  if (bytes_max == 0) return {};
  const std::uint64_t for_data = bytes_max - bytes_max / 100 * Traffic::kReservePercent;
  if (used >= for_data) return {.bytes_per_second = 1, .events_only = true};
  const auto seconds_left = static_cast<std::uint64_t>(std::max<std::int64_t>(1, left.ms / 1000));
  const std::uint64_t rate = (for_data - used) * Traffic::kEager / seconds_left;
  return {.bytes_per_second = std::max<std::uint64_t>(1, rate), .events_only = false};
}

TrafficShare smaller(const TrafficShare& a, const TrafficShare& b) {
  if (a.bytes_per_second == 0) return b;
  if (b.bytes_per_second == 0) return a;
  return {.bytes_per_second = std::min(a.bytes_per_second, b.bytes_per_second),
          .events_only = a.events_only || b.events_only};
}

}  // namespace

std::string_view traffic_line_name(std::size_t line) {
  if (line < wire::kTopicClassCount) return wire::kTopicClassNames[line];
  if (line == kTrafficConnecting) return "connecting";
  return line == kTrafficKeepAlive ? "keep_alive" : "other";
}

void Traffic::note(std::size_t line, const TrafficLine& bytes) {
  TrafficLine& entry = lines_[std::min(line, kTrafficOther)];
  entry.messages_up += bytes.messages_up;
  entry.messages_down += bytes.messages_down;
  entry.payload_up += bytes.payload_up;
  entry.payload_down += bytes.payload_down;
  entry.around_up += bytes.around_up;
  entry.around_down += bytes.around_down;
  use_.day_bytes += bytes.bytes();
  use_.month_bytes += bytes.bytes();
}

void Traffic::note_time(UtcTime now, bool is_synced) {
  const std::int64_t day = day_at(now);
  const std::int64_t month = month_at(day).number;
  // From "nobody knows" to the first day that is known nothing begins anew: it was that day.
  if (day > use_.day && use_.day != 0) use_.day_bytes = 0;
  if (month > use_.month && use_.month != 0) use_.month_bytes = 0;
  if (day > use_.day || is_synced) use_.day = day;
  if (month > use_.month || is_synced) use_.month = month;
}

TrafficShare Traffic::share(UtcTime now, bool is_known) const {
  const Duration day_left = is_known ? left_of_day(now) : days(1);
  const Duration month_left = is_known ? left_of_month(now) : kMonthMost;
  TrafficShare share = smaller(share_of(plan_.day_bytes_max, use_.day_bytes, day_left),
                               share_of(plan_.month_bytes_max, use_.month_bytes, month_left));
  // The plan counts all bytes, who sends counts payload.
  const TrafficLine all = sum();
  const std::uint64_t total = all.bytes();
  if (share.bytes_per_second > 0 && total > 0) {
    share.bytes_per_second = std::max<std::uint64_t>(
        1, share.bytes_per_second * std::max<std::uint64_t>(1, all.payload_up * 100 / total) / 100);
  }
  return share;
}

TrafficLine Traffic::sum() const {
  TrafficLine all;
  for (const TrafficLine& line : lines_) {
    all.messages_up += line.messages_up;
    all.messages_down += line.messages_down;
    all.payload_up += line.payload_up;
    all.payload_down += line.payload_down;
    all.around_up += line.around_up;
    all.around_down += line.around_down;
  }
  return all;
}

}  // namespace hf::stores

#include "tools/hub/reading/sample_text.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace hf::hub {
namespace {

constexpr UtcTime kDawn{0};
constexpr UtcTime kDusk{253'402'300'799'000};  // as src/stores/anchors has it: no bound is known

template <typename Number>
bool take_number(std::string_view& text, std::size_t digits, Number& number) {
  if (text.size() < digits) return false;
  const auto end = std::from_chars(text.data(), text.data() + digits, number);
  if (end.ec != std::errc{} || end.ptr != text.data() + digits) return false;
  text.remove_prefix(digits);
  return true;
}

bool take_letter(std::string_view& text, char letter) {
  if (!text.starts_with(letter)) return false;
  text.remove_prefix(1);
  return true;
}

std::string padded(std::int64_t number, std::size_t digits) {
  const std::string text = std::to_string(number);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

std::string bound_text(UtcTime at) {
  return at <= kDawn || at >= kDusk ? std::string{} : iso_text(at);
}

bool has_time(const Sample& sample) { return sample.time.quality != TimeQuality::unset; }
bool is_condensed(const Sample& sample) { return sample.resolution != wire::Resolution::full; }

// RFC 4180: quotes where they are needed, and doubled within.
std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\n") == std::string_view::npos) return std::string{text};
  std::string cell = "\"";
  for (const char c : text) cell.append(c == '"' ? 2 : 1, c);
  return cell + "\"";
}

std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

std::string json_number(double number) {
  return std::isfinite(number) ? number_text(number) : "null";
}

std::string sensor_name(const Sample& sample) {
  return sample.sensor != nullptr ? std::string{sample.sensor->sensor.text()}
                                  : "#" + std::to_string(sample.index.value);
}
std::string_view equipment_name(const Sample& sample) {
  return sample.sensor != nullptr ? sample.sensor->equipment.text() : std::string_view{};
}
std::string_view unit_name(const Sample& sample) {
  return sample.sensor != nullptr ? sample.sensor->unit.view() : std::string_view{};
}

std::string csv_line(const Sample& sample) {
  std::string line;
  const auto put = [&line](const std::string& cell) { line += cell + ","; };
  put(has_time(sample) ? iso_text(sample.time.likely) : "");
  put(std::string{sample.gateway});
  put(std::string{equipment_name(sample)});
  put(sensor_name(sample));
  put(number_text(sample.value));
  put(csv_cell(unit_name(sample)));
  put(std::string{to_text(sample.quality)});
  put(std::string{resolution_text(sample.resolution)});
  put(is_condensed(sample) ? std::to_string(sample.envelope.count) : "1");
  put(is_condensed(sample) ? number_text(sample.envelope.min) : "");
  put(is_condensed(sample) ? number_text(sample.envelope.max) : "");
  put(std::string{quality_text(sample.time.quality)});
  put(bound_text(sample.time.earliest));
  put(bound_text(sample.time.latest));
  put(hex_text(sample.boot.value));
  put(std::to_string(sample.uptime.ms));
  put(hex_text(sample.stream));
  put(std::to_string(sample.position));
  return line + (is_condensed(sample) && sample.is_shared ? "1\n" : "0\n");
}

std::string json_line(const Sample& sample) {
  std::string line = "{";
  const auto put = [&line](std::string_view name, const std::string& value) {
    line += (line.size() > 1 ? ",\"" : "\"") + std::string{name} + "\":" + value;
  };
  const auto bound = [](UtcTime at) {
    const std::string text = bound_text(at);
    return text.empty() ? std::string{"null"} : json_text(text);
  };
  put("time", has_time(sample) ? json_text(iso_text(sample.time.likely)) : "null");
  put("gateway", json_text(sample.gateway));
  put("equipment", json_text(equipment_name(sample)));
  put("sensor", json_text(sensor_name(sample)));
  put("value", json_number(sample.value));
  put("unit", json_text(unit_name(sample)));
  put("quality", json_text(to_text(sample.quality)));
  put("resolution", json_text(resolution_text(sample.resolution)));
  if (is_condensed(sample)) {
    put("count", std::to_string(sample.envelope.count));
    put("min", json_number(sample.envelope.min));
    put("max", json_number(sample.envelope.max));
    put("first", json_number(sample.envelope.first));
    put("last", json_number(sample.envelope.last));
    put("shared", sample.is_shared ? "true" : "false");
  }
  put("time_quality", json_text(quality_text(sample.time.quality)));
  put("time_earliest", bound(sample.time.earliest));
  put("time_latest", bound(sample.time.latest));
  put("boot", json_text(hex_text(sample.boot.value)));
  put("uptime_ms", std::to_string(sample.uptime.ms));
  put("stream", json_text(hex_text(sample.stream)));
  put("position", std::to_string(sample.position));
  return line + "}\n";
}

// Identifiers have no character that a tag must escape; the unit is a field, in quotes.
std::string influx_line(const Sample& sample) {
  if (!has_time(sample) || !std::isfinite(sample.value)) return {};
  std::string line = "holdfast";
  const auto tag = [&line](std::string_view name, std::string_view value) {
    if (!value.empty()) line += "," + std::string{name} + "=" + std::string{value};
  };
  tag("gateway", sample.gateway);
  tag("equipment", equipment_name(sample));
  tag("sensor", sensor_name(sample));
  tag("resolution", resolution_text(sample.resolution));
  line += " value=" + number_text(sample.value);
  if (is_condensed(sample)) {
    line += ",min=" + number_text(sample.envelope.min) +
            ",max=" + number_text(sample.envelope.max) +
            ",count=" + std::to_string(sample.envelope.count) +
            "i,shared=" + (sample.is_shared ? "true" : "false");
  }
  line += ",quality=" + json_text(to_text(sample.quality));
  if (!unit_name(sample).empty()) line += ",unit=" + json_text(unit_name(sample));
  line += ",time_quality=" + json_text(quality_text(sample.time.quality));
  return line + " " + std::to_string(sample.time.likely.ms) + "000000\n";
}

}  // namespace

std::optional<TextFormat> text_format(std::string_view word) {
  if (word == "csv") return TextFormat::csv;
  if (word == "json") return TextFormat::json;
  if (word == "influx") return TextFormat::influx;
  return {};
}

std::string head_of(TextFormat format) {
  if (format != TextFormat::csv) return {};
  return "time,gateway,equipment,sensor,value,unit,quality,resolution,count,min,max,time_quality,"
         "time_earliest,time_latest,boot,uptime_ms,stream,position,shared\n";
}

std::string line_of(const Sample& sample, TextFormat format) {
  switch (format) {
    case TextFormat::csv: return csv_line(sample);
    case TextFormat::json: return json_line(sample);
    case TextFormat::influx: return influx_line(sample);
  }
  return {};
}

bool is_wanted(const Sample& sample, std::string_view sensor) {
  if (sensor.empty() || sensor == sensor_name(sample)) return true;
  return sensor == std::string{equipment_name(sample)} + "/" + sensor_name(sample);
}

std::string iso_text(UtcTime at) {
  using std::chrono::days;
  using std::chrono::milliseconds;
  const std::chrono::sys_time<milliseconds> moment{milliseconds{at.ms}};
  const auto day = std::chrono::floor<days>(moment);
  const std::chrono::year_month_day date{day};
  const std::int64_t ms = (moment - day).count();
  return padded(static_cast<int>(date.year()), 4) + "-" +
         padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2) + "T" + padded(ms / 3'600'000, 2) + ":" +
         padded(ms / 60'000 % 60, 2) + ":" + padded(ms / 1000 % 60, 2) + "." +
         padded(ms % 1000, 3) + "Z";
}

std::optional<UtcTime> parse_time(std::string_view text) {
  std::int64_t since_1970 = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), since_1970);
  if (end.ec == std::errc{} && end.ptr == text.data() + text.size()) return UtcTime{since_1970};
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (!take_number(text, 4, year) || !take_letter(text, '-') || !take_number(text, 2, month) ||
      !take_letter(text, '-') || !take_number(text, 2, day)) {
    return {};
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return {};
  std::int64_t seconds_of_day = 0;
  std::int64_t ms = 0;
  if (take_letter(text, 'T')) {
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    if (!take_number(text, 2, hour) || !take_letter(text, ':') || !take_number(text, 2, minute)) {
      return {};
    }
    if (take_letter(text, ':') && !take_number(text, 2, second)) return {};
    if (take_letter(text, '.') && !take_number(text, 3, ms)) return {};
    if (hour > 23 || minute > 59 || second > 59 || !take_letter(text, 'Z')) return {};
    seconds_of_day = hour * 3600 + minute * 60 + second;
  }
  if (!text.empty()) return {};
  const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
  return UtcTime{(std::int64_t{days} * 86'400 + seconds_of_day) * 1000 + ms};
}

std::string number_text(double number) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.begin(), text.end(), number);
  return {text.begin(), end.ptr};
}

std::string hex_text(std::uint64_t number) {
  std::array<char, 16> text;
  const auto end = std::to_chars(text.begin(), text.end(), number, 16);
  const std::string digits(text.begin(), end.ptr);
  return std::string(16 - digits.size(), '0') + digits;
}

std::string_view quality_text(TimeQuality quality) {
  constexpr std::array<std::string_view, 4> kWords = {"unset", "floor", "coarse", "synced"};
  return kWords[static_cast<std::size_t>(quality) % kWords.size()];
}

std::string_view resolution_text(wire::Resolution resolution) {
  constexpr std::array<std::string_view, 4> kWords = {"nothing", "1min", "10s", "full"};
  return kWords[static_cast<std::size_t>(resolution) % kWords.size()];
}

}  // namespace hf::hub

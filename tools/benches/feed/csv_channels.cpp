#include "tools/benches/feed/csv_channels.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>

namespace hf::bench {
namespace {

[[noreturn]] void give_up(const std::string& file, std::size_t line, const char* why) {
  std::fprintf(stderr, "bench: %s:%zu: %s\n", file.c_str(), line, why);
  std::exit(1);
}

template <typename Number>
std::optional<Number> parse(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Places after the point; kDecimalsMax + 1 for what is no plain decimal of so many digits that a
// double still holds them all.
unsigned places_of(std::string_view text) {
  constexpr std::size_t kDigitsMax = 15;
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789.") != std::string_view::npos ||
      digits.size() > kDigitsMax || text == "-0") {
    return Channel::kDecimalsMax + 1;
  }
  const std::size_t point = digits.find('.');
  return point == std::string_view::npos ? 0 : static_cast<unsigned>(digits.size() - point - 1);
}

std::int64_t scaled_of(std::string_view text, unsigned decimals) {
  const unsigned places = places_of(text);
  std::string digits(text);
  std::erase(digits, '.');
  digits.append(decimals - places, '0');
  return parse<std::int64_t>(digits).value_or(0);
}

Channel channel_of(const std::vector<std::string>& texts, const std::string& file) {
  Channel channel;
  for (const std::string& text : texts) {
    channel.decimals = std::max(channel.decimals, places_of(text));
  }
  channel.is_decimal = channel.decimals <= Channel::kDecimalsMax;
  for (const std::string& text : texts) {
    if (channel.is_decimal) {
      channel.scaled.push_back(scaled_of(text, channel.decimals));
      continue;
    }
    const std::optional<double> value = parse<double>(text);
    if (!value) give_up(file, 0, "a value is not a number");
    channel.values.push_back(*value);
  }
  return channel;
}

}  // namespace

std::vector<Channel> read_channels(const std::vector<std::string>& files) {
  std::vector<Channel> channels;
  for (const std::string& file : files) {
    std::ifstream lines(file);
    if (!lines) give_up(file, 0, "cannot be read");
    std::map<std::int64_t, std::vector<std::string>> texts;
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
      if (number == 1 || line.empty()) continue;
      if (line.back() == '\r') line.pop_back();
      const std::size_t first = line.find(',');
      const std::size_t second = first == std::string::npos ? first : line.find(',', first + 1);
      if (second == std::string::npos) give_up(file, number, "not timestamp_ms,sensor_id,value");
      const auto id =
          parse<std::int64_t>(std::string_view(line).substr(first + 1, second - first - 1));
      if (!id) give_up(file, number, "the sensor_id is not a whole number");
      if (second + 1 < line.size()) texts[*id].push_back(line.substr(second + 1));
    }
    for (const auto& [id, values] : texts) channels.push_back(channel_of(values, file));
  }
  return channels;
}

}  // namespace hf::bench

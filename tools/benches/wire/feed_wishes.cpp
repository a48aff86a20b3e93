#include "tools/benches/wire/feed_wishes.h"

#include <charconv>
#include <cstdlib>
#include <iostream>

#include "config/limits/limits.h"
#include "tools/benches/telemetry/extended_day.h"
#include "tools/benches/telemetry/generated_day.h"

namespace hf::bench {

void refuse(std::string_view word) {
  std::cerr << "bench: '" << word << "' is not understood: see ./tools/bench --help\n";
  std::exit(2);
}

double number_in(std::string_view text) {
  double number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) refuse(text);
  return number;
}

FeedWishes read_wishes(
    int count, char** words,
    const std::function<bool(std::string_view word, std::string_view value)>& take_more) {
  FeedWishes wishes;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--json") {
      wishes.json = true;
      continue;
    }
    if (i + 1 == count) refuse(word);
    const std::string_view value = words[++i];
    if (word == "--data") {
      wishes.files.emplace_back(value);
    } else if (word == "--hours") {
      wishes.hours = number_in(value);
    } else if (word == "--sensors") {
      wishes.sensors = static_cast<std::uint32_t>(number_in(value));
    } else if (word == "--seed") {
      wishes.seed = static_cast<std::uint64_t>(number_in(value));
    } else if (!take_more(word, value)) {
      refuse(word);
    }
  }
  if (wishes.hours <= 0 || wishes.hours > 7 * 24) refuse("--hours");
  if (wishes.sensors == 0 || wishes.sensors > limits::kBoard.sensors_max) refuse("--sensors");
  return wishes;
}

Feed feed_of(const FeedWishes& wishes) {
  if (wishes.files.empty()) return generated_day(wishes.sensors, wishes.hours, wishes.seed);
  const std::vector<Channel> channels = read_channels(wishes.files);
  if (channels.empty()) refuse("--data: no readings in it");
  return extended_day(channels, wishes.sensors, wishes.hours, wishes.seed);
}

}  // namespace hf::bench

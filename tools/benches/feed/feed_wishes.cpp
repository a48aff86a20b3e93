#include "tools/benches/feed/feed_wishes.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "config/limits/limits.h"
#include "tools/benches/feed/extended_day.h"
#include "tools/benches/feed/generated_day.h"

namespace hf::bench {
namespace {

constexpr double kHoursLeast = 0.01;

}  // namespace

void refuse(std::string_view word) {
  std::cerr << "bench: '" << word << "' is not understood: see ./tools/bench --help\n";
  std::exit(2);
}

FeedWishes read_wishes(int count, char** words, const std::vector<OwnOption>& own,
                       double hours_most) {
  FeedWishes wishes;
  std::vector<OwnOption> options = {
      {"--json", [&](auto) { wishes.json = true; }, false},
      {"--data", [&](auto value) { wishes.files.emplace_back(value); }},
      {"--hours", [&](auto value) { wishes.hours = number_in<double>(value); }},
      {"--sensors", [&](auto value) { wishes.sensors = number_in<std::uint32_t>(value); }},
      {"--seed", [&](auto value) { wishes.seed = number_in<std::uint64_t>(value); }},
  };
  options.insert(options.end(), own.begin(), own.end());
  for (int at = 1; at < count; ++at) {
    const auto option = std::ranges::find(options, words[at], &OwnOption::word);
    if (option == options.end() || (option->has_value && at + 1 == count)) refuse(words[at]);
    option->take(option->has_value ? words[++at] : "");
  }
  if (wishes.hours < kHoursLeast || wishes.hours > hours_most) refuse("--hours");
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

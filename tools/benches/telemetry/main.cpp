// The telemetry window under load. `./tools/bench telemetry --help` tells how it is asked for.

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tools/benches/telemetry/extended_day.h"
#include "tools/benches/telemetry/generated_day.h"
#include "tools/benches/telemetry/measure.h"
#include "tools/benches/telemetry/table.h"

namespace {

using namespace hf;

struct Wishes {
  std::vector<std::string> files;
  double hours = 24;
  std::uint32_t sensors = 100;
  std::uint64_t seed = 7;
  std::uint32_t block_bytes = limits::kBoard.telemetry_block_bytes;
  std::optional<double> instructions;  // a reading, counted by an earlier run
  bool json = false;
  std::uint32_t take_in_only = 0;  // so many times, for a counter of instructions
};

[[noreturn]] void refuse(const char* word) {
  std::fprintf(stderr, "bench: '%s' is not understood: see ./tools/bench --help\n", word);
  std::exit(2);
}

template <typename Number>
Number number(const char* word) {
  Number value{};
  const char* end = word + std::strlen(word);
  if (std::from_chars(word, end, value).ptr != end || end == word) refuse(word);
  return value;
}

Wishes wishes_of(int count, char** words) {
  Wishes wishes;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--json") {
      wishes.json = true;
      continue;
    }
    if (i + 1 == count) refuse(words[i]);  // all others have a value
    if (word == "--data") {
      wishes.files.emplace_back(words[++i]);
    } else if (word == "--hours") {
      wishes.hours = number<double>(words[++i]);
    } else if (word == "--sensors") {
      wishes.sensors = number<std::uint32_t>(words[++i]);
    } else if (word == "--seed") {
      wishes.seed = number<std::uint64_t>(words[++i]);
    } else if (word == "--take-in-only") {
      wishes.take_in_only = number<std::uint32_t>(words[++i]);
    } else if (word == "--block-bytes") {
      wishes.block_bytes = number<std::uint32_t>(words[++i]);
    } else if (word == "--instructions") {
      wishes.instructions = number<double>(words[++i]);
    } else {
      refuse(words[i]);
    }
  }
  constexpr double kHoursMost = 7 * 24;
  if (wishes.hours < 0.01 || wishes.hours > kHoursMost) refuse("--hours");
  if (wishes.sensors == 0 || wishes.sensors > limits::kBoard.sensors_max) refuse("--sensors");
  return wishes;
}

}  // namespace

int main(int count, char** words) {
  const Wishes wishes = wishes_of(count, words);
  bench::Feed feed;
  if (wishes.files.empty()) {
    feed = bench::generated_day(wishes.sensors, wishes.hours, wishes.seed);
  } else {
    const std::vector<bench::Channel> channels = bench::read_channels(wishes.files);
    if (channels.empty()) refuse("--data: no readings in it");
    feed = bench::extended_day(channels, wishes.sensors, wishes.hours, wishes.seed);
  }
  if (wishes.take_in_only > 0) {
    for (std::uint32_t i = 0; i < wishes.take_in_only; ++i) {
      bench::take_in(feed, wishes.block_bytes);
    }
    std::printf("%zu\n", feed.values.size());
    return 0;
  }
  bench::Figures figures = bench::measure(feed, wishes.block_bytes);
  figures.instructions_per_reading = wishes.instructions;
  if (wishes.json) {
    bench::print_json(figures);
  } else {
    bench::print_table(feed, figures);
  }
  return figures.lossless ? 0 : 1;
}

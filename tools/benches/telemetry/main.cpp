// The telemetry window under load. `./tools/bench telemetry --help` tells how it is asked for.

#include <cstdio>

#include "tools/benches/feed/feed_wishes.h"
#include "tools/benches/telemetry/measure.h"
#include "tools/benches/telemetry/table.h"

namespace {

using namespace hf;
using bench::number_in;

struct Wishes {
  std::uint32_t block_bytes = limits::kBoard.telemetry_block_bytes;
  std::optional<double> instructions;  // a reading, counted by an earlier run
  std::uint32_t take_in_only = 0;      // so many times, for a counter of instructions
};

}  // namespace

int main(int count, char** words) {
  Wishes own;
  const bench::FeedWishes wishes = bench::read_wishes(
      count, words,
      {{"--take-in-only", [&](auto value) { own.take_in_only = number_in<std::uint32_t>(value); }},
       {"--block-bytes", [&](auto value) { own.block_bytes = number_in<std::uint32_t>(value); }},
       {"--instructions", [&](auto value) { own.instructions = number_in<double>(value); }}});
  const bench::Feed feed = bench::feed_of(wishes);
  if (own.take_in_only > 0) {
    for (std::uint32_t i = 0; i < own.take_in_only; ++i) bench::take_in(feed, own.block_bytes);
    std::printf("%zu\n", feed.values.size());
    return 0;
  }
  bench::Figures figures = bench::measure(feed, own.block_bytes);
  figures.instructions_per_reading = own.instructions;
  if (wishes.json) {
    bench::print_json(figures);
  } else {
    bench::print_table(feed, figures);
  }
  return figures.lossless ? 0 : 1;
}

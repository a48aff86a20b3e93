#include "tools/benches/feed/extended_day.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <unordered_set>

#include "vocabulary/random.h"

namespace hf::bench {
namespace {

constexpr std::size_t kSegmentLeast = 300, kSegmentMost = 1800;
constexpr std::size_t kFewValues = 512;
constexpr std::uint64_t kSwapOneIn = 32;
constexpr std::int64_t kOffsetPartOfRange = 8;
constexpr double kPowers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

// One channel, and what the rules ask of it.
struct Source {
  const Channel& channel;
  bool takes_offsets;
  std::int64_t range;

  explicit Source(const Channel& source) : channel(source), takes_offsets(false), range(0) {
    if (!channel.is_decimal) return;
    const std::unordered_set<std::int64_t> different(channel.scaled.begin(), channel.scaled.end());
    const auto [least, most] = std::minmax_element(channel.scaled.begin(), channel.scaled.end());
    takes_offsets = different.size() > kFewValues;
    range = *most - *least;
  }
};

std::int64_t offset_of(const Source& source, std::size_t from, std::size_t count, Random& random) {
  std::int64_t step = 0;
  for (std::size_t i = from + 1; i < from + count; ++i) {
    step = std::gcd(step, source.channel.scaled[i] - source.channel.scaled[i - 1]);
  }
  if (step == 0) return 0;
  const std::int64_t steps = source.range / kOffsetPartOfRange / step;
  return step * random.between(-steps, steps);
}

void swap_some(std::vector<double>& segment, Random& random) {
  for (std::size_t i = 0; i + 1 < segment.size(); ++i) {
    if (!random.chance(1, kSwapOneIn)) continue;
    std::swap(segment[i], segment[i + 1]);
    ++i;
  }
}

std::vector<double> segment_of(const Source& source, Random& random) {
  const std::size_t length = source.channel.size();
  const std::size_t count = std::min<std::size_t>(
      kSegmentLeast + static_cast<std::size_t>(random.below(kSegmentMost - kSegmentLeast + 1)),
      length);
  const auto from = static_cast<std::size_t>(random.below(length - count + 1));
  const std::int64_t offset =
      source.takes_offsets ? offset_of(source, from, count, random) : std::int64_t{0};
  std::vector<double> segment;
  for (std::size_t i = from; i < from + count; ++i) {
    segment.push_back(source.channel.is_decimal
                          ? static_cast<double>(source.channel.scaled[i] + offset) /
                                kPowers[source.channel.decimals]
                          : source.channel.values[i]);
  }
  if (random.chance(1, 2)) std::reverse(segment.begin(), segment.end());
  swap_some(segment, random);
  return segment;
}

}  // namespace

Feed extended_day(const std::vector<Channel>& channels, std::uint32_t sensors, double hours,
                  std::uint64_t seed) {
  const auto seconds = static_cast<std::size_t>(std::llround(hours * 3600));
  std::vector<Source> sources(channels.begin(), channels.end());
  Feed feed;
  feed.description = std::to_string(channels.size()) + " channels of the given files, extended";
  feed.sensors = sensors;
  feed.values.resize(sensors * seconds);
  for (std::uint32_t sensor = 0; sensor < sensors; ++sensor) {
    Random random(seed * 1'000'003 + sensor);
    for (std::size_t second = 0; second < seconds;) {
      for (const double value : segment_of(sources[sensor % sources.size()], random)) {
        if (second == seconds) break;
        feed.values[second++ * sensors + sensor] = {.value = value,
                                                    .sensor = {static_cast<std::uint16_t>(sensor)}};
      }
    }
  }
  for (std::size_t second = 0; second < seconds; ++second) {
    const auto at = static_cast<std::int64_t>(second + 1) * 1000;
    feed.scans.push_back({.at = {at}, .first = second * sensors, .count = sensors});
  }
  return feed;
}

}  // namespace hf::bench

#include "tools/benches/telemetry/measure.h"

#include <algorithm>
#include <array>
#include <bit>
#include <ctime>
#include <memory>

#include "stores/telemetry/range_cursor.h"

// Not inlined, and named without a namespace, so that `--toggle-collect` of callgrind finds it.
extern "C" __attribute__((noinline)) void holdfast_bench_take_in(
    hf::stores::telemetry::Telemetry& telemetry, const hf::bench::Feed& feed) {
  for (const hf::bench::Scan& scan : feed.scans) {
    telemetry.add_scan(0, scan.at, feed.values_of(scan), scan.at);
  }
}

namespace hf::bench {
namespace {

using stores::telemetry::Telemetry;

// Time of the processor, not of the clock on the wall: the window never waits for anything, and a
// neighbour on the machine must not show in its figures.
class Stopwatch {
 public:
  double ns() const { return now_ns() - start_ns_; }

 private:
  static double now_ns() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
  }

  double start_ns_ = now_ns();
};

class Window {
 public:
  Window(const Telemetry::Capacities& capacities, std::uint32_t blocks)
      : bytes_(Telemetry::bytes_for(capacities, blocks)),
        memory_(std::make_unique<std::uint64_t[]>((bytes_ + 7) / 8)),
        telemetry_(std::as_writable_bytes(std::span{memory_.get(), (bytes_ + 7) / 8}).first(bytes_),
                   capacities) {}

  Telemetry& telemetry() { return telemetry_; }

 private:
  std::size_t bytes_;
  std::unique_ptr<std::uint64_t[]> memory_;
  Telemetry telemetry_;
};

Telemetry::Capacities capacities_of(const Feed& feed, std::uint32_t block_bytes) {
  const Duration window = feed.scans.back().at - feed.scans.front().at + seconds(1);
  return {.sensors = feed.sensors, .block_bytes = block_bytes, .window = window};
}

std::uint32_t plenty_of_blocks(const Feed& feed, std::uint32_t block_bytes) {
  constexpr std::size_t kReadingBytesMost = 12;
  const std::size_t blocks =
      feed.values.size() * kReadingBytesMost / block_bytes + std::size_t{8} * feed.sensors + 64;
  return static_cast<std::uint32_t>(std::min<std::size_t>(blocks, stores::telemetry::kBlocksMax));
}

std::uint64_t lost(const stores::telemetry::Counts& counts) {
  return counts.evicted + counts.expired + counts.refused_late + counts.refused_future +
         counts.refused_unknown;
}

// Everything, in the order it was given, bit by bit.
bool is_all_there(const Telemetry& telemetry, const Feed& feed) {
  struct Pages {
    stores::telemetry::SeriesReader reader;
    std::array<Reading, 256> page;
    std::uint32_t count = 0;
    std::uint32_t at = 0;
  };
  std::vector<Pages> pages(feed.sensors);
  for (std::uint16_t i = 0; i < feed.sensors; ++i) {
    pages[i].reader = telemetry.reader({i}, telemetry.series({i}).first());
  }
  for (const Scan& scan : feed.scans) {
    for (const stores::telemetry::ScanValue& given : feed.values_of(scan)) {
      Pages& held = pages[given.sensor.value];
      if (held.at == held.count) {
        held.count = held.reader.read(held.page);
        held.at = 0;
        if (held.count == 0) return false;
      }
      const Reading& reading = held.page[held.at++];
      if (reading.at != scan.at || reading.quality != given.quality ||
          std::bit_cast<std::uint64_t>(reading.value) !=
              std::bit_cast<std::uint64_t>(given.value)) {
        return false;
      }
    }
  }
  return telemetry.held() == feed.values.size();
}

double latest_ns(const Telemetry& telemetry, const Feed& feed) {
  constexpr std::uint32_t kAsked = 2'000'000;
  const Uptime now = feed.scans.back().at;
  double sum = 0;
  const Stopwatch stopwatch;
  for (std::uint32_t i = 0; i < kAsked; ++i) {
    stores::telemetry::Latest latest;
    const auto sensor = static_cast<std::uint16_t>(i % feed.sensors);
    if (is_ok(telemetry.latest({sensor}, now, latest))) sum += latest.value;
  }
  const double ns = stopwatch.ns() / kAsked;
  volatile double used = sum;
  (void)used;
  return ns;
}

// The mean over hours that end at different moments of the day, of every sensor.
double range_1h_us(const Telemetry& telemetry, const Feed& feed) {
  constexpr std::uint32_t kHoursPerSensor = 5;
  constexpr std::size_t kPage = 256;
  const Uptime begin = feed.scans.front().at;
  const Duration length = feed.scans.back().at - begin;
  const Duration hour = std::min(length, hours(1) - milliseconds(1));
  const std::int64_t room = (length - hour).ms;
  std::vector<Reading> page(kPage);
  std::uint32_t asked = 0;
  const Stopwatch stopwatch;
  for (std::uint32_t turn = 0; turn < kHoursPerSensor; ++turn) {
    for (std::uint16_t sensor = 0; sensor < feed.sensors; ++sensor, ++asked) {
      const Uptime from = begin + milliseconds(room * ((turn * 37 + sensor * 11) % 101) / 100);
      stores::telemetry::RangeCursor cursor(telemetry, {sensor}, from, from + hour);
      while (cursor.read(page) > 0) {
      }
    }
  }
  return stopwatch.ns() / 1000 / asked;
}

// Hour by hour, until half of what is held is gone.
double prune_us_per_hour(Telemetry& telemetry, const Feed& feed) {
  const Duration length = feed.scans.back().at - feed.scans.front().at;
  const std::int64_t hours_long = std::max<std::int64_t>(length.ms / hours(1).ms / 2, 1);
  const Stopwatch stopwatch;
  for (std::int64_t hour = 1; hour <= hours_long; ++hour) {
    telemetry.prune(feed.scans.back().at + hours(hour));
  }
  return stopwatch.ns() / 1000 / static_cast<double>(hours_long);
}

}  // namespace

void take_in(const Feed& feed, std::uint32_t block_bytes) {
  Window window(capacities_of(feed, block_bytes), plenty_of_blocks(feed, block_bytes));
  holdfast_bench_take_in(window.telemetry(), feed);
}

Figures measure(const Feed& feed, std::uint32_t block_bytes) {
  const Telemetry::Capacities capacities = capacities_of(feed, block_bytes);
  std::uint32_t blocks = 0;
  {
    Window plenty(capacities, plenty_of_blocks(feed, block_bytes));
    holdfast_bench_take_in(plenty.telemetry(), feed);
    blocks = plenty.telemetry().report().blocks_recommended;
  }
  Window window(capacities, std::max(blocks, 4 * feed.sensors));
  Telemetry& telemetry = window.telemetry();
  Figures figures;
  const Stopwatch stopwatch;
  holdfast_bench_take_in(telemetry, feed);
  figures.ns_per_reading = stopwatch.ns() / static_cast<double>(feed.values.size());
  figures.readings = telemetry.held();
  figures.memory_bytes = telemetry.memory_bytes();
  figures.bytes_per_reading =
      static_cast<double>(figures.memory_bytes) / static_cast<double>(figures.readings);
  figures.block_bytes = block_bytes;
  figures.blocks = telemetry.report().blocks;
  figures.blocks_free = telemetry.report().blocks_free;
  figures.refused = lost(telemetry.counts());
  figures.lossless = figures.refused == 0 && is_all_there(telemetry, feed);
  figures.latest_ns = latest_ns(telemetry, feed);
  figures.range_1h_us = range_1h_us(telemetry, feed);
  figures.prune_us_per_hour = prune_us_per_hour(telemetry, feed);
  return figures;
}

}  // namespace hf::bench

// What the queue writes to flash. `./tools/bench flash --help` tells how it is asked for.
#include <cstdio>

#include "platform/linux/flash.h"
#include "platform/sim/flash.h"
#include "stores/offline_queue/settings.h"
#include "tools/benches/feed/feed_wishes.h"
#include "tools/benches/flash/device.h"
#include "tools/benches/flash/ready.h"
#include "tools/benches/flash/table.h"

namespace {

using namespace hf;
using bench::number_in;

constexpr Duration kNaiveSpan = minutes(10);

struct Wishes {
  bench::FeedWishes feed;
  bench::RoadSettings road;
  std::string ready_directory;

  // For one figure at the device, printed alone.
  std::string directory;
  std::string stat;
  bool naive_only = false;
  bool is_lazytime = false;

  bench::OnDevice device;  // measured by earlier runs
};

// clang-format off
std::vector<bench::OwnOption> options_of(Wishes& wishes) {
  bench::OnDevice& device = wishes.device;
  return {
      {"--online",     [&](auto) { wishes.road.is_online = true; },  false},
      {"--offline",    [&](auto) { wishes.road.is_online = false; }, false},
      {"--naive-only", [&](auto) { wishes.naive_only = true; },      false},
      {"--lazytime",   [&](auto) { wishes.is_lazytime = true; },     false},
      {"--ready-directory", [&](auto value) { wishes.ready_directory = value; }},
      {"--directory",       [&](auto value) { wishes.directory = value; }},
      {"--stat",            [&](auto value) { wishes.stat = value; }},
      {"--quota-mb", [&](auto value) { wishes.road.quota_bytes = number_in<std::uint64_t>(value) * 1'000'000; }},
      {"--window",   [&](auto value) { wishes.road.window = seconds(number_in<std::uint16_t>(value)); }},
      {"--device-bytes",          [&](auto value) { device.bytes = number_in<double>(value); }},
      {"--device-bytes-lazytime", [&](auto value) { device.bytes_lazytime = number_in<double>(value); }},
      {"--naive-device-bytes",    [&](auto value) { device.naive_bytes = number_in<double>(value); }},
  };
}
// clang-format on

Wishes wishes_of(int count, char** words) {
  constexpr double kFlashHoursMost = 30 * 24;
  Wishes wishes;
  wishes.feed = bench::read_wishes(count, words, options_of(wishes), kFlashHoursMost);
  const Duration window = wishes.road.window;
  if (window < stores::kWindowLeast || window > stores::kWindowMax) bench::refuse("--window");
  return wishes;
}

// One figure: bytes a reading at the block device.
int measure_device(const Wishes& wishes, const bench::Feed& feed) {
  on_linux::Flash medium(wishes.directory.c_str());
  bench::CountingFlash flash(medium);
  bench::Device device(wishes.directory, wishes.stat, wishes.is_lazytime);
  const auto every_second = [&](Uptime now) { device.pass_second(now); };
  std::uint64_t readings = 0;
  if (wishes.naive_only) {
    readings = bench::keep_naively(feed, kNaiveSpan, flash, every_second).readings;
  } else {
    readings = bench::take_the_road(feed, wishes.road, flash, every_second).readings;
  }
  if (readings == 0) return 1;
  std::printf("%.4f\n",
              static_cast<double>(device.bytes_written()) / static_cast<double>(readings));
  return 0;
}

template <typename Measure>
auto on_simulated_flash(Measure measure) {
  sim::Supply supply;
  sim::Clock clock(1);
  sim::Flash medium(supply, clock, 1);
  medium.set_model({.capacity_bytes = 8ULL << 30});
  bench::CountingFlash flash(medium);
  return measure(flash);
}

}  // namespace

int main(int count, char** words) {
  const Wishes wishes = wishes_of(count, words);
  const bench::Feed feed = bench::feed_of(wishes.feed);
  if (!wishes.directory.empty()) return measure_device(wishes, feed);
  const auto nothing = [](Uptime) {};
  bench::FlashReport report{.feed = feed,
                            .settings = wishes.road,
                            .road = on_simulated_flash([&](bench::CountingFlash& flash) {
                              return bench::take_the_road(feed, wishes.road, flash, nothing);
                            }),
                            .naive = on_simulated_flash([&](bench::CountingFlash& flash) {
                              return bench::keep_naively(feed, kNaiveSpan, flash, nothing);
                            }),
                            .device = wishes.device,
                            .ready_ms = {}};
  if (!wishes.ready_directory.empty()) {
    report.ready_ms = bench::measure_ready_ms(wishes.ready_directory);
  }
  wishes.feed.json ? bench::print_json(report) : bench::print_table(report);
  return report.road.is_sound ? 0 : 1;
}

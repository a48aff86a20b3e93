// What the queue writes to flash. `./tools/bench flash --help` tells how it is asked for.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "platform/linux/flash.h"
#include "platform/sim/flash.h"
#include "stores/offline_queue/settings.h"
#include "tools/benches/flash/device.h"
#include "tools/benches/flash/ready.h"
#include "tools/benches/flash/table.h"
#include "tools/benches/telemetry/extended_day.h"
#include "tools/benches/telemetry/generated_day.h"

namespace {

using namespace hf;

constexpr Duration kNaiveSpan = minutes(10);

struct Wishes {
  std::vector<std::string> files;
  double hours = 24;
  std::uint32_t sensors = 100;
  std::uint64_t seed = 7;
  bench::RoadSettings road;
  bool json = false;
  std::string ready_directory;

  // For one figure at the device, printed alone.
  std::string directory;
  std::string stat;
  bool naive_only = false;
  bool is_lazytime = false;

  bench::OnDevice device;  // measured by earlier runs
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

bool read_flag(std::string_view word, Wishes& wishes) {
  const std::pair<std::string_view, bool*> flags[] = {{"--json", &wishes.json},
                                                      {"--online", &wishes.road.is_online},
                                                      {"--naive-only", &wishes.naive_only},
                                                      {"--lazytime", &wishes.is_lazytime}};
  for (const auto& [name, flag] : flags) {
    if (word == name) return *flag = true;
  }
  if (word == "--offline") wishes.road.is_online = false;
  return word == "--offline";
}

bool read_text(std::string_view word, const char* value, Wishes& wishes) {
  const std::pair<std::string_view, std::string*> texts[] = {
      {"--ready-directory", &wishes.ready_directory},
      {"--directory", &wishes.directory},
      {"--stat", &wishes.stat}};
  for (const auto& [name, text] : texts) {
    if (word == name) *text = value;
    if (word == name) return true;
  }
  if (word == "--data") wishes.files.emplace_back(value);
  return word == "--data";
}

void read_number(const char* word, const char* value, Wishes& wishes) {
  const std::string_view name = word;
  const std::pair<std::string_view, std::optional<double>*> figures[] = {
      {"--device-bytes", &wishes.device.bytes},
      {"--device-bytes-lazytime", &wishes.device.bytes_lazytime},
      {"--naive-device-bytes", &wishes.device.naive_bytes}};
  for (const auto& [known, figure] : figures) {
    if (name == known) *figure = number<double>(value);
    if (name == known) return;
  }
  if (name == "--hours") {
    wishes.hours = number<double>(value);
  } else if (name == "--sensors") {
    wishes.sensors = number<std::uint32_t>(value);
  } else if (name == "--seed") {
    wishes.seed = number<std::uint64_t>(value);
  } else if (name == "--quota-mb") {
    wishes.road.quota_bytes = number<std::uint64_t>(value) * 1'000'000;
  } else if (name == "--window") {
    wishes.road.window = seconds(number<std::uint16_t>(value));
  } else {
    refuse(word);
  }
}

Wishes wishes_of(int count, char** words) {
  Wishes wishes;
  for (int at = 1; at < count; ++at) {
    if (read_flag(words[at], wishes)) continue;
    if (at + 1 == count) refuse(words[at]);
    if (!read_text(words[at], words[at + 1], wishes)) {
      read_number(words[at], words[at + 1], wishes);
    }
    ++at;
  }
  constexpr double kHoursMost = 30 * 24;
  if (wishes.hours < 0.01 || wishes.hours > kHoursMost) refuse("--hours");
  if (wishes.sensors == 0 || wishes.sensors > limits::kBoard.sensors_max) refuse("--sensors");
  const Duration window = wishes.road.window;
  if (window < stores::kWindowLeast || window > stores::kWindowMax) refuse("--window");
  return wishes;
}

bench::Feed feed_of(const Wishes& wishes) {
  if (wishes.files.empty()) return bench::generated_day(wishes.sensors, wishes.hours, wishes.seed);
  const std::vector<bench::Channel> channels = bench::read_channels(wishes.files);
  if (channels.empty()) refuse("--data: no readings in it");
  return bench::extended_day(channels, wishes.sensors, wishes.hours, wishes.seed);
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
  const bench::Feed feed = feed_of(wishes);
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
  wishes.json ? bench::print_json(report) : bench::print_table(report);
  return report.road.is_sound ? 0 : 1;
}

#include "tools/benches/flash/table.h"

#include <cinttypes>
#include <cstdio>

namespace hf::bench {
namespace {

double per_reading(std::uint64_t count, std::uint64_t readings) {
  return readings == 0 ? 0 : static_cast<double>(count) / static_cast<double>(readings);
}

// 7.5 at 30 s, and so on: what we aim for at the device, offline.
const char* goal_of(Duration window) {
  if (window <= seconds(10)) return "10";
  return window <= seconds(30) ? "7.5" : "6.5";
}

struct Figure {
  const char* key;
  const char* what;  // null: for programs only
  std::optional<double> value;
  const char* goal;
  const char* others;
};

// One list for people and programs, so that they never differ.
template <typename Put>
void put_all(const FlashReport& report, Put put) {
  const RoadFigures& road = report.road;
  const NaiveFigures& naive = report.naive;
  const bool is_online = report.settings.is_online;
  const double hours = road.hours, naive_hours = naive.hours;
  const auto of = [&](std::uint64_t count) { return per_reading(count, road.readings); };
  const auto naive_of = [&](std::uint64_t count) { return per_reading(count, naive.readings); };
  const auto an_hour = [](std::uint64_t count, double span) {
    return span > 0 ? static_cast<double>(count) / span : 0;
  };
  const double readings_a_day = an_hour(road.readings, hours) * 24;
  const auto a_day = [readings_a_day](std::optional<double> bytes) {
    if (bytes) *bytes *= readings_a_day;
    return bytes;
  };
  const char* const goal = is_online ? "" : goal_of(report.settings.window);
  const Figure figures[] = {
      {"bytes_per_reading", "bytes written a reading", of(road.use.bytes), "", ""},
      {"block_bytes_per_reading", "... in blocks of 4 KiB", of(road.use.block_bytes()), goal,
       "FlashDB 213"},
      {"device_bytes_per_reading", "... at the device, ext4", report.device.bytes, goal,
       "best peer 213, a row a reading 5,700"},
      {"device_bytes_per_reading_lazytime", "... with lazytime", report.device.bytes_lazytime, goal,
       ""},
      {"bytes_per_hour", nullptr, an_hour(road.use.bytes, hours), "", ""},
      {"bytes_per_day", nullptr, an_hour(road.use.bytes, hours) * 24, "", ""},
      {"block_bytes_per_day", "bytes a day, in blocks", an_hour(road.use.block_bytes(), hours) * 24,
       is_online ? "20,000,000" : "", "best peer 1,800,000,000"},
      {"device_bytes_per_day", "... at the device, ext4", a_day(report.device.bytes), "", ""},
      {"device_bytes_per_day_lazytime", "... with lazytime", a_day(report.device.bytes_lazytime),
       is_online ? "20,000,000" : "", ""},
      {"flushes_per_reading", nullptr, of(road.use.flushes), "", ""},
      {"flushes_per_hour", "flushes an hour", an_hour(road.use.flushes, hours),
       report.settings.window >= seconds(60) ? "70" : "", "a second's commits 3,600"},
      {"flushes_per_day", nullptr, an_hour(road.use.flushes, hours) * 24, "", ""},
      {"bytes_on_flash_per_reading", "bytes held a reading, all files", of(road.bytes_held), "1.2",
       "VictoriaMetrics 0.84, rows 44 to 56"},
      {"frame_bytes_per_reading", "... in frames", of(road.frame_bytes), "", ""},
      {"hours_in_full", "hours held in full", road.hours_in_full, "", ""},
      {"hours_of_10s", "... in steps of 10 s", road.hours_of_10s, "", ""},
      {"hours_of_1min", "... in steps of 1 min", road.hours_of_1min, "", ""},
      {"hours_dropped", "... dropped", road.hours_dropped, "0", ""},
      {"ready_ms_500mb", "ms to the first reading safe, 500 MB", report.ready_ms, "1,000", ""},
      {"naive_bytes_per_reading", "naive: bytes written a reading", naive_of(naive.use.bytes), "",
       ""},
      {"naive_block_bytes_per_reading", "... in blocks of 4 KiB", naive_of(naive.use.block_bytes()),
       "", ""},
      {"naive_device_bytes_per_reading", "... at the device, ext4", report.device.naive_bytes, "",
       ""},
      {"naive_flushes_per_hour", "... flushes an hour", an_hour(naive.use.flushes, naive_hours), "",
       ""},
      {"naive_bytes_on_flash_per_reading", "... bytes held a reading", naive_of(naive.bytes_held),
       "", ""},
  };
  for (const Figure& figure : figures) put(figure);
}

}  // namespace

void print_table(const FlashReport& report) {
  std::printf("%" PRIu64 " readings of %" PRIu32 " sensors in %.1f hours, W = %" PRId64
              " s, %s: %s\n\n",
              report.road.readings, report.feed.sensors, report.road.hours,
              report.settings.window.ms / 1000, report.settings.is_online ? "online" : "offline",
              report.feed.description.c_str());
  std::printf("  %-38s %14s   %-14s %s\n", "", "here", "goal: at most", "others");
  put_all(report, [](const Figure& figure) {
    if (figure.what == nullptr) return;
    if (figure.value) {
      std::printf("  %-38s %14.2f   %-14s %s\n", figure.what, *figure.value, figure.goal,
                  figure.others);
    } else {
      std::printf("  %-38s %14s   %-14s %s\n", figure.what, "not measured", figure.goal,
                  figure.others);
    }
  });
  std::printf("\n  the naive way was measured over %.0f minutes\n  %s\n", report.naive.hours * 60,
              report.road.is_sound ? "every reading that was taken was there to be sent, once"
                                   : "LOST: not every reading that was taken was there to be sent");
}

void print_json(const FlashReport& report) {
  std::printf("{\"readings\": %" PRIu64 ", \"sensors\": %" PRIu32
              ", \"hours\": %.2f, \"window_s\": %" PRId64 ", \"online\": %s, ",
              report.road.readings, report.feed.sensors, report.road.hours,
              report.settings.window.ms / 1000, report.settings.is_online ? "true" : "false");
  put_all(report, [](const Figure& figure) {
    if (figure.value) {
      std::printf("\"%s\": %.7g, ", figure.key, *figure.value);
    } else {
      std::printf("\"%s\": null, ", figure.key);
    }
  });
  std::printf("\"sound\": %s}\n", report.road.is_sound ? "true" : "false");
}

}  // namespace hf::bench

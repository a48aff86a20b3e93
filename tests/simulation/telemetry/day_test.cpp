// A day and two hours at full rate on virtual time: what the window is for.

#include <CppUTest/TestHarness.h>

#include <cmath>

#include "stores/telemetry/forward_cursor.h"
#include "tests/unit/stores/telemetry/window_under_test.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::stores::telemetry;

namespace {

constexpr std::uint32_t kSensors =
    limits::kBoard.sensors_max < 128 ? limits::kBoard.sensors_max : 128;
constexpr std::int64_t kSeconds = 26 * 3600;

// What sensor `index` reads in this second: a function, so that nothing needs to be remembered.
double value_of(std::uint32_t index, std::int64_t second) {
  Random random(static_cast<std::uint64_t>(second) * 1024 + index);
  const double noise = static_cast<double>(random.below(1 + index % 7)) / 10;
  const double slow = std::floor(static_cast<double>((second / 60) % (20 + index))) / 2;
  return std::round((slow + noise) * 10) / 10;
}

// Each bus polls a millisecond late now and then.
std::int64_t moment_ms(std::int64_t second) { return second * 1000 + (second % 17 == 0 ? 3 : 0); }

}  // namespace

TEST_GROUP(TelemetryDay){};

TEST(TelemetryDay,
     of_all_sensors_at_full_rate_fits_the_limits_of_the_board_and_every_reading_is_true) {
  const std::size_t bytes = limits::kBoard.telemetry_bytes - sizeof(Telemetry);
  std::vector<std::uint64_t> memory(bytes / 8);
  Telemetry telemetry(std::as_writable_bytes(std::span{memory}), {.sensors = kSensors});
  std::vector<Sequence> places(kSensors);
  ForwardCursor forward(telemetry, places);
  std::uint64_t forwarded = 0;
  std::vector<Reading> page(600);
  for (std::int64_t second = 1; second <= kSeconds; ++second) {
    const Uptime now{moment_ms(second)};
    ScanValue values[kSensors];
    for (std::uint32_t i = 0; i < kSensors; ++i) values[i] = {value_of(i, second), sensor(i), {}};
    UNSIGNED_LONGS_EQUAL(kSensors, telemetry.add_scan(0, now, values, now));
    if (second % 60 == 0) telemetry.prune(now);
    if (second % 600 != 0) continue;
    forward.begin_batch(now);
    for (ForwardCursor::Part part; forward.next(page, part);) {
      UNSIGNED_LONGLONGS_EQUAL(0, part.missed);
      forwarded += part.count;
    }
  }
  UNSIGNED_LONGLONGS_EQUAL(kSensors * kSeconds, forwarded);
  UNSIGNED_LONGLONGS_EQUAL(0, telemetry.counts().evicted);
  CHECK_FALSE(telemetry.report().below_window);

  for (std::uint32_t i = 0; i < kSensors; ++i) {
    RangeCursor cursor(telemetry, sensor(i), Uptime{moment_ms(kSeconds)} - hours(24),
                       {moment_ms(kSeconds)});
    std::int64_t second = kSeconds - 86'400;
    if (moment_ms(second) < moment_ms(kSeconds) - hours(24).ms) ++second;
    bool all_true = true;
    while (const std::uint32_t count = cursor.read(page)) {
      for (std::uint32_t k = 0; k < count; ++k, ++second) {
        all_true = all_true && page[k].at.ms == moment_ms(second) &&
                   page[k].value == value_of(i, second) && page[k].quality == Quality::good;
      }
    }
    CHECK(all_true);
    LONGLONGS_EQUAL(kSeconds + 1, second);
  }
}

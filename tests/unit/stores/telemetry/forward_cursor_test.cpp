#include "stores/telemetry/forward_cursor.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>

#include "tests/unit/stores/telemetry/window_under_test.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::stores::telemetry;

namespace {

constexpr std::uint32_t kSensors = 5;

}  // namespace

TEST_GROUP(Forward) {
  WindowUnderTest window{kSensors, 256};
  std::vector<Sequence> places = std::vector<Sequence>(kSensors);
  Random random{2};
  std::int64_t now_ms = 0;

  void pour(std::uint32_t scans) {
    for (std::uint32_t scan = 0; scan < scans; ++scan) {
      now_ms += 1000;
      std::vector<ScanValue> values;
      for (std::uint32_t i = 0; i < kSensors; ++i) {
        if (!random.chance(1, 20)) values.push_back({random.fraction(), sensor(i), Quality::good});
      }
      window.telemetry->add_scan(0, {now_ms}, values, {now_ms});
    }
  }

  std::vector<Reading> batch(Uptime until, std::uint64_t* missed = nullptr) {
    ForwardCursor cursor(*window.telemetry, places);
    cursor.begin_batch(until);
    std::vector<Reading> page(17), all;
    ForwardCursor::Part part;
    while (cursor.next(page, part)) {
      for (std::uint32_t i = 0; i < part.count; ++i) CHECK(page[i].sensor == part.sensor);
      all.insert(all.end(), page.begin(), page.begin() + part.count);
      if (missed != nullptr) *missed += part.missed;
    }
    return all;
  }

  std::vector<Reading> everything() {
    std::vector<Reading> all;
    for (std::uint32_t i = 0; i < kSensors; ++i) {
      const std::vector<Reading> one = window.all(i);
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  }
};

TEST(Forward, what_was_just_coded_is_the_same_whether_it_still_stands_in_staging_or_not) {
  std::vector<Reading> followed;
  for (std::uint32_t cut = 0; cut < 2000; ++cut) {
    // Mostly a little at a time: what was coded is wanted soon. At times all is overwritten.
    pour(static_cast<std::uint32_t>(random.chance(1, 10) ? random.below(200) : random.below(12)));
    const std::vector<Reading> part = batch({now_ms});
    followed.insert(followed.end(), part.begin(), part.end());
  }
  std::ranges::stable_sort(followed, {}, [](const Reading& reading) { return reading.sensor; });
  for (std::uint32_t i = 0; i < kSensors; ++i) {
    const std::vector<Reading> held = window.all(i);
    const auto end = std::ranges::upper_bound(followed, sensor(i), {}, &Reading::sensor);
    std::vector<Reading> tail(end - static_cast<std::ptrdiff_t>(held.size()), end);
    CHECK(same(held, tail));
  }
}

TEST(Forward, batches_give_every_reading_of_every_sensor_once) {
  std::vector<Reading> all;
  for (std::uint32_t round = 0; round < 40; ++round) {
    pour(static_cast<std::uint32_t>(1 + random.below(100)));
    const std::vector<Reading> some = batch({now_ms});
    all.insert(all.end(), some.begin(), some.end());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Reading& a, const Reading& b) { return a.sensor < b.sensor; });
  CHECK(same(everything(), all));
}

TEST(Forward, a_batch_ends_at_its_moment_and_the_next_begins_after_it) {
  pour(200);
  const std::vector<Reading> first = batch({100'000});
  CHECK(std::all_of(first.begin(), first.end(),
                    [](const Reading& reading) { return reading.at <= Uptime{100'000}; }));
  const std::vector<Reading> second = batch({now_ms});
  CHECK(std::all_of(second.begin(), second.end(),
                    [](const Reading& reading) { return reading.at > Uptime{100'000}; }));
  LONGS_EQUAL(everything().size(), first.size() + second.size());
}

TEST(Forward, a_batch_that_could_not_be_kept_is_given_again_from_a_copy_of_the_places) {
  pour(300);
  const std::vector<Sequence> copy = places;
  const std::vector<Reading> first = batch({now_ms});
  places = copy;
  CHECK(same(first, batch({now_ms})));
}

TEST(Forward, what_was_dropped_before_it_was_read_is_told) {
  pour(50);
  (void)batch({now_ms});
  const std::uint64_t read = everything().size();
  pour(20'000);
  std::uint64_t missed = 0;
  const std::uint64_t given = batch({now_ms}, &missed).size();
  CHECK(missed > 0);
  UNSIGNED_LONGLONGS_EQUAL(window.telemetry->counts().taken, read + given + missed);
}

TEST(Forward, starts_at_a_moment) {
  pour(200);
  ForwardCursor(*window.telemetry, places).start_at({150'000});
  const std::vector<Reading> some = batch({now_ms});
  CHECK(std::all_of(some.begin(), some.end(),
                    [](const Reading& reading) { return reading.at >= Uptime{150'000}; }));
  CHECK(some.size() > 200);
}

TEST(Forward, a_late_reading_behind_the_batch_is_refused_so_that_none_is_skipped_in_silence) {
  pour(10);
  const Reading late{{now_ms - 500}, 1, sensor(0), Quality::good};
  CHECK(is_ok(window.telemetry->add(late, {now_ms})));
  (void)batch({now_ms});
  CHECK(window.telemetry->add(late, {now_ms}) == Status::refused);
}

TEST(Forward, readings_of_an_earlier_boot_are_not_forwarded_again) {
  pour(10);
  const Reading earlier[] = {{{-2000}, 1, sensor(0), Quality::good},
                             {{-1000}, 2, sensor(0), Quality::good}};
  CHECK(is_ok(window.telemetry->put_back(sensor(0), earlier, {now_ms})));
  const std::vector<Reading> some = batch({now_ms});
  CHECK(std::none_of(some.begin(), some.end(),
                     [](const Reading& reading) { return reading.at < Uptime{0}; }));
}

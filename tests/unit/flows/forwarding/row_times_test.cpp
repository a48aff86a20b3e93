#include "flows/forwarding/row_times.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <vector>

#include "vocabulary/random.h"

using namespace hf;
using namespace hf::flows::forwarding;

TEST_GROUP(RowTimes) {
  std::array<Uptime, 6> memory{};
  RowTimes rows{memory};

  void setup() override { rows.clear(Uptime{100}); }

  void note(std::initializer_list<std::int64_t> moments) {
    rows.begin_sensor();
    for (const std::int64_t ms : moments) rows.note(Uptime{ms});
  }
  void check_rows(std::initializer_list<std::int64_t> expected) {
    UNSIGNED_LONGS_EQUAL(expected.size(), rows.rows().size());
    CHECK(std::equal(expected.begin(), expected.end(), rows.rows().begin(),
                     [](std::int64_t ms, Uptime at) { return at == Uptime{ms}; }));
  }
};

TEST(RowTimes, sensors_of_one_scan_share_its_row) {
  note({10, 20, 30});
  note({10, 30});
  check_rows({10, 20, 30});
}

TEST(RowTimes, a_moment_nobody_had_before_is_put_in_between) {
  note({10, 30});
  note({5, 20, 40});
  check_rows({5, 10, 20, 30, 40});
}

TEST(RowTimes, two_readings_of_one_sensor_at_one_moment_are_two_rows) {
  note({10, 10, 20});
  note({10, 20});
  check_rows({10, 10, 20});
}

TEST(RowTimes, what_is_after_the_end_of_the_frame_gets_no_row) {
  note({10, 101});
  check_rows({10});
  std::uint16_t row = 0;
  rows.begin_sensor();
  CHECK_TRUE(rows.find(Uptime{10}, row));
  CHECK_FALSE(rows.find(Uptime{101}, row));
}

TEST(RowTimes, the_latest_moments_wait_for_the_next_frame_when_memory_is_used_up) {
  note({10, 20, 30, 40, 50, 50});
  note({15});
  check_rows({10, 15, 20, 30, 40});
  CHECK(rows.until() == Uptime{49});
  note({60});
  check_rows({10, 15, 20, 30, 40});
}

TEST(RowTimes, more_readings_at_one_moment_than_rows_are_that_many_rows) {
  note({10, 10, 10, 10, 10, 10, 10, 10});
  UNSIGNED_LONGS_EQUAL(6, rows.rows().size());
  CHECK(rows.until() == Uptime{100});
}

TEST(RowTimes, every_reading_up_to_the_end_finds_a_row_of_its_own) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Random random(seed);
    std::array<Uptime, 40> memory_of_40;
    RowTimes times{memory_of_40};
    times.clear(Uptime{90});
    std::vector<std::vector<Uptime>> sensors(1 + random.below(6));
    for (auto& readings : sensors) {
      for (std::uint64_t count = random.below(20); count > 0; --count) {
        readings.push_back(Uptime{random.between(0, 100)});
      }
      std::sort(readings.begin(), readings.end());
      times.begin_sensor();
      for (const Uptime at : readings) times.note(at);
    }
    CHECK(std::is_sorted(times.rows().begin(), times.rows().end()));
    for (const auto& readings : sensors) {
      times.begin_sensor();
      int last = -1;
      for (const Uptime at : readings) {
        std::uint16_t row = 0;
        CHECK_EQUAL(at <= times.until(), times.find(at, row));
        if (at > times.until()) continue;
        CHECK(times.rows()[row] == at && row > last);
        last = row;
      }
    }
  }
}

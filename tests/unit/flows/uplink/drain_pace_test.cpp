#include "flows/uplink/drain_pace.h"

#include <CppUTest/TestHarness.h>

using namespace hf;
using hf::flows::uplink::DrainPace;

TEST_GROUP(DrainPace) {
  DrainPace pace;
  Uptime now{100'000};

  // A parcel of so many bytes each second, acknowledged a second after it left.
  void drain(int seconds_long, std::uint64_t bytes) {
    for (int i = 0; i < seconds_long; ++i) {
      now = now + seconds(1);
      pace.note(bytes, now - seconds(1), now);
    }
  }
};

TEST(DrainPace, it_is_known_after_seconds_of_draining_and_not_before) {
  drain(5, 1000);
  UNSIGNED_LONGS_EQUAL(0, pace.bytes_per_second());
  drain(10, 1000);
  UNSIGNED_LONGS_EQUAL(1000, pace.bytes_per_second());
}

TEST(DrainPace, it_follows_a_link_that_gets_worse_within_a_minute) {
  drain(120, 1000);
  drain(61, 100);
  UNSIGNED_LONGS_EQUAL(100, pace.bytes_per_second());
}

TEST(DrainPace, time_in_which_nothing_waited_is_not_the_links) {
  drain(20, 1000);
  now = now + hours(3);
  drain(20, 1000);
  UNSIGNED_LONGS_EQUAL(1000, pace.bytes_per_second());
}

TEST(DrainPace, it_outlives_a_connection_until_the_next_one_is_known) {
  drain(20, 1000);
  pace.begin_connection();
  drain(5, 100);
  UNSIGNED_LONGS_EQUAL(1000, pace.bytes_per_second());
  drain(10, 100);
  UNSIGNED_LONGS_EQUAL(100, pace.bytes_per_second());
}

#include "vocabulary/random.h"

#include <CppUTest/TestHarness.h>

using namespace hf;

TEST_GROUP(RandomNumbers){};

TEST(RandomNumbers, are_the_published_sequence_so_that_a_seed_replays_on_every_machine) {
  Random random{1234567};
  UNSIGNED_LONGLONGS_EQUAL(6457827717110365317ULL, random.next());
  UNSIGNED_LONGLONGS_EQUAL(3203168211198807973ULL, random.next());
}

TEST(RandomNumbers, between_reaches_both_ends_and_nothing_beyond) {
  Random random{7};
  bool least_seen = false;
  bool most_seen = false;
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t number = random.between(-2, 2);
    CHECK(number >= -2 && number <= 2);
    least_seen = least_seen || number == -2;
    most_seen = most_seen || number == 2;
  }
  CHECK(least_seen && most_seen);
}

TEST(RandomNumbers, between_takes_the_widest_span_there_is) {
  Random random{7};
  for (int i = 0; i < 10; ++i) random.between(INT64_MIN, INT64_MAX);
}

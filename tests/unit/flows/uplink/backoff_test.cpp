#include "flows/uplink/backoff.h"

#include <CppUTest/TestHarness.h>

using namespace hf;
using namespace hf::flows;
using namespace hf::flows::uplink;

TEST_GROUP(Backoff) {
  BackoffSettings settings;
  Backoff backoff{settings, 7};

  // The longest wait that was drawn in many tries after so many failures.
  Duration longest_after(std::uint32_t failures, bool is_metered) const {
    Duration longest;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      Backoff fresh{settings, seed};
      fresh.restore({failures});
      longest = std::max(longest, fresh.after_failure(is_metered));
    }
    return longest;
  }
};

TEST(Backoff, waits_double_from_a_second_to_the_cap_of_the_link) {
  struct Case {
    std::uint32_t failures;
    Duration wired, metered;
  };
  for (const Case& c :
       {Case{0, seconds(1), seconds(1)}, Case{1, seconds(2), seconds(2)},
        Case{4, seconds(16), seconds(16)}, Case{5, seconds(30), seconds(32)},
        Case{9, seconds(30), minutes(5)}, Case{4'000'000, seconds(30), minutes(5)}}) {
    backoff.restore({c.failures});
    LONGS_EQUAL(c.wired.ms, backoff.bound(false).ms);
    LONGS_EQUAL(c.metered.ms, backoff.bound(true).ms);
  }
}

TEST(Backoff, a_wait_is_anywhere_below_its_bound_and_never_nothing) {
  for (const std::uint32_t failures : {0U, 3U, 20U}) {
    Duration shortest = hours(1);
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      Backoff fresh{settings, seed};
      fresh.restore({failures});
      const Duration bound = fresh.bound(false);
      const Duration wait = fresh.after_failure(false);
      CHECK(wait >= milliseconds(100) && wait <= bound);
      shortest = std::min(shortest, wait);
    }
    backoff.restore({failures});
    CHECK(shortest.ms * 10 <= std::max<std::int64_t>(backoff.bound(false).ms, 1500));
    CHECK(longest_after(failures, false).ms * 10 >= backoff.bound(false).ms * 9);
  }
}

TEST(Backoff, a_connection_that_dies_at_once_resets_nothing) {
  for (int i = 0; i < 5; ++i) backoff.after_connection(seconds(2), false);
  LONGS_EQUAL(5, backoff.state().failures);
  backoff.after_connection(minutes(5) - milliseconds(1), false);
  LONGS_EQUAL(6, backoff.state().failures);
}

TEST(Backoff, minutes_of_stability_reset_it) {
  for (int i = 0; i < 9; ++i) backoff.after_failure(false);
  backoff.after_connection(minutes(5), false);
  LONGS_EQUAL(1, backoff.state().failures);
}

TEST(Backoff, what_it_learned_outlives_a_restart) {
  for (int i = 0; i < 6; ++i) backoff.after_failure(true);
  Backoff later{settings, 99};
  later.restore(backoff.state());
  LONGS_EQUAL(backoff.bound(true).ms, later.bound(true).ms);
}

TEST(Backoff, it_gives_up_only_where_a_setting_says_so) {
  for (int i = 0; i < 1000; ++i) backoff.after_failure(false);
  CHECK(!backoff.has_given_up());
  settings.attempts_max = 3;
  Backoff bounded{settings, 7};
  bounded.after_failure(false);
  bounded.after_failure(false);
  CHECK(!bounded.has_given_up());
  bounded.after_failure(false);
  CHECK(bounded.has_given_up());
  bounded.reset();
  CHECK(!bounded.has_given_up());
}

#include "flows/uplink/token_bucket.h"

#include <CppUTest/TestHarness.h>

#include "vocabulary/random.h"

using namespace hf;
using namespace hf::flows::uplink;

TEST_GROUP(TokenBucket) { TokenBucket bucket; };

TEST(TokenBucket, without_a_rate_everything_goes_at_once) {
  for (int i = 0; i < 100; ++i) {
    CHECK(bucket.free_at(1'000'000'000, Uptime{5}) == Uptime{5});
    bucket.take(1'000'000'000, Uptime{5});
  }
}

TEST(TokenBucket, a_few_seconds_worth_goes_at_once_and_then_the_rate_holds) {
  bucket.set(1000, Uptime{0});
  CHECK(bucket.free_at(5000, Uptime{0}) == Uptime{0});
  bucket.take(5000, Uptime{0});
  CHECK(bucket.free_at(1000, Uptime{0}) == Uptime{1000});
  CHECK(bucket.free_at(1000, Uptime{999}) == Uptime{1000});
  CHECK(bucket.free_at(1000, Uptime{1000}) == Uptime{1000});
}

TEST(TokenBucket, what_is_larger_than_the_bucket_goes_too_and_leaves_a_debt) {
  bucket.set(100, Uptime{0});
  CHECK(bucket.free_at(10'000, Uptime{0}) == Uptime{0});
  bucket.take(10'000, Uptime{0});
  CHECK(bucket.free_at(1, Uptime{0}) == Uptime{0} + milliseconds(95'010));
  CHECK(bucket.free_at(10'000, Uptime{0}) == Uptime{100'000});
}

TEST(TokenBucket, on_average_the_rate_is_kept_and_nothing_waits_for_ever) {
  Random random(3);
  for (const std::uint64_t rate : {1ULL, 50ULL, 4000ULL, 10'000'000ULL}) {
    TokenBucket limited;
    Uptime now{0};
    limited.set(rate, now);
    std::uint64_t sent = 0;
    for (int i = 0; i < 2000; ++i) {
      const std::uint64_t amount = 1 + random.below(rate * 8);
      now = limited.free_at(amount, now);
      limited.take(amount, now);
      sent += amount;
      now = now + milliseconds(static_cast<std::int64_t>(random.below(3)));
    }
    const double average = static_cast<double>(sent) * 1000 / static_cast<double>(now.ms);
    CHECK(average <= static_cast<double>(rate) * 1.02);
    CHECK(average >= static_cast<double>(rate) * 0.95);
  }
}

TEST(TokenBucket, years_of_silence_overflow_nothing) {
  bucket.set(UINT64_C(4'000'000'000), Uptime{0});
  bucket.take(20'000'000'000, Uptime{0});
  const Uptime later = Uptime{0} + days(36'500);
  CHECK(bucket.free_at(1, later) == later);
}

#include "vocabulary/breaker.h"

#include <CppUTest/TestHarness.h>

using namespace hf;

TEST_GROUP(Breaker) {
  Breaker breaker{BreakerSettings{}};
  Uptime now{1000};

  void fail(int times) {
    for (int i = 0; i < times; ++i) breaker.note_failure(now);
  }
};

TEST(Breaker, opens_after_five_failures_in_a_row_and_not_before) {
  fail(4);
  breaker.note_success(now);
  fail(4);
  CHECK(breaker.permits(now));
  fail(1);
  CHECK(!breaker.permits(now));
  LONGS_EQUAL(1, breaker.times_opened());
}

TEST(Breaker, after_its_pause_one_probe_goes_and_no_more) {
  fail(5);
  now = now + seconds(30) - milliseconds(1);
  CHECK(!breaker.permits(now));
  now = now + milliseconds(1);
  CHECK(breaker.permits(now));
  breaker.note_asked();
  CHECK(breaker.state() == BreakerState::half_open);
  CHECK(!breaker.permits(now));
}

TEST(Breaker, a_probe_that_succeeds_closes_it_and_one_that_fails_opens_it_again) {
  fail(5);
  now = now + seconds(30);
  CHECK(breaker.permits(now));
  breaker.note_asked();
  fail(1);
  CHECK(breaker.state() == BreakerState::open);
  CHECK(breaker.reopens_at() == now + seconds(30));
  now = now + seconds(30);
  CHECK(breaker.permits(now));
  breaker.note_asked();
  breaker.note_success(now);
  CHECK(breaker.state() == BreakerState::closed && breaker.permits(now));
}

TEST(Breaker, a_probe_that_went_down_with_its_connection_may_be_sent_again) {
  fail(5);
  now = now + seconds(30);
  CHECK(breaker.permits(now));
  breaker.note_asked();
  breaker.note_disconnected();
  CHECK(breaker.permits(now));
}

TEST(Breaker, a_broker_that_says_it_has_had_enough_opens_it_at_once) {
  breaker.trip(now);
  CHECK(!breaker.permits(now));
}

TEST(Breaker, each_pair_of_state_and_event_leads_to_one_state) {
  for (std::size_t i = 0; i < kBreakerTransitions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      CHECK(kBreakerTransitions[i].from != kBreakerTransitions[j].from ||
            kBreakerTransitions[i].on != kBreakerTransitions[j].on);
    }
  }
}

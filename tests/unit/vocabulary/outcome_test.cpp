#include "vocabulary/outcome.h"

#include <CppUTest/TestHarness.h>

using namespace hf;

namespace {

Result<int> half_of(int number) {
  if (number % 2 != 0) return Status::invalid;
  return number / 2;
}

Status quarter_of(int number, int& quarter) {
  const Result<int> half = half_of(number);
  HF_TRY(half);
  const Result<int> result = half_of(half.value());
  HF_TRY(result);
  quarter = result.value();
  return Status::ok;
}

}  // namespace

TEST_GROUP(Outcome){};

TEST(Outcome, a_result_is_a_value_or_the_reason_for_none) {
  CHECK(half_of(4).ok());
  LONGS_EQUAL(2, half_of(4).value());
  CHECK(half_of(3).status() == Status::invalid);
  LONGS_EQUAL(-1, half_of(3).value_or(-1));
}

TEST(Outcome, try_leaves_with_the_first_failure_and_touches_nothing_after_it) {
  int quarter = 7;
  CHECK(quarter_of(6, quarter) == Status::invalid);
  LONGS_EQUAL(7, quarter);
  CHECK(is_ok(quarter_of(8, quarter)));
  LONGS_EQUAL(2, quarter);
}

TEST(Outcome, every_status_has_a_word_of_its_own) {
  for (int a = 0; a <= static_cast<int>(Status::unsupported); ++a) {
    CHECK(to_text(static_cast<Status>(a)) != "unknown");
    for (int b = 0; b < a; ++b)
      CHECK(to_text(static_cast<Status>(a)) != to_text(static_cast<Status>(b)));
  }
}

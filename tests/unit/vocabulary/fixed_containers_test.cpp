#include <CppUTest/TestHarness.h>

#include "vocabulary/fixed_string.h"
#include "vocabulary/fixed_vector.h"

using namespace hf;

TEST_GROUP(FixedContainers){};

TEST(FixedContainers, a_string_takes_exactly_its_capacity_and_not_one_byte_more) {
  FixedString<4> text;
  CHECK(is_ok(text.try_assign("abcd")));
  CHECK(text.try_assign("abcde") == Status::full);
  CHECK(text.view() == "abcd");
  CHECK(text.try_append("e") == Status::full);
  CHECK(text.view() == "abcd");
}

TEST(FixedContainers, a_string_always_ends_in_a_null_byte) {
  FixedString<4> text;
  text.assign("abcd");
  STRCMP_EQUAL("abcd", text.c_str());
  text.assign("x");
  STRCMP_EQUAL("x", text.c_str());
}

TEST(FixedContainers, a_full_vector_refuses_and_keeps_what_it_has) {
  FixedVector<int, 2> numbers;
  CHECK(is_ok(numbers.try_push(1)));
  CHECK(is_ok(numbers.try_push(2)));
  CHECK(numbers.try_push(3) == Status::full);
  LONGS_EQUAL(2, numbers.size());
  LONGS_EQUAL(2, numbers[1]);
}

TEST(FixedContainers, erasing_keeps_the_order_of_the_others) {
  FixedVector<int, 3> numbers;
  for (const int number : {1, 2, 3}) numbers.push(number);
  numbers.erase(0);
  LONGS_EQUAL(2, numbers.size());
  LONGS_EQUAL(2, numbers[0]);
  LONGS_EQUAL(3, numbers[1]);
}

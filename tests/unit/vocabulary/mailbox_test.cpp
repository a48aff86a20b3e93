#include "vocabulary/mailbox.h"

#include <CppUTest/TestHarness.h>

#include <thread>

using namespace hf;

TEST_GROUP(MailboxOfMessages){};

TEST(MailboxOfMessages, gives_back_in_order_what_was_put) {
  Mailbox<int, 4> box;
  for (const int message : {1, 2, 3}) CHECK(is_ok(box.put(message)));
  int message = 0;
  for (const int expected : {1, 2, 3}) {
    CHECK(box.take(message));
    LONGS_EQUAL(expected, message);
  }
  CHECK_FALSE(box.take(message));
}

TEST(MailboxOfMessages, refuses_when_full_and_counts_each_refusal) {
  Mailbox<int, 2> box;
  CHECK(is_ok(box.put(1)));
  CHECK(is_ok(box.put(2)));
  CHECK(box.put(3) == Status::full);
  CHECK(box.put(4) == Status::full);
  UNSIGNED_LONGS_EQUAL(2, box.refused_count());
}

TEST(MailboxOfMessages, loses_and_doubles_nothing_between_two_threads) {
  constexpr std::uint32_t kMessages = 200'000;
  static Mailbox<std::uint32_t, 64> box;
  std::thread giver{[] {
    for (std::uint32_t message = 0; message < kMessages;) {
      if (is_ok(box.put(message))) {
        ++message;
      } else {
        std::this_thread::yield();
      }
    }
  }};
  std::uint32_t expected = 0;
  bool in_order = true;
  while (expected < kMessages) {
    std::uint32_t message = 0;
    if (!box.take(message)) {
      std::this_thread::yield();
      continue;
    }
    in_order = in_order && message == expected;
    ++expected;
  }
  giver.join();
  CHECK(in_order);
}

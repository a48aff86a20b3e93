#include "tools/hub/serving/receipt_schedule.h"

#include <CppUTest/TestHarness.h>

namespace hf::hub {
namespace {

constexpr UtcTime kStart{1'763'600'000'000};
constexpr std::int64_t kGateway = 7;

}  // namespace

TEST_GROUP(ReceiptSchedule) {
  ReceiptSchedule schedule;
  ReceiptWish wish{seconds(5), 65'536};
};

TEST(ReceiptSchedule, who_asks_is_told_at_once_Q1) {
  schedule.note(kGateway, 0, true, wish, kStart);
  CHECK(schedule.due(kStart).at_once == std::vector{kGateway});
  schedule.told(kGateway, kStart);
  CHECK(schedule.due(kStart + hours(1)).at_once.empty());
}

TEST(ReceiptSchedule, many_bytes_are_receipted_at_once_Q1) {
  schedule.note(kGateway, 65'535, false, wish, kStart);
  CHECK(schedule.due(kStart).at_once.empty());
  schedule.note(kGateway, 1, false, wish, kStart);
  CHECK(schedule.due(kStart).at_once == std::vector{kGateway});
}

TEST(ReceiptSchedule, others_are_told_a_period_after_the_last_receipt_Q2) {
  schedule.note(kGateway, 100, false, wish, kStart);
  CHECK(schedule.due(kStart + milliseconds(4999)).by_time.empty());
  CHECK(schedule.due(kStart + seconds(5)).by_time == std::vector{kGateway});
  schedule.told(kGateway, kStart + seconds(5));
  CHECK(schedule.due(kStart + hours(1)).by_time.empty());
  schedule.note(kGateway, 100, false, wish, kStart + seconds(6));
  CHECK(schedule.due(kStart + seconds(9)).by_time.empty());
  CHECK(schedule.due(kStart + seconds(10)).by_time == std::vector{kGateway});
}

TEST(ReceiptSchedule, who_sent_nothing_is_told_nothing_Q3) {
  schedule.note(kGateway, 0, false, wish, kStart);
  const auto due = schedule.due(kStart + days(1));
  CHECK(due.at_once.empty() && due.by_time.empty());
}

TEST(ReceiptSchedule, a_receipt_of_another_worker_after_our_last_frames_is_enough) {
  schedule.note(kGateway, 100, false, wish, kStart);
  const UtcTime now = kStart + seconds(5);
  CHECK_FALSE(schedule.is_still_due(kGateway, kStart + seconds(1), now));
  CHECK(schedule.due(now + hours(1)).by_time.empty());
}

TEST(ReceiptSchedule, a_receipt_of_another_worker_before_our_last_frames_only_puts_ours_off) {
  schedule.note(kGateway, 100, false, wish, kStart);
  schedule.note(kGateway, 100, false, wish, kStart + seconds(3));
  CHECK_FALSE(schedule.is_still_due(kGateway, kStart + seconds(2), kStart + seconds(5)));
  CHECK(schedule.due(kStart + seconds(6)).by_time.empty());
  CHECK(schedule.due(kStart + seconds(7)).by_time == std::vector{kGateway});
  CHECK(schedule.is_still_due(kGateway, kStart + seconds(2), kStart + seconds(7)));
}

TEST(ReceiptSchedule, wishes_are_kept_within_what_is_sensible) {
  schedule.note(kGateway, 4095, false, {milliseconds(0), 0}, kStart);
  CHECK(schedule.due(kStart).at_once.empty());
  CHECK(schedule.due(kStart + seconds(1)).by_time == std::vector{kGateway});
  schedule.told(kGateway, kStart);
  schedule.note(kGateway, 1, false, {days(900), UINT64_MAX}, kStart);
  CHECK(schedule.due(kStart + hours(1)).by_time == std::vector{kGateway});
}

}  // namespace hf::hub

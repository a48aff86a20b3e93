#include "config/limits/limits.h"

#include <CppUTest/TestHarness.h>

using namespace hf::limits;

TEST_GROUP(Limits){};

TEST(Limits, a_board_whose_parts_exceed_its_ram_does_not_hold_together) {
  BoardClass board = kGateway64m;
  board.core_ram_bytes_max = core_ram_bytes(board) - 1;
  CHECK_FALSE(holds_together(board));
}

TEST(Limits, a_window_too_small_for_a_fair_share_of_each_sensor_does_not_hold_together) {
  BoardClass board = kGateway64m;
  board.telemetry_bytes = 4 * board.sensors_max * board.telemetry_block_bytes - 1;
  CHECK_FALSE(holds_together(board));
}

TEST(Limits, a_queue_that_takes_all_the_flash_does_not_hold_together) {
  BoardClass board = kGateway64m;
  board.queue_bytes_max = board.flash_bytes_max;
  CHECK_FALSE(holds_together(board));
}

TEST(Limits, the_window_of_the_64_mb_board_holds_a_day_of_128_sensors) {
  UNSIGNED_LONGLONGS_EQUAL(128ULL * 86400, window_readings(kGateway64m));
}

// hal/log.h, clause by clause. That write() neither blocks nor allocates is shown where the heap is
// sealed; here is what can be seen in the lines.
#include <CppUTest/TestHarness.h>

#include <algorithm>

#include "tests/contract/board_under_test.h"

using namespace hf;

TEST_GROUP(LogContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  std::vector<std::string> lines;

  hal::Log& log() { return world->board().log; }
  std::size_t lines_with(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        lines.begin(), lines.end(),
        [text](const std::string& line) { return line.find(text) != std::string::npos; }));
  }
};

TEST(LogContract, a_line_holds_its_code_and_its_fields) {
  log().write(hal::LogLevel::warning, "link_lost", "reason=peer_silent after_s=45");
  log().write(hal::LogLevel::note, "link_up", "");
  HF_NEEDS(world->log_lines(lines));
  UNSIGNED_LONGS_EQUAL(1, lines_with("link_lost reason=peer_silent after_s=45"));
  UNSIGNED_LONGS_EQUAL(1, lines_with("link_up"));
}

TEST(LogContract, clause_1_any_bytes_may_be_written) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  log().write(hal::LogLevel::error, "any_bytes", all);
  HF_NEEDS(world->log_lines(lines));
  UNSIGNED_LONGS_EQUAL(1, lines_with("any_bytes"));
}

TEST(LogContract, clause_2_a_flood_of_one_code_is_held_back_and_others_are_not) {
  for (int i = 0; i < 5'000; ++i) log().write(hal::LogLevel::warning, "sensor_stuck", "sensor=9");
  log().write(hal::LogLevel::error, "disk_full", "");
  HF_NEEDS(world->log_lines(lines));
  UNSIGNED_LONGS_EQUAL(hal::kLogLinesPerMinute, lines_with("sensor_stuck sensor=9"));
  UNSIGNED_LONGS_EQUAL(1, lines_with("disk_full"));
}

TEST(LogContract, clause_2_one_line_says_how_many_were_held_back) {
  for (std::uint32_t i = 0; i < hal::kLogLinesPerMinute + 77; ++i) {
    log().write(hal::LogLevel::warning, "sensor_stuck", "sensor=9");
  }
  HF_NEEDS(world->pass_at_once(minutes(2)));
  log().write(hal::LogLevel::note, "another", "");
  HF_NEEDS(world->log_lines(lines));
  UNSIGNED_LONGS_EQUAL(1, lines_with("held_back=77"));
}

TEST(LogContract, clause_3_a_line_too_long_is_cut_and_shows_it) {
  log().write(hal::LogLevel::note, "long_line", "text=" + std::string(2'000, 'x'));
  log().write(hal::LogLevel::note, "after_it", "");
  HF_NEEDS(world->log_lines(lines));
  UNSIGNED_LONGS_EQUAL(1, lines_with("after_it"));
  for (const std::string& line : lines) {
    if (line.find("long_line") == std::string::npos) continue;
    CHECK(line.size() <= hal::kLogLineBytesMax);
    CHECK(line.ends_with("x…"));
  }
}

TEST(LogContract, clause_3_a_line_is_never_cut_inside_a_character) {
  std::string accents;
  for (int i = 0; i < 300; ++i) accents += "é";
  log().write(hal::LogLevel::note, "even", "text=" + accents);
  log().write(hal::LogLevel::note, "odd", "text=" + accents);
  HF_NEEDS(world->log_lines(lines));
  for (const std::string& line : lines) {
    if (line.find("text=") != std::string::npos) CHECK(line.ends_with("é…"));
  }
}

TEST(LogContract, clause_3_one_write_is_one_line_whatever_is_in_it) {
  log().write(hal::LogLevel::note, "message", "text=one\ntwo\r\nthree\tfour\x1b[31m");
  HF_NEEDS(world->log_lines(lines));
  UNSIGNED_LONGS_EQUAL(1, lines_with("message"));
  UNSIGNED_LONGS_EQUAL(1, lines_with("one"));
  for (const std::string& line : lines) {
    for (const char c : line) CHECK(static_cast<unsigned char>(c) >= 0x20);
  }
}

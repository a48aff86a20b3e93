#include "platform/linux/csv_readings.h"

#include <CppUTest/TestHarness.h>

#include <string>

#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

namespace {

constexpr const char* kHeader = "timestamp_ms,sensor_id,value\n";

}  // namespace

TEST_GROUP(CsvReadingsOfAFile) {
  test::TemporaryFolder folder;
  CsvReadings readings;
  CsvRow row;

  Status open(const std::string& content) {
    folder.write("pump.csv", content);
    return readings.open((folder / "pump.csv").c_str());
  }
  // What is told of a file, without the folder it lies in: the first problem in reading all of it.
  std::string problem_of(const std::string& content) {
    Status status = open(content);
    while (is_ok(status)) status = readings.next(row);
    if (status == Status::not_found) return "none";
    CHECK(status == Status::corrupt);
    return std::string{readings.problem().substr(folder.path().string().size() + 1)};
  }
};

TEST(CsvReadingsOfAFile, reads_rows_in_order) {
  CHECK(is_ok(open(std::string{kHeader} + "1000,pump.temp,21.5\n2000,1,-3e2\n")));
  CHECK(is_ok(readings.next(row)));
  LONGLONGS_EQUAL(1000, row.timestamp_ms);
  CHECK(row.sensor.text() == "pump.temp");
  DOUBLES_EQUAL(21.5, row.value, 0);
  CHECK(is_ok(readings.next(row)));
  CHECK(row.sensor.text() == "1");
  DOUBLES_EQUAL(-300, row.value, 0);
  CHECK(readings.next(row) == Status::not_found);
  CHECK(is_ok(readings.rewind()));
  CHECK(is_ok(readings.next(row)));
  LONGLONGS_EQUAL(1000, row.timestamp_ms);
}

TEST(CsvReadingsOfAFile, forgives_what_spreadsheets_do) {
  CHECK(is_ok(open("\xEF\xBB\xBFtimestamp_ms,sensor_id,value\r\n1000,a,1\r\n2000,a,2")));
  CHECK(is_ok(readings.next(row)));
  CHECK(is_ok(readings.next(row)));
  DOUBLES_EQUAL(2, row.value, 0);
  CHECK(readings.next(row) == Status::not_found);
}

TEST(CsvReadingsOfAFile, reads_more_than_its_buffer_holds) {
  std::string content = kHeader;
  constexpr int kRows = 5000;
  for (int i = 0; i < kRows; ++i) content += std::to_string(i * 1000) + ",sensor-7,0.5\n";
  CHECK(is_ok(open(content)));
  for (int i = 0; i < kRows; ++i) {
    CHECK(is_ok(readings.next(row)));
    LONGLONGS_EQUAL(i * 1000, row.timestamp_ms);
  }
  CHECK(readings.next(row) == Status::not_found);
}

TEST(CsvReadingsOfAFile, says_file_line_and_what_was_expected) {
  struct Case {
    const char* rows;
    const char* expected;  // after "pump.csv:"
  };
#define HF_TIMESTAMP "expected whole milliseconds in column timestamp_ms, found "
#define HF_BACK      "expected a timestamp_ms from 0 that does not go back, found "
#define HF_SENSOR    "expected a sensor_id of letters, digits, '_', '-' and '.', at most 32, found "
  // clang-format off
  constexpr Case kCases[] = {
    {"1000,a\n",          "2: expected three columns, found \"1000,a\""},
    {"1,a,2,3\n",         "2: expected three columns, found \"1,a,2,3\""},
    {"1,a,2\n\n",         "3: expected three columns, found \"\""},
    {"1,a,1,5\n",         "2: expected three columns, found \"1,a,1,5\""},
    {"1.5,a,2\n",         "2: " HF_TIMESTAMP "\"1.5\""},
    {"99999999999999999999,a,2\n", "2: " HF_TIMESTAMP "\"99999999999999999999\""},
    {"-1,a,2\n",          "2: " HF_BACK "\"-1\""},
    {"20,a,2\n19,a,3\n",  "3: " HF_BACK "\"19\""},
    {"1,pump 3,2\n",      "2: " HF_SENSOR "\"pump 3\""},
    {"1,,2\n",            "2: " HF_SENSOR "\"\""},
    {"1,a,\n",            "2: expected a number in column value, found \"\""},
    {"1,a,n/a\n",         "2: expected a number in column value, found \"n/a\""},
    {"1,a,2 \n",          "2: expected a number in column value, found \"2 \""},
  };
  // clang-format on
#undef HF_TIMESTAMP
#undef HF_BACK
#undef HF_SENSOR
  for (const Case& bad : kCases) {
    const std::string expected = std::string{"pump.csv:"} + bad.expected;
    STRCMP_EQUAL(expected.c_str(), problem_of(std::string{kHeader} + bad.rows).c_str());
  }
}

TEST(CsvReadingsOfAFile, asks_for_the_header) {
  const char* expected = "pump.csv:1: expected the header timestamp_ms,sensor_id,value, found ";
  STRCMP_EQUAL((expected + std::string{"\"\""}).c_str(), problem_of("").c_str());
  STRCMP_EQUAL((expected + std::string{"\"1000,a,2\""}).c_str(), problem_of("1000,a,2\n").c_str());
}

TEST(CsvReadingsOfAFile, a_line_without_end_is_refused_and_not_printed_whole) {
  const std::string problem = problem_of(kHeader + std::string(20'000, 'x'));
  STRCMP_CONTAINS("pump.csv:2: expected a line of at most 16384 bytes, found \"xxxxx",
                  problem.c_str());
  CHECK(problem.size() < 200);
}

TEST(CsvReadingsOfAFile, says_when_there_is_no_file) {
  CHECK(readings.open((folder / "none.csv").c_str()) == Status::unavailable);
  STRCMP_CONTAINS("none.csv: No such file or directory", std::string{readings.problem()}.c_str());
  CHECK(readings.open(folder.path().c_str()) == Status::unavailable);
  STRCMP_CONTAINS("Is a directory", std::string{readings.problem()}.c_str());
}

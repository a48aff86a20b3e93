// A recording of readings as text, row by row:
//
//   timestamp_ms,sensor_id,value
//   1700000000000,pump_3.temperature,61.25
//
// Timestamps never go back. Lines may end in CR LF, the file in a line without an end, and a
// spreadsheet's byte order mark is forgiven; nothing else is.
//
// A reading that cannot be read is never skipped: a recording with a hole would be believed.
//
// Never allocates. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "platform/linux/descriptor.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/identifiers.h"
#include "vocabulary/outcome.h"

namespace hf::on_linux {

struct CsvRow {
  std::int64_t timestamp_ms = 0;
  SensorId sensor;
  double value = 0;
};

class CsvReadings {
 public:
  // For all: ok; unavailable: the file; corrupt: a line. problem() then says where and what was
  // expected.
  Status open(const char* path);

  // Also not_found: no more rows.
  Status next(CsvRow& row);

  // Back to the first row.
  Status rewind();

  // `pump.csv:17: expected a number in column value, found "n/a"`
  std::string_view problem() const { return problem_.view(); }

  const char* path() const { return path_.c_str(); }

 private:
  static constexpr std::size_t kBufferBytes = 16'384;

  Status next_line(std::string_view& line);
  Status fill();
  Status parse(std::string_view line, CsvRow& row);
  Status complain(std::string_view expected, std::string_view found);
  Status complain_about_file(const char* what);

  FixedString<255> path_;
  FixedString<400> problem_;
  Descriptor file_;
  std::uint64_t line_number_ = 0;
  std::int64_t last_timestamp_ms_ = 0;
  std::size_t position_ = 0;
  std::size_t filled_ = 0;
  bool at_end_ = false;
  std::array<char, kBufferBytes> buffer_;
};

}  // namespace hf::on_linux

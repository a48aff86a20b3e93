#include "platform/linux/csv_readings.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "platform/linux/folder.h"

namespace hf::on_linux {
namespace {

constexpr std::string_view kHeader = "timestamp_ms,sensor_id,value";
constexpr std::string_view kHeaderExpected = "the header timestamp_ms,sensor_id,value";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && rest == text.data() + text.size();
}

std::string_view cut_field(std::string_view& line) {
  const auto field = line.substr(0, line.find(','));
  line.remove_prefix(std::min(line.size(), field.size() + 1));
  return field;
}

}  // namespace

Status CsvReadings::open(const char* path) {
  if (!is_ok(path_.try_assign(path))) return complain_about_file("the path is too long");
  file_ = Descriptor{uninterrupted([&] { return ::open(path, O_RDONLY | O_CLOEXEC); })};
  if (!file_.is_open()) return complain_about_file(::strerrordesc_np(errno));
  return rewind();
}

Status CsvReadings::rewind() {
  position_ = filled_ = 0;
  line_number_ = 0;
  last_timestamp_ms_ = 0;
  at_end_ = false;
  if (::lseek(file_.number(), 0, SEEK_SET) != 0) {
    return complain_about_file("expected a file, found something without a beginning");
  }
  std::string_view line;
  const Status found = next_line(line);
  if (found == Status::not_found) return complain(kHeaderExpected, "");
  HF_TRY(found);
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  return line == kHeader ? Status::ok : complain(kHeaderExpected, line);
}

Status CsvReadings::next(CsvRow& row) {
  std::string_view line;
  HF_TRY(next_line(line));
  return parse(line, row);
}

Status CsvReadings::parse(std::string_view line, CsvRow& row) {
  if (std::count(line.begin(), line.end(), ',') != 2) return complain("three columns", line);
  const auto timestamp = cut_field(line);
  const auto sensor = cut_field(line);
  const auto value = cut_field(line);
  if (!parse_number(timestamp, row.timestamp_ms)) {
    return complain("whole milliseconds in column timestamp_ms", timestamp);
  }
  if (row.timestamp_ms < last_timestamp_ms_) {
    return complain("a timestamp_ms from 0 that does not go back", timestamp);
  }
  if (!is_ok(SensorId::parse(sensor, row.sensor))) {
    return complain("a sensor_id of letters, digits, '_', '-' and '.', at most 32", sensor);
  }
  if (!parse_number(value, row.value)) return complain("a number in column value", value);
  last_timestamp_ms_ = row.timestamp_ms;
  return Status::ok;
}

Status CsvReadings::next_line(std::string_view& line) {
  for (;;) {
    const std::string_view ahead{buffer_.data() + position_, filled_ - position_};
    const auto end = ahead.find('\n');
    if (end == std::string_view::npos && !at_end_) {
      HF_TRY(fill());
      continue;
    }
    if (ahead.empty()) return Status::not_found;
    ++line_number_;
    line = ahead.substr(0, end);
    position_ += std::min(ahead.size(), line.size() + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return Status::ok;
  }
}

Status CsvReadings::fill() {
  std::copy(buffer_.begin() + position_, buffer_.begin() + filled_, buffer_.begin());
  filled_ -= position_;
  position_ = 0;
  if (filled_ == buffer_.size()) {
    ++line_number_;
    return complain("a line of at most 16384 bytes", {buffer_.data(), filled_});
  }
  const auto count = uninterrupted(
      [&] { return ::read(file_.number(), buffer_.data() + filled_, buffer_.size() - filled_); });
  if (count < 0) return complain_about_file(::strerrordesc_np(errno));
  at_end_ = count == 0;
  filled_ += static_cast<std::size_t>(count);
  return Status::ok;
}

Status CsvReadings::complain(std::string_view expected, std::string_view found) {
  constexpr std::size_t kFoundCharactersMax = 40;
  const bool is_long = found.size() > kFoundCharactersMax;
  found = found.substr(0, kFoundCharactersMax);
  std::array<char, decltype(problem_)::capacity() + 1> text;
  std::snprintf(text.data(), text.size(), "%s:%llu: expected %.*s, found \"%.*s%s\"", path_.c_str(),
                static_cast<unsigned long long>(std::max<std::uint64_t>(1, line_number_)),
                static_cast<int>(expected.size()), expected.data(), static_cast<int>(found.size()),
                found.data(), is_long ? "…" : "");
  problem_.assign(text.data());
  return Status::corrupt;
}

Status CsvReadings::complain_about_file(const char* what) {
  std::array<char, decltype(problem_)::capacity() + 1> text;
  std::snprintf(text.data(), text.size(), "%s: %s", path_.c_str(), what);
  problem_.assign(text.data());
  return Status::unavailable;
}

}  // namespace hf::on_linux

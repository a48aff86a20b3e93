// How many bytes a reading takes as a column, by how many of them stand together.
//
//   bench_columns FILE.csv...        `timestamp_ms,sensor_id,value`, one header line
//
// For each file, the mean over its sensors of bytes per value: frames of so many values per sensor,
// all sensors' columns in one string of bytes, and blocks of 1 and 2 KiB filled in place. Every
// value is read back and compared to the bit.
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "wire/columns/columns.h"
#include "wire/columns/value_column.h"

namespace {

using namespace hf;
using namespace hf::wire;

using Sensors = std::map<int, std::vector<double>>;

constexpr std::array kFrameValues = {16U, 60U, 128U, 600U, 3600U};
constexpr std::array kBlockBytes = {1024U, 2048U};

[[noreturn]] void fail(const std::string& sentence) {
  std::fprintf(stderr, "bench_columns: %s\n", sentence.c_str());
  std::exit(1);
}

Sensors read_sensors(const char* path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) fail(std::string(path) + " cannot be read");
  Sensors sensors;
  while (std::getline(file, line)) {
    const std::size_t first = line.find(',');
    const std::size_t second = line.find(',', first + 1);
    if (second == std::string::npos) fail(std::string(path) + ": not time,sensor,value: " + line);
    int sensor = 0;
    double value = 0;
    std::from_chars(line.data() + first + 1, line.data() + second, sensor);
    std::from_chars(line.data() + second + 1, line.data() + line.size(), value);
    sensors[sensor].push_back(value);
  }
  return sensors;
}

void expect_same(std::span<const double> written, std::span<const double> read) {
  const bool same = std::ranges::equal(written, read, [](double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  });
  if (!same) fail("a value did not come back");
}

// Bytes per value in frames of `count` values of each sensor that has so many more.
double in_frames(const Sensors& sensors, std::size_t count) {
  std::uint64_t bytes = 0;
  std::uint64_t values = 0;
  std::vector<std::byte> frame(sensors.size() * (count * 10 + 64));
  std::vector<double> read(count);
  for (std::size_t from = 0;; from += count) {
    std::vector<std::span<const double>> columns;
    for (const auto& [id, all] : sensors) {
      if (all.size() >= from + count) columns.push_back(std::span{all}.subspan(from, count));
    }
    if (columns.empty()) break;
    ColumnsWriter writer{frame};
    for (const auto& column : columns) {
      if (!is_ok(writer.add_values(column))) fail("a column did not fit");
    }
    const std::uint32_t size = writer.pack();
    ColumnsReader reader{std::span{frame}.first(size)};
    for (const auto& column : columns) {
      if (!is_ok(reader.read_values(read))) fail("a column could not be read");
      expect_same(column, read);
    }
    bytes += size;
    values += columns.size() * count;
  }
  return static_cast<double>(bytes) / static_cast<double>(values);
}

// Bytes per value in full blocks, the mean over the sensors that fill one.
double in_blocks(const Sensors& sensors, std::size_t block_bytes) {
  double sum = 0;
  int counted = 0;
  std::vector<std::byte> block(block_bytes);
  for (const auto& [id, all] : sensors) {
    std::size_t done = 0;
    std::size_t blocks = 0;
    Lens lens;
    for (std::size_t at = 0;;) {
      ValueWriter writer{block, lens};
      const std::size_t begin = at;
      bool full = false;
      while (!full && at < all.size()) {
        const std::size_t run = std::min<std::size_t>(kChunkNumbers, all.size() - at);
        const std::uint32_t taken = writer.append(std::span{all}.subspan(at, run));
        at += taken;
        full = taken < run;
      }
      std::vector<double> read(writer.count());
      ValueReader reader{block, writer.count()};
      if (reader.read(read) != read.size()) fail("a block could not be read");
      expect_same(std::span{all}.subspan(begin, read.size()), read);
      if (!full) break;
      lens = writer.lens();
      done = at;
      ++blocks;
    }
    if (blocks == 0) continue;
    sum += static_cast<double>(blocks * block_bytes) / static_cast<double>(done);
    ++counted;
  }
  return counted == 0 ? 0 : sum / counted;
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) fail("which file? FILE.csv...");
  std::printf("%-32s", "bytes per value");
  for (const std::size_t values : kFrameValues) std::printf(" %8zu", values);
  for (const std::size_t bytes : kBlockBytes) std::printf("  %zu B", bytes);
  std::printf("\n");
  for (int i = 1; i < count; ++i) {
    const Sensors sensors = read_sensors(words[i]);
    std::printf("%-32s", words[i]);
    for (const std::size_t values : kFrameValues) std::printf(" %8.3f", in_frames(sensors, values));
    for (const std::size_t bytes : kBlockBytes) std::printf("  %6.3f", in_blocks(sensors, bytes));
    std::printf("\n");
  }
  return 0;
}

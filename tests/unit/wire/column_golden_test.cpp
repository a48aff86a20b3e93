// Columns that have been written once must be read for ever, and be written the same on every
// processor. Each file in tests/golden/columns holds items and the bytes they became.
//
// HOLDFAST_RENEW_GOLDEN=1 in the environment writes the files anew: only for a change of the format
// that docs/formats/columns.md tells of.
#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/golden.h"
#include "tests/support/sensor_series.h"
#include "wire/columns/columns.h"
#include "wire/columns/value_column.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

namespace {

constexpr const char* kNames[kSeriesCount] = {
    "constant",    "decimals", "noise",    "turns",   "counter", "register_scaled",
    "coordinates", "singles",  "averages", "palette", "bursts",  "any_bits",
    "mixed",       "extremes", "percent",  "means"};
constexpr std::size_t kValues = 150;  // two chunks and a bit

struct Golden {
  std::vector<double> values;
  std::vector<std::byte> bytes;
};

std::string path_of(const std::string& name) { return golden_path("columns/" + name + ".txt"); }

std::vector<std::byte> written(std::span<const double> values) {
  std::vector<std::byte> bytes(values.size() * 12 + 64);
  bytes.resize(encode_values(values, {}, bytes).value_or(0));
  return bytes;
}

void renew(const std::string& name, const Golden& golden) {
  std::ofstream file(path_of(name));
  file << std::hex << std::setfill('0');
  for (const double value : golden.values) {
    file << std::setw(16) << std::bit_cast<std::uint64_t>(value) << '\n';
  }
  file << "column\n";
  for (std::size_t i = 0; i < golden.bytes.size(); ++i) {
    file << std::setw(2) << std::to_integer<unsigned>(golden.bytes[i])
         << (i % 32 == 31 || i + 1 == golden.bytes.size() ? '\n' : ' ');
  }
}

Golden load_golden(const std::string& name) {
  Golden golden;
  std::ifstream file(path_of(name));
  std::string word;
  while (file >> word && word != "column") {
    golden.values.push_back(std::bit_cast<double>(std::stoull(word, nullptr, 16)));
  }
  while (file >> word)
    golden.bytes.push_back(static_cast<std::byte>(std::stoul(word, nullptr, 16)));
  return golden;
}

}  // namespace

TEST_GROUP(GoldenColumns){};

TEST(GoldenColumns, are_written_and_read_as_they_always_were) {
  for (std::uint8_t kind = 0; kind < kSeriesCount; ++kind) {
    if (std::getenv("HOLDFAST_RENEW_GOLDEN") != nullptr) {
      const auto values = sensor_series(static_cast<Series>(kind), kValues, 1);
      renew(kNames[kind], {values, written(values)});
    }
    const Golden golden = load_golden(kNames[kind]);
    LONGS_EQUAL_TEXT(kValues, golden.values.size(), kNames[kind]);
    CHECK_TRUE_TEXT(written(golden.values) == golden.bytes, kNames[kind]);
    std::vector<double> read(kValues);
    ValueReader reader{golden.bytes, kValues};
    LONGS_EQUAL_TEXT(kValues, reader.read(read), kNames[kind]);
    CHECK_TRUE_TEXT(same_bits(read, golden.values), kNames[kind]);
  }
}

// docs/formats/columns.md works this column out, byte by byte.
TEST(GoldenColumns, example_of_the_format_description) {
  const double values[] = {21.5, 21.5, 21.6, 21.6, 21.7};
  const std::string bytes = "4b ae 52 00 ae";

  std::ostringstream hex;
  hex << std::hex << std::setfill('0');
  for (const std::byte byte : written(values)) {
    hex << (hex.tellp() > 0 ? " " : "") << std::setw(2) << std::to_integer<unsigned>(byte);
  }
  STRCMP_EQUAL(bytes.c_str(), hex.str().c_str());

  CHECK_TRUE(format_page("columns.md").find("    " + bytes + "\n") != std::string::npos);
}

// Series of real sensors out of CSV files: `timestamp_ms,sensor_id,value`, one header line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hf::bench {

// One sensor of one file, in the order of its lines. Decimals of up to kDecimalsMax places are kept
// as whole numbers of the last place, so that offsets can be added without leaving the decimals.
struct Channel {
  static constexpr unsigned kDecimalsMax = 9;

  bool is_decimal = true;
  unsigned decimals = 0;
  std::vector<std::int64_t> scaled;  // when is_decimal
  std::vector<double> values;        // when not: more places, exponents, NaN …

  std::size_t size() const { return is_decimal ? scaled.size() : values.size(); }
};

// The channels of all files: each file's sensor ids are its own, in rising order.
// Ends the program with a sentence when a file cannot be read or is not such a CSV.
std::vector<Channel> read_channels(const std::vector<std::string>& files);

}  // namespace hf::bench

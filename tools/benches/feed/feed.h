// What a benchmark pours into the window: scans, each with one time and what its sensors read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "stores/telemetry/telemetry.h"

namespace hf::bench {

struct Scan {
  Uptime at;
  std::size_t first = 0;  // of its values
  std::size_t count = 0;
};

struct Feed {
  std::string description;
  std::uint32_t sensors = 0;
  std::vector<Scan> scans;
  std::vector<stores::telemetry::ScanValue> values;

  std::span<const stores::telemetry::ScanValue> values_of(const Scan& scan) const {
    return {values.data() + scan.first, scan.count};
  }
};

}  // namespace hf::bench

// The figures for people, beside what others reach, and for programs.
#pragma once

#include <optional>

#include "tools/benches/flash/naive.h"
#include "tools/benches/flash/road.h"

namespace hf::bench {

// What was measured on a block device, a reading; nothing: there was none to be had.
struct OnDevice {
  std::optional<double> bytes;
  std::optional<double> bytes_lazytime;
  std::optional<double> naive_bytes;
};

struct FlashReport {
  const Feed& feed;
  RoadSettings settings;
  RoadFigures road;
  NaiveFigures naive;
  OnDevice device;
  std::optional<double> ready_ms;
};

void print_table(const FlashReport& report);
void print_json(const FlashReport& report);

}  // namespace hf::bench

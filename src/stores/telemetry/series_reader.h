// Reads one series in order, any number of readings at a time, while it grows and loses its oldest.
//
// It keeps its place within a block, so reading on costs only the readings. When blocks were given
// back or its own block grew, it finds its place again by its sequence. Not thread-safe.
#pragma once

#include <span>

#include "stores/telemetry/series.h"

namespace hf::stores::telemetry {

class SeriesReader {
 public:
  SeriesReader() = default;
  // `series` and `ground` must outlive it. Starts at `from`.
  SeriesReader(const Series& series, const Ground& ground, SensorIndex sensor, Sequence from);

  // The next readings, oldest first: how many were written to the front of `out`. 0: caught up.
  std::uint32_t read(std::span<Reading> out);

  Sequence next() const { return next_; }
  // Readings that were dropped before this reader came for them.
  std::uint64_t missed() const { return missed_; }

 private:
  static constexpr std::uint32_t kPieceReadings = 64;  // decoded at a time, on the stack

  bool lost_its_place() const;
  bool find_block();
  std::span<const double> values_left_in_staging() const;
  std::uint32_t read_block(std::span<Reading> out);
  std::uint32_t read_staging(std::span<Reading> out);
  void fill(const TimedRun& times, const double* values, Reading* out) const;

  const Series* series_ = nullptr;
  const Ground* ground_ = nullptr;
  Sequence next_ = 0;
  std::uint64_t missed_ = 0;
  std::uint64_t given_back_ = 0;  // blocks of the pool, when the place was found
  Sequence staged_from_ = 0;      // of the series, then
  RunReader runs_;                // of the block being read; its left() are the readings left in it
  wire::ValueReader values_{std::span<const std::byte>{}, 0};
  bool reads_staging_ = false;  // the values of that block are still there, and need no decoding
  RunClock clock_;
  Uptime block_at_;  // a moment of that block
  SensorIndex sensor_;
};

// The sequence of the first reading of `series` that is not before `at`.
Sequence find_sequence(const Series& series, const Ground& ground, Uptime at);

}  // namespace hf::stores::telemetry

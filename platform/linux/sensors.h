// hal::Sensors over a source in this process: a generator or a recording.
//
// Sources are asked at every take() and collect() for what has become due, so a source needs no
// timer of its own. Drivers in processes of their own (the field role) will put into the same ring.
//
// Never allocates. One thread.
#pragma once

#include <array>

#include "config/limits/limits.h"
#include "hal/clock.h"
#include "hal/sensors.h"

namespace hf::on_linux {

// Where a source puts readings. The oldest yields when nobody takes them, and is counted.
class ReadingRing {
 public:
  // A core that is late by four turns loses nothing.
  static constexpr std::uint32_t kReadingsMax = 4 * limits::kBoard.scan_readings_max;

  void put(const Reading& reading);
  std::uint32_t take(std::span<Reading> readings);
  std::uint64_t missed() const { return missed_; }

 private:
  std::array<Reading, kReadingsMax> readings_;
  std::uint32_t first_ = 0;  // index of the oldest
  std::uint32_t count_ = 0;  // INVARIANT: count_ <= kReadingsMax
  std::uint64_t missed_ = 0;
};

class SensorSource {
 public:
  // Puts every reading that has become due, oldest first for each sensor; none is later than `now`.
  virtual void put_due(Uptime now, ReadingRing& ring) = 0;

  // As hal::Sensors::pace().
  virtual void pace(SensorIndex sensor, Duration period) = 0;

 protected:
  ~SensorSource() = default;
};

class Sensors final : public hal::Sensors {
 public:
  // `source` null: this board has no sensors.
  Sensors(const hal::Clock& clock, SensorSource* source) : clock_(clock), source_(source) {}

  std::uint32_t take(std::span<Reading> readings) override;
  std::uint64_t missed() const override { return ring_.missed(); }
  void pace(SensorIndex sensor, Duration period) override {
    if (source_ != nullptr) source_->pace(sensor, period);
  }

  // Fetches what is due. For the loop, so that a core that is busy elsewhere loses the oldest
  // readings, not the moment of measuring.
  void collect();

 private:
  const hal::Clock& clock_;
  SensorSource* source_;
  ReadingRing ring_;
};

}  // namespace hf::on_linux

// A reading, or an envelope, as somebody outside wants it: with names and a time of day.
#pragma once

#include <functional>
#include <string>

#include "stores/anchors/anchors.h"
#include "tools/hub/coverage/coverage.h"
#include "tools/hub/intake/checked_frame.h"

namespace hf::hub {

struct Sample {
  std::string_view gateway;
  const wire::RosterEntry* sensor = nullptr;  // null: its roster has not come
  SensorIndex index;
  double value = 0;  // of an envelope the mean
  Quality quality = Quality::good;
  wire::Resolution resolution = wire::Resolution::full;
  wire::Envelope envelope;  // unless the resolution is full
  // The envelope stands for rows as well that do not count here: they are there in more detail.
  bool is_shared = false;
  stores::UtcSpan time;  // quality unset: only its bounds mean anything
  BootId boot;
  Uptime uptime;
  std::uint64_t stream = 0;
  Position position = 0;  // of an envelope the frame's first
};

// Takes frames apart, row by row and in each row by sensor.
class SampleReader {
 public:
  using Names = std::function<const wire::RosterEntry*(std::uint32_t roster, SensorIndex)>;
  using Clock = std::function<stores::UtcSpan(BootId, Uptime)>;
  using Take = std::function<void(const Sample&)>;

  // Only rows in `counted` are given, and of envelopes each that has one of them: what it stands
  // for besides it cannot leave out. False: not a frame of readings or envelopes, or one that
  // cannot be read.
  bool read(std::span<const std::byte> frame, std::span<const Interval> counted, const Names& names,
            const Clock& clock, const Take& take);

 private:
  Interval rows_of(const wire::FrameHeader& header, std::uint32_t moment) const;

  struct Item {
    std::uint32_t row = 0;
    SensorIndex sensor;
    double value = 0;
    Quality quality = Quality::good;
    wire::Envelope envelope;
  };
  Status gather_readings(std::span<const std::byte> frame, wire::FrameHeader& header);
  Status gather_envelopes(std::span<const std::byte> frame, wire::FrameHeader& header);

  DecodingRoom room_;
  std::uint32_t moment_count_ = 0;
  std::vector<Item> items_;
};

}  // namespace hf::hub

// Cuts frames out of the telemetry window: everything since the last frame, up to a moment.
//
// The window is passed over twice: once for the moments, which become the rows, and once for the
// values, sensor by sensor, as a frame wants them. So no copy of the readings is needed, whatever
// the window W: memory is one sensor's column and the frame itself.
//
// What was cut counts as taken only once it is kept: until commit() the same readings come again.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "config/limits/limits.h"
#include "flows/forwarding/row_times.h"
#include "stores/roster/roster.h"
#include "stores/telemetry/forward_cursor.h"
#include "vocabulary/outcome.h"
#include "wire/frames/readings_frame.h"

namespace hf::flows::forwarding {

class FrameCutter {
 public:
  // References must outlive it. About 60 KiB on the small board: a member of something, or static.
  FrameCutter(stores::telemetry::Telemetry& telemetry, const stores::Roster& roster, BootId boot);

  struct Cut {
    std::uint32_t bytes = 0;          // of the frame
    std::uint32_t reading_count = 0;  // in it
    Uptime until;                     // all up to here is in it, or was in one before
    std::uint64_t missed_count = 0;   // readings that left the window before they were cut
  };

  // Writes a frame without a place in a stream into `out`, which is sealed. It may end before
  // `until` where `out` or a frame's rows do not hold so much.
  // ok.  not_found: nothing new up to `until`; `cut` tells what was missed.
  // REQUIRES: out holds one scan of all sensors at least.
  Status cut(Uptime until, std::span<std::byte> out, Cut& cut);

  // What was cut is kept: it does not come again.
  void commit() { places_ = reached_; }

 private:
  static constexpr std::size_t kPageReadings = 64;
  using Places = std::array<stores::telemetry::Sequence, limits::kBoard.sensors_max>;

  void note_rows(Uptime until, Cut& cut);
  Status write(std::span<std::byte> out, Cut& cut);
  Status write_sensor(SensorIndex sensor, std::size_t count);

  stores::telemetry::Telemetry& telemetry_;
  const stores::Roster& roster_;
  BootId boot_;
  std::array<wire::Lens, limits::kBoard.sensors_max> lenses_{};  // of each sensor's last column
  Places places_{};                                              // where the next frame begins
  Places reached_{};                                             // where this one ends
  std::array<Uptime, wire::kFrameRowsMax> moments_;
  RowTimes rows_{moments_};
  std::array<Reading, kPageReadings> page_;
  wire::ColumnRoom room_;
  wire::ReadingsBuilder builder_;
};

}  // namespace hf::flows::forwarding

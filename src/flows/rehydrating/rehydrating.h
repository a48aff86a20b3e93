// Rehydrating: after a start, fills the telemetry window again with what the queue file has of the
// last day, newest first, beside everything else that goes on.
//
//   RH1  A step reads one frame, or puts back one sensor's readings of one: nothing that is sampled
//        meanwhile waits longer than that, and nothing is dropped from the window for it.
//   RH2  What comes back has every bit, in order, and comes back once; what this process has taken
//        itself does not come back.
//   RH3  Readings of one boot keep their distances to the millisecond, and those of an earlier boot
//        lie before the later one began.
//   RH4  Nothing on flash changes: a start that is cut short leaves everything to the next.
//   RH5  It ends: at the end of the history, where that is older than the window, or when the
//        window is full.
//
// How long the board was without power nobody knows before a clock is set, and people want the last
// values at once. So an earlier boot is placed by the time that the gateway was powered, as if it
// had never been off [docs/decisions/0015].
//
// Cost: reading a frame is one read of up to frame_bytes_max; one sensor's readings of it are coded
// less than twice, 1,000 instructions each on ARMv7. The room for columns is in the object: about
// 60 KiB on the small board. Nothing allocates. Owned by the service loop.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "stores/ledger/ledger.h"
#include "stores/offline_queue/offline_queue.h"
#include "stores/roster/roster.h"
#include "stores/telemetry/telemetry.h"
#include "wire/frames/readings_frame.h"

namespace hf::flows {

class Rehydrating {
 public:
  // REQUIRES: all outlive it. `frame_memory` has room for the largest frame.
  Rehydrating(stores::OfflineQueue& queue, const stores::Roster& roster,
              stores::telemetry::Telemetry& window, stores::RehydratingCounts& counts,
              std::span<std::byte> frame_memory)
      : queue_(queue),
        roster_(roster),
        window_(window),
        counts_(counts),
        frame_memory_(frame_memory) {}

  // Once, at the start, before the first reading is taken. REQUIRES: the roster is complete.
  void begin(BootId boot, Uptime now);

  // Goes on. Answers when it wants to be called next; the end of time: it is done.
  Uptime step(Uptime now);

  bool is_done() const { return phase_ == Phase::done; }

 private:
  // Longer columns are put back in pieces: what a step costs has a bound.
  static constexpr std::size_t kPieceReadings = 1024;

  enum class Phase : std::uint8_t { reading, putting_back, done };

  Uptime end();
  Uptime read_frame(Uptime now);
  Status open(const stores::HistoryFrame& frame, Uptime now);
  void place(const stores::HistoryFrame& frame);
  bool has_roster_of(const wire::FrameHeader& header);
  Uptime put_back_sensor(Uptime now);
  Status put_back_column(const wire::SensorColumn& column, Uptime now);

  stores::OfflineQueue& queue_;
  const stores::Roster& roster_;
  stores::telemetry::Telemetry& window_;
  stores::RehydratingCounts& counts_;
  std::span<std::byte> frame_memory_;

  Phase phase_ = Phase::done;
  BootId boot_;
  Uptime began_;
  stores::HistoryCursor history_;

  // Of the frame that is put back.
  wire::ReadingsCursor frame_;
  std::uint32_t rows_ = 0;          // the first ones; the others were put back before
  BootId placed_boot_;              // whose
  Duration shift_;                  // from its clock to ours
  Uptime bound_;                    // the next earlier boot lies before
  std::uint32_t known_roster_ = 0;  // a fingerprint whose sensors are ours
  std::array<Uptime, wire::kFrameRowsMax> moments_;
  wire::ColumnRoom column_;
  std::array<Reading, kPieceReadings> piece_;
};

}  // namespace hf::flows

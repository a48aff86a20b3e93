// Forwarding: takes what gathers in telemetry to where it is safe, in time.
//
//   FW1  A reading is handed over, and the store told to make it safe, before it is W old.
//   FW2  Nothing is taken twice, and nothing is taken that was not kept.
//   FW3  What left the window before it was taken is told by a gap record.
//   FW4  When power is failing all of it is made safe at once, and batched if there is still time.
//   FW5  A store that fails is tried again; meanwhile nothing is lost that the window still holds.
//
// A frame is cut as late as W allows, because a frame twice as long costs two thirds of the bytes;
// or as often as `live_period` says, while somebody upstream is listening. Made safe is late too:
// what was receipted by then costs no flash at all.
//
// Cost: step() does nothing before the deadline it answered. A cut reads the new readings twice and
// codes them once. Owned by the service loop.
#pragma once

#include <cstdint>
#include <span>

#include "config/settings/table.h"
#include "flows/forwarding/frame_cutter.h"
#include "flows/forwarding/frame_keeping.h"
#include "vocabulary/time.h"

namespace hf::flows::forwarding {

struct Settings {
  Duration window = settings::initial_duration("durability.window");  // W
  Duration live_period{};  // a frame at least this often; zero: as late as W allows
  Duration batch_period = settings::initial_duration("durability.batch_period");
};

// What happened since the start, for people and tests.
struct Counts {
  std::uint64_t frames = 0;
  std::uint64_t readings = 0;
  std::uint64_t missed = 0;    // readings that left the window before they were taken (FW3)
  std::uint64_t failures = 0;  // of the store
};

class Forwarding {
 public:
  // References must outlive it. `frame_memory` is where a frame is built: the larger, the longer a
  // W it serves; one scan of all sensors at least, frame_bytes_max is enough for any.
  Forwarding(FrameCutter& cutter, FrameKeeping& store, BootId boot, std::uint32_t roster,
             std::span<std::byte> frame_memory);

  // Takes effect with the next step. REQUIRES: within the bounds that config/settings says.
  void set(const Settings& settings) { settings_ = settings; }

  // Does what is due. Returns when it wants to be called next; sooner does no harm.
  Uptime step(Uptime now, bool power_is_failing = false);

  const Counts& counts() const { return counts_; }

 private:
  Duration margin() const;
  bool cut_all(Uptime now);
  Status keep(Uptime now, std::uint32_t bytes);
  void tell_missed(Uptime now, std::uint64_t missed_count);
  bool check(Status status, Uptime now);
  Uptime cut_due() const;

  FrameCutter& cutter_;
  FrameKeeping& store_;
  BootId boot_;
  std::uint32_t roster_;
  std::span<std::byte> frame_memory_;
  Settings settings_;
  Counts counts_;
  Uptime cut_until_;  // everything up to here was cut
  Uptime batched_at_;
  Uptime not_before_;         // after a failure: when the store is tried again
  std::uint64_t untold_ = 0;  // missed, and no gap record kept yet
  bool was_failing_ = false;
};

}  // namespace hf::flows::forwarding

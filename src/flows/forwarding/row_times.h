// The rows of a frame that is about to be cut: every moment at which any sensor was read, once.
//
// Sensors come one after the other, each with its readings in order; a scan that many share is
// found again at once, a moment nobody had before is put in between. A sensor read twice at one
// moment makes two rows of it.
//
// Memory is the caller's. When it is used up the latest moment goes, and the frame ends before it:
// `until` moves, and what is behind it waits for the next frame.
//
// Cost: a reading in a scan that is known O(1), one that is not O(rows behind it).
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/time.h"

namespace hf::flows::forwarding {

class RowTimes {
 public:
  // REQUIRES: !memory.empty().
  explicit RowTimes(std::span<Uptime> memory) : memory_(memory) {}

  // Begins anew: moments after `until` get no row.
  void clear(Uptime until);

  void begin_sensor() { next_ = 0; }

  // First all sensors are noted. REQUIRES: the readings of one sensor do not fall.
  void note(Uptime at);

  // Then, beginning anew with each sensor, its readings find their rows. False: it has none; it is
  // after until(), or there were more readings at one moment than rows.
  bool find(Uptime at, std::uint16_t& row);

  Uptime until() const { return until_; }
  std::span<const Uptime> rows() const { return memory_.first(count_); }

 private:
  bool make_room();

  std::span<Uptime> memory_;
  std::size_t count_ = 0;
  std::size_t next_ = 0;  // behind the row of this sensor's last reading
  Uptime until_;
};

}  // namespace hf::flows::forwarding

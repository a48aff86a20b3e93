// What can be asked of the queue at any time.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "stores/offline_queue/queue_state.h"

namespace hf::stores {

struct QueueFigures {
  Keeping keeping = Keeping::closed;
  std::uint64_t stream = 0;         // that positions are given in now
  std::uint64_t readings_next = 0;  // the position that comes next, in each lane
  std::uint64_t events_next = 0;
  std::uint64_t frames = 0;                                // in the file
  std::uint64_t bytes = 0;                                 // of frames, in the file and fresh
  std::array<queue::Holding, queue::kTierCount> holdings;  // of that, what is in the file
  std::uint64_t bytes_written = 0;                         // to the medium, over all boots
  double endurance_years_left = 0;  // at the rate of all boots so far; 0: nobody knows
  bool budget_is_overdrawn = false;
  files::KeyNumber cipher_key = files::kNotSealed;  // that frames are sealed under now; 0: none
  Duration window;                                  // in force
  Duration outage_left;     // until readings lose resolution; 0: unknown yet
  Duration oldest_to_send;  // powered time since it was kept; 0: nothing waits
  std::uint64_t readings_rows_to_send = 0;
  std::uint64_t events_to_send = 0;
  std::uint64_t bytes_to_send = 0;  // by the average of what is kept, per tier
  std::uint64_t rows_in_flight = 0;
  files::SetAside set_aside;  // the last file that was not usable, and why
  bool is_salvaging = false;  // what it had is still being looked through

  // At a rate of bytes as they lie here, when so many rows are upstream and only their receipt is
  // awaited. Zero: no rate, or nothing waits.
  Duration time_to_drain(std::uint64_t bytes_per_second, std::uint64_t rows_upstream) const {
    if (bytes_per_second == 0) return {};
    const std::uint64_t rows = std::max<std::uint64_t>(1, readings_rows_to_send);
    const std::uint64_t waiting = bytes_to_send * (rows - std::min(rows, rows_upstream)) / rows;
    return milliseconds(static_cast<std::int64_t>(waiting * 1000 / bytes_per_second));
  }
};

}  // namespace hf::stores

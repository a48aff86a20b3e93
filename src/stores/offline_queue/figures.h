// What can be asked of the queue at any time.
#pragma once

#include <cstdint>

#include "stores/offline_queue/queue_state.h"

namespace hf::stores {

struct QueueFigures {
  Keeping keeping = Keeping::closed;
  std::uint64_t stream = 0;         // that positions are given in now
  std::uint64_t readings_next = 0;  // the position that comes next, in each lane
  std::uint64_t events_next = 0;
  std::uint64_t frames = 0;  // in the file
  std::uint64_t bytes = 0;   // of frames, in the file and fresh
  std::uint64_t readings_rows_to_send = 0;
  std::uint64_t events_to_send = 0;
  std::uint64_t bytes_to_send = 0;  // by the average of what is kept, per tier
  std::uint64_t rows_in_flight = 0;
};

}  // namespace hf::stores

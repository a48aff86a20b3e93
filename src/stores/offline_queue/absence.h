// Absence: what upstream asks for and no place has. On an honest medium there is none; on one that
// forgot what it had acknowledged this is how the loss is found, and told. For this room only.
#pragma once

#include "stores/offline_queue/filing.h"
#include "stores/offline_queue/queue_state.h"

namespace hf::stores::queue {

class Absence {
 public:
  Absence(QueueState& queue, Uptime now) : queue_(queue), now_(now) {}

  // Whether all that may tell of a gap has arrived: before that a hole proves nothing.
  bool can_be_judged() const;

  // Declares what of the holes is nowhere. ok, also when there was nothing to declare; else as
  // Filing. REQUIRES: can_be_judged().
  Status declare(StreamState& stream, Lane lane, std::span<const Interval> holes);

 private:
  Status find_next(const StreamState& stream, Lane lane, const Interval& hole, Interval& absent);

  QueueState& queue_;
  Uptime now_;
};

}  // namespace hf::stores::queue

// Absence: positions that no place has. What earlier starts declared is learned again, from their
// gap records. And what upstream asks for and nobody has declared: on an honest medium there is
// none; on one that forgot what it had acknowledged this is how the loss is found, and told. For
// this room only.
#pragma once

#include "stores/offline_queue/filing.h"
#include "stores/offline_queue/queue_state.h"

namespace hf::stores::queue {

class Absence {
 public:
  Absence(QueueState& queue, Uptime now) : queue_(queue), now_(now) {}

  // A few of the events in the file, each start anew: their gap records say what is nowhere, so it
  // is not counted among what waits. ok: a step was made.  not_found: all are known.  Else the
  // medium, as QueueFile.
  Status learn();

  // Whether all that may tell of a gap has arrived: before that a hole proves nothing.
  bool can_be_judged() const;

  // Declares what of the holes is nowhere. ok, also when there was nothing to declare; else as
  // Filing. REQUIRES: can_be_judged().
  Status declare(StreamState& stream, Lane lane, std::span<const Interval> holes);

 private:
  static constexpr std::uint32_t kEventsAtOnce = 16;

  Status learn_of(const FiledFrame& event);
  Status find_next(const StreamState& stream, Lane lane, const Interval& hole, Interval& absent);

  QueueState& queue_;
  Uptime now_;
};

}  // namespace hf::stores::queue

// Salvage: what a file that was set aside still has comes into the new one, a few frames at a call.
// For this room only.
//
// Every frame carries its own stream, position and checksum, so nothing else of the damaged file is
// believed. It is read from its beginning until damage stops that, then from its end backwards;
// what lies between is lost, and declared when its stream is retired. A file that is shorter than
// it says is stretched with zeros first: SQLite would not look at its head otherwise.
//
// The ledger of the new file says that there is something to be salvaged, until it is done; after a
// restart it begins anew, and what is there already is passed over.
#pragma once

#include "stores/offline_queue/filing.h"
#include "stores/offline_queue/queue_file.h"
#include "stores/offline_queue/queue_state.h"

namespace hf::stores::queue {

class Salvage {
 public:
  Salvage(QueueState& queue, files::Engine& engine) : queue_(queue), file_(engine, queue.sealing) {}

  // ok: a step was made.  not_found: nothing to salvage.  Else the new file's trouble, as Filing.
  Status step(Uptime now);

  // Frees the damaged file; the next step begins anew.
  void stop();

 private:
  static constexpr std::uint32_t kFramesAtOnce = 8;

  bool open();
  void take_received();
  Status take_frames(Filing& filing);
  bool find_next(FiledFrame& frame);
  Status take(Filing& filing, const FiledFrame& frame);
  StreamState* stream_for(std::uint64_t id);

  QueueState& queue_;
  QueueFile file_;
  Place from_;           // forwards: all before it was looked at
  Place to_{INT64_MAX};  // backwards: all from it on was looked at
  bool is_backwards_ = false;
  bool is_done_ = false;
};

}  // namespace hf::stores::queue

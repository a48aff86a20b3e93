// What forwarding needs of the store it hands its frames to, and nothing else of it.
//
// The store numbers a frame, and decides how it becomes safe: by a receipt from upstream, in the
// journal, or in the queue file [docs/decisions/0012]. Forwarding only sees to it that this happens
// in time.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::flows::forwarding {

inline constexpr Uptime kNever{std::numeric_limits<std::int64_t>::max()};

class FrameKeeping {
 public:
  // Takes over a sealed frame that has no place in a stream yet, and gives it one; the bytes
  // change. Not safe yet.
  // ok.  full: no room in memory before a batch.  unavailable: nowhere to keep it.
  virtual Status keep(std::span<std::byte> frame, Uptime now) = 0;

  // The same for an event, which is safe when it answers ok.
  virtual Status keep_event(std::span<std::byte> frame, Uptime now) = 0;

  // When the oldest reading was taken that is kept and neither on flash nor receipted; kNever: all
  // is safe.
  virtual Uptime oldest_unsafe() const = 0;

  // ok: all that was kept is safe.  unavailable: some is not, try again.
  virtual Status make_safe(Uptime now) = 0;

  // ok: all that was kept is in the queue file, in one large frame, and the journal is free.
  // unavailable: nothing changed, try again.
  virtual Status batch(Uptime now) = 0;

 protected:
  ~FrameKeeping() = default;
};

}  // namespace hf::flows::forwarding

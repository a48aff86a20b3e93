// Announcing: tells upstream which sensor each index in our frames means.
//
// Frames carry indexes and the roster's fingerprint; the names go once, as events. They go again
// only when the other end cannot know them: the roster has changed, or the queue has begun a new
// stream (so that the events of the old one may be lost). What was announced is noted in a file,
// because a board that starts twenty times a day should not send its names twenty times.
//
//   AN1 The roster's names are in the queue before any frame is forwarded that needs them, as far
//       as the queue takes them; what it refused is tried again.
//   AN2 A roster that was announced in this stream is not announced again, also after a restart.
//   AN3 A note that is lost or damaged costs an announcement, nothing else.
//
// Cost: nothing while there is nothing to say. Never allocates. Owned by the service loop.
#pragma once

#include <cstddef>
#include <span>

#include "files/note/note.h"
#include "hal/clock.h"
#include "stores/ledger/ledger.h"
#include "stores/offline_queue/offline_queue.h"
#include "stores/roster/roster.h"
#include "vocabulary/time.h"

namespace hf::flows {

inline constexpr std::string_view kAnnouncedFileName = "announced";  // a files::Note

class Announcing {
 public:
  // A roster is sent in parts of this size: any broker takes them.
  static constexpr std::size_t kPartBytesMax = 4096;
  static constexpr Duration kRetryPeriod = minutes(1);

  // REQUIRES: all outlive this; `part` has kPartBytesMax.
  Announcing(const hal::Clock& clock, hal::Flash& flash, const stores::Roster& roster,
             stores::OfflineQueue& queue, stores::AnnouncingCounts& counts,
             std::span<std::byte> part)
      : clock_(clock),
        note_(flash, kAnnouncedFileName),
        roster_(roster),
        queue_(queue),
        counts_(counts),
        part_(part) {}

  // Announces what is new. Returns when it wants to be called again.
  Uptime step(Uptime now);

 private:
  struct Announced {
    std::uint32_t roster = 0;
    std::uint64_t stream = 0;
    friend bool operator==(const Announced&, const Announced&) = default;
  };

  Announced due() const;
  Status announce(Uptime now);
  Status keep_parts(Uptime now);
  Announced read_note();
  Status write_note(const Announced& announced);

  const hal::Clock& clock_;
  files::Note note_;
  const stores::Roster& roster_;
  stores::OfflineQueue& queue_;
  stores::AnnouncingCounts& counts_;
  std::span<std::byte> part_;
  Announced noted_;  // announced, as far as is known
  bool has_read_ = false;
  Uptime not_before_;
};

}  // namespace hf::flows

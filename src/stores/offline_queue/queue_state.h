// What all parts of the offline queue work on. For this room only.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "config/limits/limits.h"
#include "files/aside/aside.h"
#include "files/database/check.h"
#include "files/journal/journal.h"
#include "files/metering/metered_flash.h"
#include "hal/flash.h"
#include "stores/offline_queue/allowance.h"
#include "stores/offline_queue/counters.h"
#include "stores/offline_queue/frame_sealing.h"
#include "stores/offline_queue/frame_shaping.h"
#include "stores/offline_queue/fresh_frames.h"
#include "stores/offline_queue/ledger.h"
#include "stores/offline_queue/queue_file.h"
#include "stores/offline_queue/settings.h"
#include "stores/offline_queue/stream_state.h"
#include "wire/frames/gap_record.h"

namespace hf::stores {

// Memory for one queue, from config/limits. All of it outlives the queue.
struct QueueMemory {
  std::span<std::byte> fresh_bytes;
  std::span<queue::FreshFrame> fresh_frames;
  std::span<std::byte> event_bytes;
  std::span<queue::FreshFrame> event_frames;
  std::span<std::byte> work;             // one frame of the largest size
  std::span<std::byte> spare;            // and another
  std::span<std::byte> journal_scratch;  // Journal::room_for() one of them
};

enum class Keeping : std::uint8_t {
  closed,     // not opened yet, or orderly closed
  on_flash,   // as it should be
  in_memory,  // the medium is missing, read-only or failing; tried again now and then. Or it is
              // memory itself
};

namespace queue {

// How far the table was looked through for the oldest key in use.
struct KeyLook {
  Place from;
  files::KeyNumber oldest_seen = UINT16_MAX;
  std::int64_t next_ms = 0;  // on the clock of Ledger::running_ms
};

struct QueueState {
  QueueState(files::Engine& engine, files::MeteredFlash& medium, FrameShaping& shapes,
             const QueueMemory& memory, const QueueSettings& chosen, const SealingParts& parts)
      : settings(chosen),
        flash(medium),
        shaping(shapes),
        sealing(parts),
        file(engine, sealing),
        journal(medium, kJournalName, chosen.journal_bytes, memory.journal_scratch),
        fresh(memory.fresh_bytes, memory.fresh_frames),
        events(memory.event_bytes, memory.event_frames),
        work(memory.work),
        spare(memory.spare),
        check(file.database()) {}

  std::span<StreamState> known_streams() { return std::span{streams}.first(stream_count); }
  std::span<const StreamState> known_streams() const {
    return std::span{streams}.first(stream_count);
  }
  StreamState& current() {
    HF_ASSERT(stream_count > 0);
    return streams[stream_count - 1];
  }
  StreamState* find_stream(std::uint64_t id) {
    const auto found = std::ranges::find(known_streams(), id, &StreamState::id);
    return found == known_streams().end() ? nullptr : &*found;
  }
  StreamState* find_stream(StreamOrdinal ordinal) {
    const auto found = std::ranges::find(known_streams(), ordinal, &StreamState::ordinal);
    return found == known_streams().end() ? nullptr : &*found;
  }
  // Where one frame is built or read.
  std::span<std::byte> frame_room(std::span<std::byte> room) const {
    return room.first(std::min(room.size(), sealing.frame_bytes_max()));
  }
  std::uint64_t bytes_written() const { return bytes_written_base + flash.meter().bytes_written; }
  bool is_salvaging() const { return ledger.salvaging != 0; }
  std::int64_t running_ms(Uptime now) const { return running_base_ms + now.ms; }
  // What another boot took is as young as what the file had last, for all we know.
  std::int64_t kept_ms(bool of_this_boot, Uptime last) const {
    return running_ms(of_this_boot ? last : opened_at);
  }

  QueueSettings settings;
  files::MeteredFlash& flash;
  FrameShaping& shaping;
  FrameSealing sealing;
  QueueFile file;
  files::Journal journal;
  FreshFrames fresh;
  FreshFrames events;  // on their way into the file; there for long only while it cannot be had
  std::span<std::byte> work;
  std::span<std::byte> spare;
  std::array<std::span<const std::byte>, limits::kBoard.frames_merged_max> pieces;  // to be joined

  BootId boot;
  bool was_open = false;  // in this boot: what was given is known from then on
  std::array<Place, kTierCount> oldest_of_tier;  // no frame of that tier stands before
  // A pass over the file that joins nothing ends where only what is filed next may join: else a
  // backlog that cannot be joined would be read again and again for as long as it waits.
  Place compacted_to;
  Place compacted_last;             // looked at last
  bool is_to_compact_again = true;  // something behind has changed
  Place absence_learned_to;         // of the events in the file
  KeyLook key_look;
  files::KeyNumber journal_key = files::kNotSealed;  // the oldest that a record there is under
  files::DatabaseCheck check;
  bool is_volatile = false;      // the file's system lies in memory: gone with the power
  bool file_is_damaged = false;  // found while it was open: to be set aside
  Uptime opened_at;
  std::int64_t running_base_ms = 0;  // of the clock of Ledger::running_ms, at uptime 0
  std::uint64_t bytes_written_base = 0;
  Allowance allowance;
  Ledger ledger;                                 // as committed
  std::array<StreamState, kStreamsMax> streams;  // oldest first; the last is the current one
  std::uint32_t stream_count = 0;
  FixedVector<RefusedFrame, kRefusedFramesMax> refused;
  QueueCounters counters;
  files::SetAside set_aside;
  files::AsideFiles asides;  // that are on the medium, as far as they count against the quota
};

}  // namespace queue
}  // namespace hf::stores

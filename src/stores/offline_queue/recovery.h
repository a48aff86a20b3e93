// Recovery: from whatever is on the medium to a queue that keeps frames safe again. At boot, and
// each time the medium has failed and is tried once more. For this room only.
//
// All it changes is one commit: what the journal still has goes into the file, every position that
// was given and is nowhere is declared in a gap record, and new positions are reserved. So a cut in
// the middle of recovery changes nothing, and recovery never happens twice.
//
// Cost: the head of the file, its log (bounded), the journal (bounded). Not the backlog.
#pragma once

#include "stores/offline_queue/filing.h"
#include "stores/offline_queue/journal_record.h"
#include "stores/offline_queue/queue_state.h"

namespace hf::stores::queue {

class Recovery {
 public:
  Recovery(QueueState& queue, Uptime now) : queue_(queue), now_(now) {}

  // ok: file and journal are open, and frames may be kept.  Else the file is closed again:
  // unavailable, full, busy, as its open() and the journal's say; refused, corrupt: the file was
  // set aside, and the new one is no better.
  Status run();

 private:
  Status run_once();
  Status open_file();
  Status open_file_once();
  Status adopt(std::span<const StreamRecord> filed);
  static void take_over(const StreamRecord& filed, StreamState& stream);
  Status open_journal();
  Status note_streams_of_journal();
  void compare(const JournalHead& head, StreamState& stream);
  void renumber(FreshFrames& frames);
  Status commit();
  Status load_quarantine();
  Status make_room();
  Status witness();
  Status file_journal(Filing& filing);
  Status file_journaled(Filing& filing, std::span<const std::byte> frame);

  QueueState& queue_;
  Uptime now_;
  bool is_first_ = false;     // of this boot: what was given before, we do not know
  bool begins_anew_ = false;  // what the last stream had cannot be told from here
};

// What a record of the journal says of the stream whose frames are in it.
JournalHead journal_head(const StreamState& stream);

// Where a record for the journal is written, in `work`; and its way there: sealed and appended.
// Outcomes of files::Journal::append().
std::span<std::byte> record_room(const QueueState& queue);
Result<files::Journal::Position> append_record(QueueState& queue, std::size_t bytes);

// Makes a stream that nobody ever had, `step` behind the last one. full: there are too many
// already, or their numbers are used up.
Status begin_stream(QueueState& queue, StreamOrdinal step = 1);

// A stream that only memory knew, and of which memory has nothing any more, is over: that it is no
// longer among streams() tells upstream. So a medium that fails for ever uses up neither streams
// nor ordinals. Not during recovery: what the journal has of such a stream is not in memory.
void forget_spent(QueueState& queue);

}  // namespace hf::stores::queue

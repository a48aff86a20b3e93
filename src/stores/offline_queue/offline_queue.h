// The offline queue: keeps what was taken until upstream has it, through any power cut, in fixed
// memory and a bounded file. docs/decisions/0012 says why it is as it is.
//
// Rows of readings and events have positions, given once. The queue hides where a frame is: in
// memory (fresh), in the journal (safe for the price of one write in place), or in the file
// (SQLite: one large row for every batch). Who sends asks for what is missing upstream, not for a
// place.
//
//   Q1  A position is given once: not again after a power cut, an empty queue, a damaged file.
//   Q2  What keep() took is safe within the window: in the journal, in the file, or received.
//   Q3  What keep_event() answered ok for is in the file.
//   Q4  What was safe is offered until it is received, whatever the power does.
//   Q5  Each position that was given is, for ever: on its way, received, or named in a gap record.
//       The gap record is in the commit that gives the position up.
//   Q6  Bytes that are not what was written are never offered.
//   Q7  What was received is not offered again, also after an orderly restart.
//   Q8  A medium that fails stops nothing: frames stay in memory, and are filed once it is back.
//   Q9  Within a lane and stream the oldest goes first, but for `live`, where the newest does.
//   Q10 Memory and file are bounded; what no longer fits is given up oldest first, and declared.
//
// Every call is for the service loop. Deadlines are answered, so that the caller may sleep.
// Cost: a keep() copies the frame; calls on the file are O(log frames). Nothing allocates.
#pragma once

#include "stores/offline_queue/figures.h"
#include "stores/offline_queue/history.h"
#include "stores/offline_queue/offer.h"
#include "stores/offline_queue/queue_state.h"
#include "stores/offline_queue/salvage.h"

namespace hf::stores {

class OfflineQueue {
 public:
  // REQUIRES: all outlive this; the engine works on the same flash, and has started before open().
  OfflineQueue(files::Engine& engine, files::MeteredFlash& flash, queue::FrameShaping& shaping,
               const QueueMemory& memory, const QueueSettings& settings,
               const SealingParts& sealing = {});

  // Once, at boot. ok: on flash.  Else the queue works in memory, and tries again by itself:
  // unavailable, full, busy as queue::Recovery says.
  Status open(BootId boot, Uptime now);

  // Orderly end: all is filed, and no position stays reserved. ok; unavailable: as at a power cut.
  // Nothing may be kept afterwards.
  Status close(Uptime now);

  // Keeping. The queue gives the frame its stream and position, and seals its own copy.

  // A frame of readings. ok: kept, and safe within the window.  invalid: not a frame of readings.
  // full: larger than all the memory for fresh frames.
  Status keep(std::span<const std::byte> frame, Uptime now);

  // An event. ok: safe.  unavailable: kept in memory only, until the medium is back.
  // invalid: not an event, or larger than all the memory for events.
  Status keep_event(std::span<const std::byte> frame, Uptime now);

  // Several in one commit.
  Status keep_events(std::span<const std::span<const std::byte>> frames, Uptime now);

  // When the oldest reading was taken that is neither on flash nor received; the end of time: none.
  Uptime oldest_unsafe() const;

  // Everything that is unsafe into the journal, now: also for the supply's last warning. ok: all is
  // safe.  unavailable: it is in memory only.
  Status make_safe(Uptime now);

  // Everything fresh into the file, now. ok.  unavailable, full, busy: it is as safe as it was.
  Status batch(Uptime now);

  // Does what is due, of these and of what wants doing when there is time: another try at a medium
  // that failed, room, order, a look for damage. Answers when it wants to be called next.
  Uptime serve(Uptime now);

  // The one in force: wider than the setting while flash is overdrawn, or after short boots.
  Duration window(Uptime now) const;

  // Sending.

  // ok: `offer` is the next frame of that choice, its bytes in `out` or in the queue's memory.
  // not_found: nothing to send.  full: `out` is smaller than the frame.  unavailable, busy: the
  // file cannot be read now.
  Status peek(Choice choice, Uptime now, std::span<std::byte> out, Offer& offer);

  // Not offered again until a receipt, link_lost(), or resend(). ok.  full: too many runs are in
  // flight: wait for a receipt.  not_found: no such stream.
  Status mark_in_flight(const Offer& offer);

  // ok: believed, and durable with the next commit. A hole that nothing here can fill is declared.
  // not_found: no such stream.  full: too many holes: the last ones are sent again.  invalid:
  // contradicts itself.  stale: it tells of positions never given, so the medium has forgotten
  // some: a new stream is begun.
  Status acknowledge(const Receipt& receipt, Uptime now);

  // Without a hub, on the broker's word. ok.  not_found: no such stream.  full: too many runs.
  Status acknowledge(std::uint64_t stream, wire::Lane lane, const queue::Interval& rows);

  // What was in flight is to be sent again.
  void link_lost();
  void resend(std::uint64_t stream, wire::Lane lane, const queue::Interval& rows);

  // Upstream refused the frame. ok: offered again later.  refused: that was once too often: it is
  // quarantined, that is kept, counted and not offered.
  Status refused(const Offer& offer, Refusal why, Uptime now);

  // The next frame of readings in the file, newest first. ok.  not_found: that was the oldest.
  // corrupt, full: damaged, or too large; the next call passes over it.  busy, unavailable: later.
  Status read_history(HistoryCursor& cursor, Uptime now, std::span<std::byte> out,
                      HistoryFrame& frame);

  // The streams that something may still come of, oldest first; the last is the current one. What
  // upstream misses of any other is lost: it was in memory only when a process ended.
  std::uint32_t streams(std::span<std::uint64_t> ids) const;
  QueueMark mark() const;
  bool received_since(const QueueMark& mark) const;  // anything kept after it, for good
  // Events kept between: ok: upstream has them.  busy: not all.  not_found: the stream has ended.
  Status received_between(const QueueMark& from, const QueueMark& to) const;
  const QueueSettings& settings() const { return state_.settings; }
  // What concerns files takes effect when they are opened next.
  void change_settings(const QueueSettings& settings, Uptime now);
  QueueFigures figures(Uptime now);
  const QueueCounters& counters() const { return state_.counters; }
  Keeping keeping() const { return state_.is_volatile ? Keeping::in_memory : keeping_; }

 private:
  Status recover(Uptime now);
  void fail(Status status, Uptime now);
  Status finish(Status status, Uptime now);
  Status make_place(std::uint32_t rows, wire::Lane lane, Uptime now);
  std::span<std::byte> make_fresh_room(std::size_t bytes, Uptime now);
  Status file_all(Uptime now);
  Status file_all_once(Uptime now);
  Status make_room(Uptime now);
  Uptime tend(Uptime now);
  bool holds_off(Uptime now) const;
  bool needs_journal(const queue::FreshFrame& frame) const;
  bool has_journaled() const;
  Uptime batch_due(Uptime now) const;
  std::uint64_t fresh_row_bytes() const;
  void note_wear(QueueFigures& figures, Uptime now);
  void note_outage(QueueFigures& figures, Uptime now);
  Status hold_event(std::span<const std::byte> frame, Uptime now);
  Status file_events(Uptime now, wire::Lane lane = wire::Lane::events,
                     std::uint32_t rows_ahead = 0);
  Status quarantine(const Offer& offer, Refusal why, Uptime now);
  Status give_up_damaged(const queue::FiledFrame& frame, wire::GapReason why, Uptime now);

  queue::QueueState state_;
  queue::Salvage salvage_;
  Keeping keeping_ = Keeping::closed;  // as the file goes
  Uptime batched_at_;
  Uptime tend_at_;
  Uptime retry_at_;
  Duration retry_after_;
  // Numbers of fresh frames, found by looking: none before is unsafe, none from there on journaled.
  mutable std::uint64_t safe_to_ = 0;
  mutable std::uint64_t journaled_to_ = 0;
};

}  // namespace hf::stores

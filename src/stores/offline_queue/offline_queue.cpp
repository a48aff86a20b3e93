#include "stores/offline_queue/offline_queue.h"

#include "stores/offline_queue/absence.h"
#include "stores/offline_queue/filing.h"
#include "stores/offline_queue/journal_record.h"
#include "stores/offline_queue/recovery.h"
#include "stores/offline_queue/sending.h"
#include "stores/offline_queue/upkeep.h"

namespace hf::stores {

static_assert(sizeof(queue::FreshFrame) <= 56, "board_class.h counts 56 bytes for it");

using queue::Filing;
using queue::FreshFrame;
using queue::FreshFrames;
using queue::LaneState;
using queue::Safety;
using queue::StreamState;
using wire::Lane;

namespace {

void drop_oldest_fresh(queue::QueueState& state) {
  const FreshFrame& oldest = state.fresh[0];
  const auto& received = state.find_stream(oldest.stream)->lane(Lane::readings).record.received;
  const std::uint64_t lost = oldest.rows.count() - received.count_in(oldest.rows);
  if (oldest.safety == Safety::unsafe) state.counters.rows_dropped_in_memory += lost;
  state.fresh.drop_oldest();
}

}  // namespace

OfflineQueue::OfflineQueue(files::Engine& engine, files::MeteredFlash& flash,
                           queue::FrameShaping& shaping, const QueueMemory& memory,
                           const QueueSettings& settings, const SealingParts& sealing)
    : state_(engine, flash, shaping, memory, settings, sealing),
      salvage_(state_, engine),
      retry_after_(queue::kRetryFirst) {}

// Opening, failing, coming back

Status OfflineQueue::open(BootId boot, Uptime now) {
  HF_ASSERT(keeping_ == Keeping::closed);
  state_.boot = boot;
  batched_at_ = state_.opened_at = now;
  change_settings(state_.settings, now);
  return recover(now);
}

Status OfflineQueue::recover(Uptime now) {
  safe_to_ = 0;  // what is known to be received may be less now
  state_.is_volatile = state_.flash.medium().is_volatile();
  const Status status = queue::Recovery(state_, now).run();
  if (is_ok(status)) {
    keeping_ = Keeping::on_flash;
    retry_after_ = queue::kRetryFirst;
    batched_at_ = now;
  } else {
    keeping_ = Keeping::in_memory;
    retry_at_ = now + retry_after_;
    retry_after_ = std::min(retry_after_ * 2, queue::kRetryMax);
  }
  return status;
}

// After a failed write nothing about the file is known but by opening it anew (hal/flash.h 4).
void OfflineQueue::fail(Status status, Uptime now) {
  const bool needs_new_look = status == Status::unavailable || status == Status::corrupt ||
                              state_.file.database().needs_reopen();
  if (!needs_new_look || keeping_ != Keeping::on_flash) return;
  ++state_.counters.medium_failures;
  state_.file_is_damaged = state_.file_is_damaged || status == Status::corrupt;
  salvage_.stop();
  state_.file.close();
  keeping_ = Keeping::in_memory;
  retry_at_ = now + retry_after_;
}

void OfflineQueue::change_settings(const QueueSettings& settings, Uptime now) {
  state_.settings = settings;
  state_.sealing.want(settings.is_sealed);
  state_.allowance.begin(settings.flash_bytes_per_day, now, state_.flash.meter().bytes_written);
}

Status OfflineQueue::close(Uptime now) {
  if (keeping_ != Keeping::on_flash) return Status::unavailable;
  Filing filing(state_, now, wire::GapReason::medium);
  const Status status = [&] {
    HF_TRY(filing.begin());
    HF_TRY(filing.file_events());
    HF_TRY(filing.file_readings());
    filing.give_back_reservations();
    filing.ledger().short_boots = 0;
    return filing.commit();
  }();
  salvage_.stop();
  state_.file.close();
  state_.journal.close();
  keeping_ = Keeping::closed;
  return status;
}

// Keeping

// Positions that the file has not reserved may be given by another boot again. While it cannot be
// asked for more, a stream that only this memory knows has enough.
Status OfflineQueue::make_place(std::uint32_t rows, Lane lane, Uptime now) {
  if (state_.stream_count > 0) {
    const LaneState& current = state_.current().lane(lane);
    if (current.next + rows <= current.record.reserved_to) return Status::ok;
  }
  if (keeping_ == Keeping::on_flash) {
    if (is_ok(file_events(now, lane, rows))) return Status::ok;
    fail(Status::unavailable, now);  // no stream begins beside a file that is in use
  }
  for (;;) {
    queue::forget_spent(state_);
    const Status begun = queue::begin_stream(state_);
    const bool may_help = state_.fresh.count() > 0 &&
                          !std::ranges::all_of(state_.known_streams(), &StreamState::is_filed);
    if (begun != Status::full || !may_help) return begun;
    drop_oldest_fresh(state_);  // as for want of room: its stream may be over then
  }
}

Status OfflineQueue::keep(std::span<const std::byte> frame, Uptime now) {
  wire::OpenedFrame opened;
  HF_TRY(wire::open_frame(frame, opened));
  const wire::FrameHeader& header = opened.header;
  if (wire::lane_of(header.kind) != Lane::readings || header.row_count == 0) return Status::invalid;
  const std::size_t most =
      std::min(state_.fresh.bytes_total(), state_.frame_room(state_.work).size());
  if (frame.size() > most) {
    return Status::full;
  }
  HF_TRY(make_place(header.row_count, Lane::readings, now));
  const std::span<std::byte> room = make_fresh_room(frame.size(), now);
  StreamState& stream = state_.current();
  LaneState& lane = stream.lane(Lane::readings);
  std::ranges::copy(frame, room.begin());
  wire::set_position(room, stream.id, lane.next);
  wire::seal_frame(room);
  state_.fresh.add({.stream = stream.ordinal,
                    .kind = header.kind,
                    .rows = {lane.next, lane.next + header.row_count},
                    .first = header.first,
                    .last = header.last,
                    .bytes = static_cast<std::uint32_t>(frame.size())});
  lane.next += header.row_count;
  ++state_.counters.frames_kept;
  state_.counters.rows_kept += header.row_count;
  return Status::ok;
}

// What is filed goes first; then all is filed early; without a file the oldest goes.
std::span<std::byte> OfflineQueue::make_fresh_room(std::size_t bytes, Uptime now) {
  std::span<std::byte> room = state_.fresh.make_room(bytes);
  if (room.empty() && keeping_ == Keeping::on_flash) {
    const Status filed = file_all(now);
    if (is_ok(filed)) room = state_.fresh.make_room(bytes);
  }
  while (room.empty()) {
    drop_oldest_fresh(state_);
    room = state_.fresh.make_room(bytes);
  }
  return room;
}

Status OfflineQueue::keep_event(std::span<const std::byte> frame, Uptime now) {
  return keep_events({&frame, 1}, now);
}

Status OfflineQueue::keep_events(std::span<const std::span<const std::byte>> frames, Uptime now) {
  for (const auto& frame : frames) HF_TRY(hold_event(frame, now));
  return keeping_ == Keeping::on_flash ? file_events(now) : Status::unavailable;
}

Status OfflineQueue::hold_event(std::span<const std::byte> frame, Uptime now) {
  wire::OpenedFrame opened;
  HF_TRY(wire::open_frame(frame, opened));
  const wire::FrameHeader& header = opened.header;
  FreshFrames& events = state_.events;
  if (wire::lane_of(header.kind) != Lane::events || header.row_count != 1) return Status::invalid;
  const std::size_t most = std::min(events.bytes_total(), state_.frame_room(state_.work).size());
  if (frame.size() > most) return Status::invalid;
  HF_TRY(make_place(1, Lane::events, now));
  std::span<std::byte> room = events.make_room(frame.size());
  while (room.empty()) {
    events.drop_oldest();  // the newest alert tells more than the oldest
    ++state_.counters.events_dropped_in_memory;
    room = events.make_room(frame.size());
  }
  StreamState& stream = state_.current();
  const queue::Position position = stream.lane(Lane::events).next++;
  std::ranges::copy(frame, room.begin());
  wire::set_position(room, stream.id, position);
  wire::seal_frame(room);
  events.add({.stream = stream.ordinal,
              .kind = header.kind,
              .rows = {position, position + 1},
              .first = header.first,
              .last = header.last,
              .bytes = static_cast<std::uint32_t>(frame.size())});
  ++state_.counters.events_kept;
  return Status::ok;
}

// And reserves room for so many rows more, of that lane.
Status OfflineQueue::file_events(Uptime now, Lane lane, std::uint32_t rows_ahead) {
  const auto file_once = [&] {
    Filing filing(state_, now, wire::GapReason::medium);
    HF_TRY(filing.begin());
    HF_TRY(filing.file_events());
    const StreamState& stream = state_.current();
    if (rows_ahead > 0) filing.reserve_from(stream, lane, stream.lane(lane).next + rows_ahead);
    return filing.commit();
  };
  Status status = file_once();
  if (status == Status::full) {
    status = make_room(now);
    if (is_ok(status)) status = file_once();
  }
  return is_ok(finish(status, now)) ? Status::ok : Status::unavailable;
}

// Making safe

// All that is unsafe and not received goes into one record; what is younger than the window comes
// along, because a record takes whole blocks anyhow.
Status OfflineQueue::make_safe(Uptime now) {
  if (keeping_ != Keeping::on_flash) return Status::unavailable;
  // The journal tells of no stream that the file does not know.
  if (!state_.current().is_filed) return file_all(now);
  FreshFrames& fresh = state_.fresh;
  std::uint32_t index = 0;
  while (index < fresh.count()) {
    queue::JournalRecordWriter record(queue::record_room(state_),
                                      queue::journal_head(state_.current()));
    const std::uint32_t from = index;
    for (; index < fresh.count(); ++index) {
      const FreshFrame& frame = fresh[index];
      if (!needs_journal(frame)) continue;
      if (!is_ok(record.add(fresh.bytes_of(frame)))) break;
    }
    if (record.frame_count() == 0) {
      if (index == fresh.count()) break;
      return file_all(now);  // a frame too large for a record
    }
    const auto appended = queue::append_record(state_, record.bytes());
    if (appended.status() == Status::full) return file_all(now);
    if (!appended.ok()) {
      fail(Status::unavailable, now);
      return Status::unavailable;
    }
    ++state_.counters.journal_appends;
    for (std::uint32_t done = from; done < index; ++done) {
      if (fresh[done].safety == Safety::unsafe) fresh[done].safety = Safety::journaled;
    }
    journaled_to_ = fresh.first_number() + index;
  }
  return Status::ok;
}

Status OfflineQueue::batch(Uptime now) {
  return keeping_ == Keeping::on_flash ? file_all(now) : Status::unavailable;
}

// No room: something older makes way, and it is tried once more.
Status OfflineQueue::file_all(Uptime now) {
  batched_at_ = now;
  Status status = file_all_once(now);
  if (status == Status::full) {
    status = make_room(now);
    if (is_ok(status)) status = file_all_once(now);
  }
  return finish(status, now);
}

Status OfflineQueue::make_room(Uptime now) {
  const std::uint64_t bytes = state_.fresh.bytes_used() + state_.events.bytes_used();
  return queue::Upkeep(state_, now).make_room(bytes);
}

Status OfflineQueue::file_all_once(Uptime now) {
  Filing filing(state_, now, wire::GapReason::medium);
  HF_TRY(filing.begin());
  HF_TRY(filing.file_events());
  HF_TRY(filing.file_readings());
  HF_TRY(queue::Upkeep(state_, now).prune(filing));
  if (now - Uptime{} >= queue::kShortBoot) filing.ledger().short_boots = 0;
  return filing.commit();
}

// After each commit: a medium that failed is noticed.
Status OfflineQueue::finish(Status status, Uptime now) {
  fail(status, now);
  return status;
}

// Sending

Status OfflineQueue::peek(Choice choice, Uptime now, std::span<std::byte> out, Offer& offer) {
  for (;;) {
    queue::Sending sending(state_);
    const Status status = sending.peek(choice, now, out, offer);
    if (status == Status::corrupt && sending.damaged().row_count > 0) {
      HF_TRY(give_up_damaged(sending.damaged(), sending.why_damaged(), now));
      continue;
    }
    fail(status, now);
    return status == Status::corrupt ? Status::unavailable : status;
  }
}

Status OfflineQueue::give_up_damaged(const queue::FiledFrame& frame, wire::GapReason why,
                                     Uptime now) {
  ++state_.counters.frames_corrupt;
  Filing filing(state_, now, wire::GapReason::medium);
  const Status status = [&] {
    HF_TRY(filing.begin());
    HF_TRY(filing.file_events());
    HF_TRY(state_.file.erase(frame, filing.ledger()));
    StreamState* const stream = state_.find_stream(stream_of(frame.place));
    if (stream != nullptr) {
      HF_TRY(filing.add_gap(*stream, lane_of(frame.place), frame.rows(), why));
    }
    return filing.commit();
  }();
  return finish(status, now);
}

Status OfflineQueue::mark_in_flight(const Offer& offer) {
  return queue::Sending(state_).mark_in_flight(offer);
}

Status OfflineQueue::acknowledge(const Receipt& receipt, Uptime now) {
  const Status status = queue::Sending(state_).acknowledge(receipt);
  if (status == Status::stale) {
    ++state_.counters.positions_forgotten;
    const bool is_begun = is_ok(queue::begin_stream(state_));
    if (is_begun && keeping_ == Keeping::on_flash) static_cast<void>(file_all(now));
  }
  queue::Absence absence(state_, now);
  if (!is_ok(status) || receipt.holes.empty() || !absence.can_be_judged()) return status;
  StreamState& stream = *state_.find_stream(receipt.stream);
  static_cast<void>(finish(absence.declare(stream, receipt.lane, receipt.holes), now));
  return status;
}

Status OfflineQueue::acknowledge(std::uint64_t stream, Lane lane, const queue::Interval& rows) {
  StreamState* const known = state_.find_stream(stream);
  if (known == nullptr) return Status::not_found;
  known->lane(lane).in_flight.remove(rows);
  return known->lane(lane).record.received.add(rows);
}

void OfflineQueue::link_lost() {
  for (StreamState& stream : state_.known_streams()) {
    for (LaneState& lane : stream.lanes) lane.in_flight.clear();
  }
}

void OfflineQueue::resend(std::uint64_t stream, Lane lane, const queue::Interval& rows) {
  StreamState* const known = state_.find_stream(stream);
  if (known != nullptr) known->lane(lane).in_flight.remove(rows);
}

}  // namespace hf::stores

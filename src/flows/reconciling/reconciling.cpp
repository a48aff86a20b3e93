#include "flows/reconciling/reconciling.h"

#include <algorithm>
#include <utility>

#include "documents/hybrid_clock.h"
#include "wire/byte_cursor.h"

namespace hf::flows {

using documents::DocumentId;
using documents::DocumentView;
using documents::Field;
using documents::FieldCursor;
using documents::Message;
using documents::MessageKind;
using documents::Place;

namespace {

constexpr Uptime kNotDue{INT64_MAX};
constexpr Duration kTurn = seconds(1);  // while something waits
constexpr std::uint32_t kPushedPerStep = 8;

const Upward* upward_of(std::string_view collection) {
  const auto* const found = std::ranges::find(kUpward, collection, &Upward::collection);
  return found == kUpward.end() ? nullptr : found;
}

}  // namespace

const UpwardSettings& SyncSettings::of(std::string_view collection) const {
  if (collection == state::kNodes) return nodes;
  if (collection == state::kAlerts) return alerts;
  return collection == state::kModels || collection == state::kSettings ? own : equipment;
}

Reconciling::Reconciling(state::Replica& replica, stores::Inbox& inbox, stores::OfflineQueue& queue,
                         ReconcilingRooms& rooms, BootId boot)
    : replica_(replica),
      inbox_(inbox),
      queue_(queue),
      rooms_(rooms),
      comparing_(*this, *this, rooms.delta),
      boot_(boot) {
  replica_.observe(*this);
}

void Reconciling::set(const SyncSettings& settings) {
  const SyncSettings before = settings_;
  settings_ = settings;
  for (const Upward& upward : kUpward) {
    const bool was_up = before.of(upward.collection).upstream;
    wants_comparison_ = wants_comparison_ || (goes_up(upward.collection) && !was_up);
  }
}

void Reconciling::link_up(Uptime now) {
  wants_comparison_ = true;
  compare_at_ = std::max(compare_at_, now);
}

std::uint32_t Reconciling::left_to_push() const {
  return push_place_ < replica_.count() ? replica_.count() - push_place_ : 0;
}

// N2
void Reconciling::changed(const state::Changed& change) {
  if (change.from == documents::Side::upstream) return;
  const DocumentId& id = change.delta.id();
  const Upward* const upward = upward_of(id.collection);
  if (upward == nullptr || !goes_up(id.collection)) return;
  const auto row = static_cast<std::uint8_t>(upward - kUpward.data());
  const bool waits = std::ranges::any_of(pending_.span(), [&](const PendingChange& pending) {
    return pending.row == row && pending.key.view() == id.key;
  });
  if (waits) return;
  PendingChange pending;
  pending.row = row;
  pending.since = change.delta.latest();
  pending.key.assign(id.key);
  if (is_ok(pending_.try_push(pending))) return;
  ++counts_.untold;
  wants_comparison_ = true;
}

Uptime Reconciling::step(Uptime now, const UtcReading& utc) {
  now_ = now;
  watch_clock(utc);
  for (std::uint32_t taken = 0; taken < kMessagesPerStep; ++taken) {
    const std::span<const std::byte> payload = inbox_.front();
    if (payload.empty()) break;
    take_payload(payload, utc);
    inbox_.pop();
  }
  for (std::size_t i = 0; i < pending_.size();) {
    PendingChange& pending = pending_[i];
    if (!pending.has_due) {
      const UpwardSettings& settings = settings_.of(kUpward[pending.row].collection);
      pending.due = now + (settings.coalesces ? settings.debounce : Duration{});
      pending.has_due = true;
    }
    if (pending.due > now) {
      ++i;
      continue;
    }
    tell(pending);
    pending_.erase(i);
  }
  if (inbox_.take_push()) push_all();
  if (inbox_.take_pull()) pull_all();
  push_some();
  if (wants_comparison_ && now >= compare_at_) {
    wants_comparison_ = false;
    compare_at_ = now + kCompareLeast;
    compare();
  }
  static_cast<void>(flush());
  if (now >= graves_at_) tell_graves();
  return next_due(now);
}

void Reconciling::finish(Uptime now, const UtcReading& utc) {
  for (PendingChange& pending : pending_) {
    pending.due = now;
    pending.has_due = true;
  }
  step(now, utc);
}

Uptime Reconciling::next_due(Uptime now) const {
  if (!inbox_.front().empty() || left_to_push() > 0) return now;
  Uptime due = kNotDue;
  for (const PendingChange& pending : pending_) due = std::min(due, pending.due);
  if (wants_comparison_) due = std::min(due, compare_at_);
  return std::min(due, now + kTurn);
}

// N7
void Reconciling::watch_clock(const UtcReading& utc) {
  const bool is_first = !std::exchange(has_seen_clock_, true);
  const bool was_trusted = clock_was_trusted_;
  clock_was_trusted_ = documents::is_trusted(utc);
  if (!clock_was_trusted_) return;
  const Duration ahead = milliseconds(utc.at.ms - now_.ms);
  const Duration by = ahead - clock_ahead_;
  if (was_trusted && by <= kClockSet && by >= milliseconds(-kClockSet.ms)) return;
  clock_ahead_ = ahead;
  const bool has_taken_back = replica_.heed(utc);
  wants_comparison_ = wants_comparison_ || has_taken_back || !is_first;
}

void Reconciling::compare() {
  ++counts_.comparisons;
  FixedVector<std::string_view, state::kCollections.size()> compared;
  for (const std::string_view collection : state::kCollections) {
    if (goes_up(collection)) compared.push(collection);
  }
  static_cast<void>(comparing_.begin(compared.span()));
}

// The fields written here since the first change that waits, and the life they belong to.
void Reconciling::tell(const PendingChange& pending) {
  const Upward& upward = kUpward[pending.row];
  DocumentView document;
  if (!find({.collection = upward.collection, .key = pending.key.view()}, document)) {
    return;
  }
  if (upward.is_whole) {
    static_cast<void>(comparing_.say_document(document));
    return;
  }
  rooms_.delta.begin(document.id(), document.grave());
  Field field;
  for (FieldCursor cursor = document.fields(); cursor.next(field);) {
    if (field.at(Place::site).present() && field.at(Place::site).stamp >= pending.since) {
      rooms_.delta.append(field);
    }
  }
  static_cast<void>(comparing_.say_document(rooms_.delta.view()));
}

void Reconciling::push_some() {
  for (std::uint32_t pushed = 0; pushed < kPushedPerStep && left_to_push() > 0; ++pushed) {
    const DocumentView document = replica_.at(push_place_++);
    if (goes_up(document.id().collection)) static_cast<void>(comparing_.say_document(document));
  }
  if (left_to_push() == 0) push_place_ = UINT32_MAX;
}

// N6. One round at a time, so that one pair of marks says what was received.
void Reconciling::tell_graves() {
  graves_at_ = now_ + kTurn;
  if (graves_told_) {
    const Status status = queue_.received_between((*graves_told_)[0], (*graves_told_)[1]);
    if (status == Status::busy) return;
    if (is_ok(status)) {
      replica_.note_held();
    } else {
      replica_.note_lost();
    }
    graves_told_.reset();
    graves_at_ = now_ + kGraveRound;
    return;
  }
  std::uint32_t place = replica_.next_untold(0);
  if (place == replica_.count()) return;
  const stores::QueueMark before = queue_.mark();
  Status status = Status::ok;
  for (std::uint32_t told = 0; told < kGravesPerRound && place < replica_.count(); ++told) {
    status = comparing_.say_document(replica_.at(place));
    if (!is_ok(status)) break;
    replica_.note_told(place);
    place = replica_.next_untold(place);
  }
  if (is_ok(status)) status = flush();
  replica_.await_told();
  if (is_ok(status)) {
    graves_told_ = {before, queue_.mark()};
  } else {
    replica_.note_lost();
    graves_at_ = now_ + kGraveRound;
  }
}

// A document is the body of its frame; any other message goes in one of kind sync.
Status Reconciling::say(const Message& message) {
  DocumentView document;
  const Upward* upward = nullptr;
  if (message.kind == MessageKind::delta) {
    HF_TRY(DocumentView::parse(message.body, document));
    upward = upward_of(document.id().collection);
  }
  HF_TRY(make_room_for(upward));
  wire::FrameHeader header{.kind = wire::FrameKind::sync, .row_count = 1, .boot = boot_};
  header.first = header.last = now_;
  const std::span<std::byte> room = std::span{rooms_.frames}.subspan(frame_bytes_);
  wire::ByteWriter out(room);
  if (message.kind == MessageKind::delta) {
    header.kind = upward == nullptr ? wire::FrameKind::state : upward->kind;
    wire::put_frame_header(out, header);
    out.put_bytes(message.body);
    ++counts_.told;
  } else {
    wire::put_frame_header(out, header);
    std::array<std::byte, documents::kEnvelopeBytes + documents::kMessageBytesMax> envelope;
    std::size_t size = 0;
    HF_TRY(documents::append_message(message, envelope, size));
    out.put_bytes(std::span{envelope}.first(size));
  }
  HF_TRY(out.status());
  const std::span<std::byte> frame = room.first(out.at());
  wire::seal_frame(frame);
  frames_[frame_count_++] = frame;
  frame_bytes_ += frame.size();
  return Status::ok;
}

// Each collection has as many frames in a commit as its settings say.
Status Reconciling::make_room_for(const Upward* upward) {
  const auto row = static_cast<std::size_t>(upward == nullptr ? 0 : upward - kUpward.data());
  const bool is_batch_full =
      upward != nullptr && in_commit_[row] >= settings_.of(upward->collection).batch;
  if (is_batch_full || frame_count_ == kRowsPerCommit) HF_TRY(flush());
  if (upward != nullptr) ++in_commit_[row];
  return Status::ok;
}

Status Reconciling::flush() {
  if (frame_count_ == 0) return Status::ok;
  const Status status = queue_.keep_events(std::span{frames_}.first(frame_count_), now_);
  const bool is_kept = is_ok(status) || status == Status::unavailable;  // in memory is kept too
  if (!is_kept) {
    counts_.untold += frame_count_;
    wants_comparison_ = true;
    compare_at_ = std::max(compare_at_, now_ + kCompareLeast);
  }
  frame_count_ = 0;
  frame_bytes_ = 0;
  in_commit_.fill(0);
  return is_kept ? Status::ok : Status::full;
}

void Reconciling::take_payload(std::span<const std::byte> payload, const UtcReading& utc) {
  std::span<const std::byte> messages;
  if (!is_ok(documents::open_down(payload, messages))) {
    ++counts_.corrupt;
    return;
  }
  Message message;
  Status status = Status::ok;
  while (is_ok(status = documents::take_message(messages, message))) take_message(message, utc);
  if (status == Status::corrupt) ++counts_.corrupt;
}

void Reconciling::take_message(const Message& message, const UtcReading& utc) {
  if (message.kind == MessageKind::delta) {
    DocumentView delta;
    if (!is_ok(DocumentView::parse(message.body, delta))) {
      ++counts_.corrupt;
      return;
    }
    documents::Refusal refusal;
    const Status status = inbox_.admit(delta, utc, refusal);
    if (is_ok(status) || status == Status::unavailable) ++counts_.taken;
    if (status == Status::invalid && !refusal.field.text.empty()) {
      std::array<std::byte, documents::kMessageBytesMax> room;
      static_cast<void>(
          say({.kind = MessageKind::refusal, .body = documents::write_refusal(refusal, room)}));
    }
    return;
  }
  if (message.kind == MessageKind::refusal) {
    documents::Refusal refusal;
    if (!is_ok(documents::read_refusal(message.body, refusal)))
      ++counts_.corrupt;
    else
      static_cast<void>(inbox_.roll_back(refusal, utc));
    return;
  }
  if (comparing_.answer(message) == Status::corrupt) ++counts_.corrupt;
}

}  // namespace hf::flows

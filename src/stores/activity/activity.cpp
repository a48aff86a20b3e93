#include "stores/activity/activity.h"

#include <algorithm>
#include <charconv>

#include "vocabulary/bytes.h"
#include "wire/byte_cursor.h"

namespace hf::stores {
namespace {

constexpr std::string_view kCollection = "activity";
constexpr std::string_view kChainKey = "chain";
constexpr std::uint8_t kChainVersion = 1;
constexpr std::size_t kMarkBytes = 8 + files::kDigestBytes;
constexpr std::size_t kChainBytes = 1 + 2 * kMarkBytes;

constexpr Duration kRetry = minutes(1);  // of a medium that failed: entries can wait
constexpr Duration kHeldPeriod = seconds(10);
constexpr Uptime kEndOfTime{INT64_MAX};

using Room = std::array<std::byte, limits::kActivityEntryBytesMax>;

void put_mark(wire::ByteWriter& writer, const ActivityMark& mark) {
  writer.put(mark.number);
  writer.put_bytes(mark.digest);
}

ActivityMark take_mark(wire::ByteReader& reader) {
  ActivityMark mark;
  mark.number = reader.take<std::uint64_t>();
  const std::span<const std::byte> digest = reader.take_bytes(mark.digest.size());
  std::ranges::copy(digest, mark.digest.begin());
  return mark;
}

files::Digest digest_after(const files::Digest& previous, std::uint64_t number,
                           std::span<const std::byte> body) {
  std::array<std::byte, sizeof number> number_bytes{};
  store(std::span{number_bytes}, number);
  return files::digest_of({previous, number_bytes, body});
}

// An entry's bytes and the digest behind them. corrupt: also one that was made longer or shorter
// than any of ours.
Status read_record(state::Shelf& shelf, std::uint64_t number, Room& room,
                   std::span<const std::byte>& body, files::Digest& digest) {
  const Result<std::uint32_t> size = shelf.read(kActivityRing, number, room);
  if (size.status() == Status::full) return Status::corrupt;
  HF_TRY(size);
  if (size.value() <= digest.size()) return Status::corrupt;
  const std::size_t body_bytes = size.value() - digest.size();
  body = std::span{room}.first(body_bytes);
  std::copy_n(room.begin() + static_cast<std::ptrdiff_t>(body_bytes), digest.size(),
              digest.begin());
  return Status::ok;
}

template <std::size_t N>
void assign_cut(FixedString<N>& to, std::string_view text) {
  std::size_t size = std::min(text.size(), N);
  // Not in the middle of a character of UTF-8.
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80)
    --size;
  to.assign(text.substr(0, size));
}

}  // namespace

std::string_view to_text(ActivityFault fault) {
  constexpr std::array<std::string_view, 4> kTexts{"none", "edited", "missing", "added"};
  return kTexts[static_cast<std::size_t>(fault)];
}

// AC4
bool Activity::may_tell(Pacer& pacer, const ActivityPace& pace, Uptime now) {
  if (pacer.spent == 0) pacer.paid_back_at = now;
  while (pacer.spent > 0 && now - pacer.paid_back_at >= pace.period) {
    --pacer.spent;
    pacer.paid_back_at = pacer.paid_back_at + pace.period;
  }
  return pacer.spent < pace.burst;
}

void Activity::put(const ActivityEntry& entry, Duration wait, Uptime now) {
  due_ = waiting_.empty() ? now + wait : std::min(due_, now + wait);
  waiting_.push(entry);
}

void Activity::note(ActivityKind kind, std::string_view who, std::string_view what,
                    const Moment& at) {
  ActivityEntry entry;
  entry.kind = kind;
  entry.quality = at.utc.quality;
  entry.utc = at.utc.at;
  entry.boot = boot_;
  entry.uptime = at.now;
  assign_cut(entry.who, who);
  assign_cut(entry.what, what);
  Pacer& pacer = pacers_[static_cast<std::size_t>(kind)];
  const ActivityPace& pace = pace_of(kind);
  if (!pacer.holds && !waiting_.full() && may_tell(pacer, pace, at.now)) {
    ++pacer.spent;
    put(entry, pace.wait, at.now);
    return;
  }
  if (pacer.holds) {
    entry.left_out = pacer.held.left_out + 1;
    ++counts_.left_out;
  }
  pacer.holds = true;
  pacer.held = entry;
}

void Activity::admit_held(Uptime now) {
  for (std::size_t kind = 0; kind < pacers_.size(); ++kind) {
    Pacer& pacer = pacers_[kind];
    const ActivityPace& pace = pace_of(static_cast<ActivityKind>(kind));
    if (!pacer.holds || waiting_.full() || !may_tell(pacer, pace, now)) continue;
    ++pacer.spent;
    pacer.holds = false;
    put(pacer.held, pace.wait, now);
  }
}

Uptime Activity::step(const Moment& at) {
  if (at.now < retry_at_) return retry_at_;
  if (!is_ok(catch_up(at))) {
    retry_at_ = at.now + kRetry;
    return retry_at_;
  }
  admit_held(at.now);
  if (!waiting_.empty() && at.now >= due_ && !is_ok(write())) {
    retry_at_ = at.now + kRetry;
    return retry_at_;
  }
  const bool holds = std::ranges::any_of(pacers_, &Pacer::holds);
  const Uptime held_at = holds ? at.now + kHeldPeriod : kEndOfTime;
  return std::min(held_at, waiting_.empty() ? kEndOfTime : due_);
}

Status Activity::flush(const Moment& at) {
  HF_TRY(catch_up(at));
  admit_held(at.now);
  return waiting_.empty() ? Status::ok : write();
}

// What the shelf says, unless that is known.
Status Activity::catch_up(const Moment& at) {
  const bool is_known = is_loaded_ && openings_seen_ == shelf_.counts().openings;
  return is_known ? Status::ok : load(at);
}

Status Activity::load(const Moment& at) {
  std::array<std::byte, kChainBytes> bytes{};
  const Result<std::uint32_t> size = shelf_.get(kCollection, kChainKey, bytes);
  const bool is_there = size.ok() && size.value() == bytes.size();
  if (size.status() == Status::unavailable || size.status() == Status::busy) return size.status();
  const Result<std::uint64_t> newest = shelf_.newest(kActivityRing);
  if (!newest.ok() && newest.status() != Status::not_found) return newest.status();
  anchor_ = {};
  head_ = {};
  if (is_there) {
    wire::ByteReader reader(bytes);
    if (reader.take<std::uint8_t>() != kChainVersion) return Status::unsupported;
    anchor_ = take_mark(reader);
    head_ = take_mark(reader);
  }
  is_loaded_ = true;
  openings_seen_ = shelf_.counts().openings;
  forget_written();
  if (newest.value_or(0) != head_.number) note_break(at, newest.value_or(0));
  return Status::ok;
}

// Entries of a commit that was done although its answer was lost. AC1
void Activity::forget_written() {
  if (hoped_entries_ > 0 && head_ == hoped_) {
    for (; hoped_entries_ > 0; --hoped_entries_) waiting_.erase(0);
  }
  hoped_entries_ = 0;
}

// AC2: somebody was at the file. It is said in the activity itself, and what follows goes on from
// the digest that is missing, so that check() finds the place as long as it is kept.
void Activity::note_break(const Moment& at, std::uint64_t newest) {
  FixedString<limits::kActivityWhatBytesMax> text;
  std::array<char, 20> digits{};
  const auto append_number = [&](std::uint64_t number) {
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    static_cast<void>(is_ok(text.try_append({digits.data(), end.ptr})));
  };
  text.assign("the newest entry should be ");
  append_number(head_.number);
  static_cast<void>(is_ok(text.try_append(" and is ")));
  append_number(newest);
  static_cast<void>(is_ok(text.try_append(": somebody changed the file")));
  head_.number = newest;
  note(ActivityKind::feed, "gateway", text.view(), at);
}

Status Activity::write() {
  const ActivityMark anchor_before = anchor_;
  const ActivityMark head_before = head_;
  state::Batch batch(shelf_);
  Status status = batch.begin();
  for (const ActivityEntry& entry : waiting_) {
    if (is_ok(status)) status = append(entry);
  }
  if (is_ok(status)) status = save_chain();
  const bool is_made = is_ok(status);
  if (is_made) status = batch.commit();
  if (is_ok(status)) {
    counts_.kept += waiting_.size();
    ++counts_.commits;
    waiting_.clear();
    return status;
  }
  ++counts_.failures;
  hoped_ = head_;
  hoped_entries_ = is_made ? waiting_.size() : 0;  // whether a commit that failed was done: load()
  anchor_ = anchor_before;
  head_ = head_before;
  is_loaded_ = false;
  return status;
}

Status Activity::append(const ActivityEntry& entry) {
  const std::uint64_t number = head_.number + 1;
  const std::uint32_t size =
      write_activity_entry(entry, std::span{record_}.first(record_.size() - files::kDigestBytes));
  const files::Digest digest = digest_after(head_.digest, number, std::span{record_}.first(size));
  std::ranges::copy(digest, record_.begin() + size);
  if (number > entries_most_) HF_TRY(let_go(number - entries_most_));
  const Result<std::uint64_t> given = shelf_.append(
      kActivityRing, std::span{record_}.first(size + files::kDigestBytes), entries_most_);
  HF_TRY(given);
  if (given.value() != number) return Status::corrupt;  // somebody is at the file now
  head_ = {.number = number, .digest = digest};
  return Status::ok;
}

// AC3. One that cannot be read leaves an anchor that nothing follows from, until the next goes.
Status Activity::let_go(std::uint64_t number) {
  if (number <= anchor_.number) return Status::ok;
  const Status status = read_mark(number, anchor_);
  if (status == Status::unavailable || status == Status::busy) return status;
  if (!is_ok(status)) anchor_ = {.number = number, .digest = {}};
  return Status::ok;
}

Status Activity::save_chain() {
  std::array<std::byte, kChainBytes> bytes{};
  wire::ByteWriter writer(bytes);
  writer.put(kChainVersion);
  put_mark(writer, anchor_);
  put_mark(writer, head_);
  return shelf_.put(kCollection, kChainKey, bytes);
}

Status Activity::read(std::uint64_t number, ActivityEntry& entry) {
  Room room;
  std::span<const std::byte> body;
  files::Digest digest;
  HF_TRY(read_record(shelf_, number, room, body, digest));
  return read_activity_entry(body, entry);
}

Status Activity::read_mark(std::uint64_t number, ActivityMark& mark) {
  Room room;
  std::span<const std::byte> body;
  files::Digest digest;
  HF_TRY(read_record(shelf_, number, room, body, digest));
  mark = {.number = number, .digest = digest};
  return Status::ok;
}

// AC2
Status Activity::check(ActivityCheck& check, std::uint32_t entries) {
  if (!is_loaded_) return Status::unavailable;
  ActivityMark last;
  HF_TRY(begin_check(check, last));
  const std::uint64_t newest = shelf_.newest(kActivityRing).value_or(0);
  for (; !check.is_done && entries > 0 && check.through < newest; --entries) {
    Room room;
    std::span<const std::byte> body;
    files::Digest digest{};
    const std::uint64_t number = check.through + 1;
    const Status status = read_record(shelf_, number, room, body, digest);
    if (status == Status::unavailable || status == Status::busy) return status;
    const bool follows = is_ok(status) && digest == digest_after(last.digest, number, body);
    if (!follows) {
      check.fault = status == Status::not_found ? ActivityFault::missing : ActivityFault::edited;
      check.fault_at = number;
      check.is_done = true;
      return Status::ok;
    }
    last = {.number = number, .digest = digest};
    check.through = number;
  }
  if (check.is_done || check.through < newest) return Status::ok;
  return end_check(check, last);
}

Status Activity::begin_check(ActivityCheck& check, ActivityMark& previous) {
  const std::uint64_t oldest = shelf_.oldest(kActivityRing).value_or(anchor_.number + 1);
  if (oldest <= anchor_.number) {
    check = {.is_done = true, .fault = ActivityFault::added, .fault_at = oldest};
    return Status::ok;
  }
  previous = anchor_;
  if (check.through <= anchor_.number) {
    check.through = anchor_.number;
    return Status::ok;
  }
  return read_mark(check.through, previous);
}

// The chain holds; does it end where it should?
Status Activity::end_check(ActivityCheck& check, const ActivityMark& last) {
  check.is_done = true;
  if (last == head_) return Status::ok;
  if (last.number == head_.number) {
    check.fault = ActivityFault::edited;
    check.fault_at = last.number;
  } else {
    check.fault = last.number < head_.number ? ActivityFault::missing : ActivityFault::added;
    check.fault_at = std::min(last.number, head_.number) + 1;
  }
  return Status::ok;
}

}  // namespace hf::stores

#include "tests/histories/world.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "documents/admission.h"
#include "documents/differences.h"
#include "documents/edit.h"
#include "documents/merging.h"
#include "documents/tombstones.h"
#include "tests/histories/bugs.h"

namespace hf::histories {

using namespace hf::documents;
namespace {

constexpr DocumentId kThing{.collection = "equipment", .key = "p"};
constexpr std::array kFields{FieldName{Part::reported, "s"}, FieldName{Part::desired, "a"},
                             FieldName{Part::desired, "b"}};

constexpr std::int64_t kBeginningMs = 1'700'000'000'000;
constexpr std::int64_t kYearMs = days(365).ms;
constexpr Duration kMessageLifetime = limits::kTombstoneLifetime;

}  // namespace

template <typename Rules>
const char* World<Rules>::run(std::uint64_t seed) {
  begin(seed);
  std::int64_t steps_left = random_.between(6, kStepsMax);
  while (steps_left-- > 0 && broken_ == nullptr) step();
  if (broken_ == nullptr) finish();
  return broken_;
}

template <typename Rules>
void World<Rules>::begin(std::uint64_t seed) {
  random_ = Random{seed};
  broken_ = nullptr;
  now_ms_ = kBeginningMs;
  climate_ = &kClimates[pick(kClimates.size())];
  policy_ = static_cast<Policy>(random_.below(4));
  replica_count_ = 3 + static_cast<std::uint32_t>(random_.below(kReplicasMax - 2));
  next_origin_ = 1;
  disbelieved_any_ = forgot_any_ = lost_a_grave_ = false;
  operations_.clear();
  message_count_ = 0;
  for (std::uint32_t index = 0; index < replica_count_; ++index) {
    Replica& replica = replicas_[index];
    replica.room_index = 0;
    replica.rooms[0].begin(kThing);
    replica.side = static_cast<Side>(index < 3 ? index : random_.below(3));
    replica.reached = replica.audited = 0;
    replica.known_grave = replica.counted_grave = kNever;
    replica.acknowledged = 0;
    replica.clock_offset_ms = 0;
    replica.clock_trusted = true;
    begin_anew(replica);
  }
}

template <typename Rules>
void World<Rules>::step() {
  const auto index = static_cast<std::uint32_t>(random_.below(replica_count_));
  const auto other = static_cast<std::uint32_t>(random_.below(replica_count_));
  std::uint64_t dice = random_.below(kStepWeights);
  const auto falls_in = [&dice](std::uint32_t weight) {
    const bool falls = dice < weight;
    dice -= weight;
    return falls;
  };
  if (falls_in(climate_->write)) return write(index);
  if (falls_in(climate_->remove)) return remove(index);
  if (falls_in(climate_->stamp_elsewhere)) return use_a_stamp_elsewhere(index);
  if (falls_in(climate_->deliver)) return deliver_any(index);
  if (falls_in(climate_->sync)) return sync(index, other);
  if (falls_in(climate_->sync_all)) return sync_all();
  if (falls_in(climate_->pass_time)) return pass_time();
  if (falls_in(climate_->change_clock)) return change_clock(index);
  if (falls_in(climate_->reboot)) return reboot(index);
  forget(index);
}

template <typename Rules>
void World<Rules>::pass_time() {
  now_ms_ += random_.between(0, climate_->spans_ms[pick(climate_->spans_ms.size())]);
}

template <typename Rules>
UtcReading World<Rules>::now_at(const Replica& replica) const {
  return {.at = {now_ms_ + replica.clock_offset_ms},
          .error = milliseconds(50),
          .quality = replica.clock_trusted ? TimeQuality::synced : TimeQuality::unset};
}

template <typename Rules>
bool World<Rules>::is_believable(const Stamp& stamp) const {
  return stamp.ms <= now_ms_ + limits::kStampFutureMost.ms;
}

// A clock that becomes trusted takes back what it cannot believe.
template <typename Rules>
void World<Rules>::set_clock(Replica& replica, std::int64_t offset_ms, bool trusted) {
  replica.clock_offset_ms = offset_ms;
  replica.clock_trusted = trusted;
  const Stamp ceiling = replica.clock->ceiling(now_at(replica));
  if (is_believed(replica.view(), ceiling)) return;
  if (replica.view().grave().stamp > ceiling) lost_a_grave_ = true;
  listening_ = &replica;
  admit(replica.view(), ceiling, replica.spare(), *this);
  replica.take_spare();
}

template <typename Rules>
void World<Rules>::change_clock(std::uint32_t index) {
  const std::int64_t years_off = random_.between(2 * kYearMs, 10 * kYearMs);
  const bool ahead = random_.chance(1, 2);
  switch (random_.below(4)) {
    case 0: return set_clock(replicas_[index], ahead ? years_off : -years_off, true);
    case 1: return set_clock(replicas_[index], ahead ? years_off : -years_off, false);
    default: return set_clock(replicas_[index], random_.between(-60'000, 60'000), true);
  }
}

template <typename Rules>
void World<Rules>::begin_anew(Replica& replica) {
  replica.clock.emplace(Origin{next_origin_++}, kNever, Rules::kFutureMost);
  replica.persisted = replica.last_issued = kNever;
}

template <typename Rules>
void World<Rules>::reboot(std::uint32_t index) {
  Replica& replica = replicas_[index];
  replica.clock.emplace(replica.clock->origin(), replica.persisted, Rules::kFutureMost);
}

// As the owner of a clock does, with the power going away at two places.
template <typename Rules>
bool World<Rules>::obtain_stamp(std::uint32_t index, Stamp& stamp) {
  Replica& replica = replicas_[index];
  const UtcReading now = now_at(replica);
  (void)replica.clock->observe(replica.view().latest(), now);
  Result<Stamp> issued = replica.clock->issue(now);
  if (issued.status() == Status::refused) {
    begin_anew(replica);
    (void)replica.clock->observe(replica.view().latest(), now);
    issued = replica.clock->issue(now);
  }
  if (issued.status() == Status::busy) {
    const Stamp until = replica.clock->reservation(now);
    const std::uint64_t cut = random_.below(16);
    if (cut == 0) reboot(index);
    if (Rules::kPersistsReservation) replica.persisted = until;
    if (cut == 1) reboot(index);
    if (cut <= 1) return false;
    replica.clock->reserve(until);
    issued = replica.clock->issue(now);
  }
  expect(issued.ok(), "stamps: one was reserved and none issued");
  if (!issued.ok()) return false;
  stamp = issued.value();
  judge_stamp(replica, stamp);
  return true;
}

template <typename Rules>
void World<Rules>::judge_stamp(Replica& replica, const Stamp& stamp) {
  expect(stamp > replica.last_issued, "stamps: strictly increasing");
  expect(stamp > replica.view().latest(), "stamps: after all that was seen");
  const bool clock_is_right =
      replica.clock_trusted && std::abs(replica.clock_offset_ms) < minutes(5).ms;
  expect(!clock_is_right || stamp.ms <= now_ms_ + replica.clock_offset_ms + minutes(5).ms,
         "stamps: never ahead of a clock that is right");
  replica.last_issued = stamp;
}

template <typename Rules>
void World<Rules>::use_a_stamp_elsewhere(std::uint32_t index) {
  Stamp unused;
  obtain_stamp(index, unused);
}

// Later than every deletion it knows of: also one that is forgotten, or one nobody believes.
template <typename Rules>
Stamp World<Rules>::life_of(const Replica& replica) const {
  return std::max(replica.known_grave, replica.view().grave().stamp);
}

template <typename Rules>
void World<Rules>::write(std::uint32_t index) {
  Replica& replica = replicas_[index];
  Stamp stamp;
  if (operations_.full() || !obtain_stamp(index, stamp)) return;
  const std::size_t field = replica.side == Side::gateway ? 0 : 1 + pick(kFields.size() - 1);
  const auto number = static_cast<std::int64_t>(operations_.size());
  operations_.push({.stamp = stamp, .life = life_of(replica), .field = field});
  const Change change{.field = kFields[field], .value = Value::integer(number)};
  const Status made = create(replica.view(), {&change, 1},
                             {.stamp = stamp, .side = replica.side, .author = "w"}, scratch_[0]);
  publish(index, made);
  Field written;
  replica.view().find(kFields[field], written);
  expect(!written.contested() && written.at(place_of(replica.side)).stamp == stamp,
         "edits: who writes replaces what was there");
}

template <typename Rules>
void World<Rules>::remove(std::uint32_t index) {
  Replica& replica = replicas_[index];
  Stamp stamp;
  if (!replica.view().lives() || operations_.full() || !obtain_stamp(index, stamp)) return;
  operations_.push({.stamp = stamp, .life = life_of(replica), .is_deletion = true});
  const Status made =
      bury(replica.view(), {.stamp = stamp, .side = replica.side, .author = "d"}, scratch_[0]);
  publish(index, made);
  expect(replica.view().is_tombstone(), "edits: what is deleted is gone");
}

// The delta just made is kept here and sent there; whether and when it arrives is a matter of luck.
template <typename Rules>
void World<Rules>::publish(std::uint32_t index, Status made) {
  expect(is_ok(made), "edits: a good one is taken");
  if (!is_ok(made)) return;
  const auto bytes = scratch_[0].view().bytes();
  if (message_count_ < kMessagesMax) {
    Message& message = messages_[message_count_++];
    message.sender = index;
    message.sent_at_ms = now_ms_;
    message.size = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(message.bytes.data(), bytes.data(), bytes.size());
  }
  receive(index, bytes, index);
}

template <typename Rules>
void World<Rules>::deliver_any(std::uint32_t index) {
  if (message_count_ == 0) return;
  const Message& message = messages_[pick(message_count_)];
  const bool expired = now_ms_ - message.sent_at_ms >= kMessageLifetime.ms;
  if (!expired) receive(index, message.span(), message.sender);
}

template <typename Rules>
void World<Rules>::sync(std::uint32_t from, std::uint32_t to) {
  if (from == to) return;
  std::array<Digest, kFields.size()> marks;
  const std::uint32_t count = marks_of(replicas_[to].view(), marks);
  difference(replicas_[from].view(), std::span{marks}.first(count), scratch_[0]);
  receive(to, scratch_[0].view().bytes(), from);
}

template <typename Rules>
void World<Rules>::sync_all() {
  for (std::uint32_t from = 0; from < replica_count_; ++from) {
    for (std::uint32_t to = 0; to < replica_count_; ++to) sync(from, to);
  }
}

template <typename Rules>
void World<Rules>::receive(std::uint32_t index, std::span<const std::byte> bytes,
                           std::uint32_t sender) {
  Replica& replica = replicas_[index];
  DocumentView theirs;
  expect(is_ok(DocumentView::parse(bytes, theirs)), "encoding: what was written can be read");
  replica.reached |= all_writes(theirs);
  told_ = 0;
  listening_ = &replica;
  const UtcReading now = now_at(replica);
  const Stamp ceiling = replica.clock->ceiling(now);
  if (!is_believed(theirs, ceiling)) {
    admit(theirs, ceiling, scratch_[1], *this);
    theirs = scratch_[1].view();
  }
  expect(is_ok(replica.clock->observe(theirs.latest(), now)),
         "stamps: what is admitted is believed");
  const DocumentView ours = replica.view();
  Merging<Rules>(ours, theirs, policy_, replica.spare(), *this).run();
  replica.take_spare();
  note_grave(index, sender, theirs.grave().stamp);
  expect((told_ & standing_writes(replica.view(), policy_)) == 0,
         "audit: nothing told as lost stands");
  judge(replica);
}

// Who sends a grave, or anything of a later life, holds it.
template <typename Rules>
void World<Rules>::note_grave(std::uint32_t index, std::uint32_t sender, const Stamp& grave) {
  Replica& replica = replicas_[index];
  const Stamp ours = replica.view().grave().stamp;
  if (is_believable(ours)) replica.known_grave = std::max(replica.known_grave, ours);
  if (replica.counted_grave != ours) {
    replica.counted_grave = ours;
    replica.acknowledged = 0;
    replica.acknowledged_at_ms = now_ms_;
  }
  const auto everybody = static_cast<std::uint32_t>(bit(replica_count_) - 1);
  const bool were_missing = replica.acknowledged != everybody;
  if (grave >= ours) replica.acknowledged |= static_cast<std::uint32_t>(bit(sender) | bit(index));
  if (were_missing && replica.acknowledged == everybody) replica.acknowledged_at_ms = now_ms_;
}

template <typename Rules>
void World<Rules>::forget(std::uint32_t index) {
  Replica& replica = replicas_[index];
  const bool all_know = replica.acknowledged == bit(replica_count_) - 1;
  if (Rules::kWaitsForAcknowledgement && !all_know) return;
  const Duration age = milliseconds(now_ms_ - replica.acknowledged_at_ms);
  if (!may_be_forgotten(replica.view(), age, Rules::kTombstoneLifetime)) return;
  replica.rooms[replica.room_index].begin(kThing);
  replica.counted_grave = kNever;
  replica.acknowledged = 0;
  forgot_any_ = true;
}

template <typename Rules>
void World<Rules>::lost(const Loss& loss) {
  const Mask operation = bit_of(loss.lost);
  told_ |= operation;
  if (loss.reason == LossReason::ahead_of_time) disbelieved_any_ = true;
  if (listening_ != nullptr && Rules::keeps(loss.reason)) listening_->audited |= operation;
}

template <typename Rules>
void World<Rules>::expect(bool kept, const char* promise) {
  if (!kept && broken_ == nullptr) broken_ = promise;
}

template <typename Rules>
void World<Rules>::judge(const Replica& replica) {
  const Mask standing = standing_writes(replica.view(), policy_);
  expect((replica.reached & ~(standing | replica.audited)) == 0,
         "audit: what reached a replica stands there or is in its audit");
  if (lost_a_grave_) return;  // with a deletion from a wrong clock went an earlier one
  for (Mask left = standing; left != 0; left &= left - 1) {
    const Operation& operation = operations_[static_cast<std::size_t>(std::countr_zero(left))];
    expect(operation.life >= replica.known_grave, "resurrection: a life that is over stays so");
  }
}

// (a + b) + c and a + (c + b), to the byte.
template <typename Rules>
void World<Rules>::judge_grouping() {
  const auto join = [&](const DocumentView& one, const DocumentView& two, Document& room) {
    Merging<Rules>(one, two, policy_, room, *this).run();
    return room.view();
  };
  listening_ = nullptr;
  const DocumentView a = replicas_[0].view();
  const DocumentView b = replicas_[1].view();
  const DocumentView c = replicas_[2].view();
  const DocumentView one = join(join(a, b, scratch_[0]), c, scratch_[1]);
  const DocumentView two = join(a, join(c, b, scratch_[2]), scratch_[3]);
  expect(text_of(one.bytes()) == text_of(two.bytes()), "convergence: in any order and grouping");
}

template <typename Rules>
void World<Rules>::judge_last_writes() {
  const DocumentView view = replicas_[0].view();
  for (std::size_t index = 0; index < kFields.size(); ++index) {
    const Operation* last = nullptr;
    for (const Operation& operation : operations_) {
      const bool counts = !operation.is_deletion && operation.field == index &&
                          operation.life == view.grave().stamp;
      if (counts && (last == nullptr || operation.stamp > last->stamp)) last = &operation;
    }
    Field field;
    view.find(kFields[index], field);
    const Write* write = in_effect(field, Policy::last_write);
    const Stamp in_effect_stamp = write == nullptr ? kNever : write->stamp;
    const Stamp last_stamp = last == nullptr ? kNever : last->stamp;
    expect(in_effect_stamp == last_stamp, "last write: the last one is in effect");
  }
}

template <typename Rules>
void World<Rules>::finish() {
  judge_grouping();
  for (std::uint32_t i = 0; i < replica_count_; ++i) set_clock(replicas_[i], 0, true);
  for (std::uint32_t i = 1; i < replica_count_; ++i) receive(0, replicas_[i].view().bytes(), i);
  for (std::uint32_t i = 1; i < replica_count_; ++i) receive(i, replicas_[0].view().bytes(), 0);
  for (std::uint32_t i = 1; i < replica_count_; ++i) {
    expect(text_of(replicas_[0].view().bytes()) == text_of(replicas_[i].view().bytes()),
           "convergence: equal bytes everywhere");
  }
  expect(is_believable(replicas_[0].view().latest()), "stamps: none from the future is left");
  if (!disbelieved_any_ && !forgot_any_ && !lost_a_grave_) judge_last_writes();
}

template class World<AsPromised>;
template class World<WithoutTieBreak>;
template class World<WithoutSkewBound>;
template class World<WithShortTombstones>;
template class World<WithoutAcknowledgement>;
template class World<WithoutReservation>;
template class World<WithLostAuditEntry>;

}  // namespace hf::histories

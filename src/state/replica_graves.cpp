// Of the replica: how long deleted documents are remembered (R7).
#include "documents/tombstones.h"
#include "state/replica.h"
#include "vocabulary/bytes.h"

namespace hf::state {

using documents::DocumentView;
using documents::Side;
using documents::Stamp;

namespace {

// Beside each collection one of what is known about its tombstones: the stamp of the deletion, so
// that an item of an earlier one says nothing about a later one, and since when it is held.
constexpr std::string_view kGravesOf = "graves-";
constexpr std::size_t kGraveBytes = 8 + 4 + 4 + 4;
constexpr std::string_view kHoursCollection = "replica";
constexpr std::string_view kHoursKey = "hours";
constexpr std::uint32_t kForgottenPerHour = 256;  // each is a row; all are one commit

FixedString<kIdentifierCharactersMax> graves_of(std::string_view collection) {
  FixedString<kIdentifierCharactersMax> name;
  name.assign(kGravesOf);
  HF_ASSERT(is_ok(name.try_append(collection)));
  return name;
}

}  // namespace

std::uint32_t Replica::next_untold(std::uint32_t place) const {
  while (place < pile_.count() && pile_.entry(place).grave != GraveState::untold) ++place;
  return place;
}

void Replica::turn_graves(GraveState from, GraveState to) {
  for (std::uint32_t place = 0; place < pile_.count(); ++place) {
    PileEntry& entry = pile_.entry(place);
    if (entry.grave != from) continue;
    entry.grave = to;
    entry.held_since_h = hours_run_;
  }
}

// The document at `place` has begun or ended a life.
void Replica::mark_grave(std::uint32_t place, Side from) {
  PileEntry& entry = pile_.entry(place);
  const bool is_grave = pile_.at(place).is_tombstone();
  entry.is_grave_kept = false;
  entry.held_since_h = hours_run_;
  entry.grave = !is_grave                ? GraveState::none
                : from == Side::upstream ? GraveState::held  // it said so
                                         : GraveState::untold;
}

// Of something that nobody here knows.
bool Replica::is_long_gone(const DocumentView& delta, const UtcReading& now) const {
  return documents::is_trusted(now) && documents::is_long_gone(delta, now.at);
}

void Replica::load_graves() {
  std::array<std::byte, 4> hours{};
  const Result<std::uint32_t> size = shelf_.get(kHoursCollection, kHoursKey, hours);
  if (size.ok() && size.value() == hours.size()) hours_run_ = load_u32(hours);
  for (std::uint32_t place = 0; place < pile_.count(); ++place) {
    const DocumentView document = pile_.at(place);
    if (!document.is_tombstone()) continue;
    PileEntry& entry = pile_.entry(place);
    entry.grave = GraveState::untold;
    std::array<std::byte, kGraveBytes> item{};
    const std::span<const std::byte> bytes{item};
    const Result<std::uint32_t> kept =
        shelf_.get(graves_of(document.id().collection).view(), document.id().key, item);
    if (!kept.ok() || kept.value() != kGraveBytes) continue;
    const Stamp stamp{.ms = hf::load<std::int64_t>(bytes),
                      .counter = load_u32(bytes.subspan(8)),
                      .origin = {load_u32(bytes.subspan(12))}};
    if (stamp != document.grave().stamp) continue;
    entry.grave = GraveState::held;
    entry.is_grave_kept = true;
    entry.held_since_h = load_u32(bytes.subspan(16));
  }
}

void Replica::serve_graves(Uptime now) {
  bool are_any_held = false;
  for (std::uint32_t place = 0; place < pile_.count(); ++place) {
    const PileEntry& entry = pile_.entry(place);
    are_any_held = are_any_held || entry.grave == GraveState::held;
    if (entry.grave == GraveState::held && !entry.is_grave_kept && shelf_.is_open()) {
      keep_grave(place);
    }
  }
  if (now - hour_begun_ < hours(1)) return;
  hour_begun_ = now;
  if (!are_any_held) return;
  std::array<std::byte, 4> item{};
  store(std::span{item}, ++hours_run_);
  static_cast<void>(
      shelf_.put(kHoursCollection, kHoursKey, item));  // else an hour is counted twice
  forget_graves();
}

void Replica::keep_grave(std::uint32_t place) {
  const DocumentView document = pile_.at(place);
  const Stamp& stamp = document.grave().stamp;
  std::array<std::byte, kGraveBytes> item{};
  store(std::span{item}, stamp.ms);
  store(std::span{item}.subspan(8), stamp.counter);
  store(std::span{item}.subspan(12), stamp.origin.value);
  store(std::span{item}.subspan(16), pile_.entry(place).held_since_h);
  pile_.entry(place).is_grave_kept =
      is_ok(shelf_.put(graves_of(document.id().collection).view(), document.id().key, item));
}

// On flash first: what was forgotten there only comes back untold, and is told once more.
void Replica::forget_graves() {
  std::uint32_t left = kForgottenPerHour;
  for (std::uint32_t place = pile_.count(); place-- > 0 && left > 0;) {
    const PileEntry& entry = pile_.entry(place);
    const DocumentView document = pile_.at(place);
    const bool is_due =
        entry.grave == GraveState::held &&
        documents::may_be_forgotten(document, hours(hours_run_ - entry.held_since_h)) &&
        (grave_keeper_ == nullptr || !grave_keeper_->needs(document.id()));
    if (!is_due) continue;
    Batch batch(shelf_);
    Status status = batch.begin();
    const std::string_view key = document.id().key;
    if (is_ok(status)) status = shelf_.erase(document.id().collection, key);
    if (is_ok(status)) status = shelf_.erase(graves_of(document.id().collection).view(), key);
    if (is_ok(status)) status = batch.commit();
    if (!is_ok(status)) return;  // in an hour again
    pile_.erase(place);
    ++counts_.forgotten;
    --left;
  }
}

}  // namespace hf::state

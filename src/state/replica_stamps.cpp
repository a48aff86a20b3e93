// Of the replica: what it finds on the shelf at boot, and the stamps it issues.
#include "documents/admission.h"
#include "documents/audit_record.h"
#include "state/replica.h"
#include "vocabulary/bytes.h"

namespace hf::state {

using documents::DocumentId;
using documents::DocumentView;
using documents::Origin;
using documents::Stamp;

namespace {

// The clock's item: origin, then the stamp up to which its stamps are reserved.
constexpr std::string_view kClockCollection = kOfThisFile;
constexpr std::string_view kClockKey = "clock";
constexpr std::size_t kClockBytes = 4 + 8 + 4;

}  // namespace

Status Replica::load(const UtcReading& now) {
  openings_seen_ = shelf_.counts().openings;
  load_clock();
  load_audit();
  const Status status = load_documents();
  for (std::uint32_t place = 0; place < pile_.count(); ++place) {
    pile_.entry(place).is_dirty = false;
    // Of our own past: what is ahead of a trusted clock is refused here, and taken back when the
    // first stamp is.
    static_cast<void>(clock_.observe(pile_.at(place).latest(), now));
  }
  load_graves();
  return shelf_.is_open() ? status : Status::unavailable;
}

Status Replica::load_documents() {
  Status status = Status::ok;
  for (const std::string_view collection : kCollections) {
    for (ItemKey key; is_ok(shelf_.next(collection, key));) load_one(collection, key, status);
  }
  return status;
}

void Replica::load_one(std::string_view collection, const ItemKey& key, Status& status) {
  const Result<std::uint32_t> bytes = shelf_.get(collection, key.view(), rooms_.loaded);
  DocumentView document;
  const bool is_sound =
      bytes.ok() &&
      is_ok(DocumentView::parse(std::span{rooms_.loaded}.first(bytes.value()), document)) &&
      document.id() == documents::DocumentId{collection, key.view()};
  if (is_sound) {
    if (!is_ok(pile_.put(document))) status = Status::full;
    return;
  }
  if (bytes.status() == Status::unavailable || bytes.status() == Status::busy) return;
  ++counts_.damaged;
  static_cast<void>(shelf_.erase(collection, key.view()));
}

void Replica::load_audit() {
  const std::uint64_t newest = shelf_.newest(kAuditRing).value_or(0);
  const std::uint64_t oldest = shelf_.oldest(kAuditRing).value_or(1);
  for (std::uint64_t number = oldest; number <= newest && newest - oldest < INT32_MAX; ++number) {
    const Result<std::uint32_t> bytes = shelf_.read(kAuditRing, number, rooms_.loaded);
    documents::AuditEntry entry;
    if (bytes.ok() &&
        is_ok(documents::read_audit_record(std::span{rooms_.loaded}.first(bytes.value()), entry)) &&
        entry.number > audit_.newest_number()) {
      audit_.put_back(entry);
    }
  }
  audit_kept_ = audit_.newest_number();
}

void Replica::load_clock() {
  const Result<std::uint32_t> bytes = shelf_.get(kClockCollection, kClockKey, rooms_.loaded);
  if (!bytes.ok() || bytes.value() != 4 + kClockBytes) return;  // the new origin stands
  const std::span<const std::byte> item{rooms_.loaded};
  const Stamp until{.ms = hf::load<std::int64_t>(item.subspan(4)),
                    .counter = load_u32(item.subspan(12)),
                    .origin = {load_u32(item.subspan(16))}};
  const Origin origin{load_u32(item)};
  if (origin == Origin{} || !documents::is_stamp(until)) return;
  clock_ = documents::HybridClock(origin, until);
  origin_is_kept_ = true;
}

void Replica::begin_origin() {
  std::uint32_t drawn = 0;
  while (drawn == 0) drawn = static_cast<std::uint32_t>(random_.next());
  clock_ = documents::HybridClock({drawn}, documents::kNever);
  origin_is_kept_ = false;
  ++counts_.origins;
}

// R3
void Replica::reserve(const UtcReading& now) {
  const auto keep = [&](const Stamp& until) {
    std::array<std::byte, 4 + kClockBytes> item;
    store(std::span{item}, clock_.origin().value);
    store(std::span{item}.subspan(4), until.ms);
    store(std::span{item}.subspan(12), until.counter);
    store(std::span{item}.subspan(16), until.origin.value);
    return shelf_.put(kClockCollection, kClockKey, item);
  };
  if (is_ok(keep(clock_.reservation(now)))) {
    origin_is_kept_ = true;
  } else if (origin_is_kept_) {
    begin_origin();
    for (std::uint32_t place = 0; place < pile_.count(); ++place) {
      static_cast<void>(clock_.observe(pile_.at(place).latest(), now));
    }
  }
  clock_.reserve(clock_.reservation(now));
}

Result<Stamp> Replica::issue(const Stamp& after, const UtcReading& now) {
  Status status = clock_.observe(after, now);
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (is_ok(status)) {
      const Result<Stamp> stamp = clock_.issue(now);
      if (stamp.ok()) return stamp;
      status = stamp.status();
    }
    if (status == Status::busy) reserve(now);
    if (status == Status::refused) take_back(now);
    if (status == Status::full) return status;
    status = Status::ok;
  }
  return Status::refused;
}

// R4. We believed a clock that was wrong; ours is right now. What cannot be goes into the audit,
// and stamps begin anew under another origin.
void Replica::take_back(const UtcReading& now) {
  const Stamp ceiling = clock_.ceiling(now);
  begin_origin();
  for (std::uint32_t place = 0; place < pile_.count();) {
    if (take_back_one(place, ceiling, now)) ++place;
  }
  for (std::uint32_t place = 0; place < pile_.count(); ++place) {
    static_cast<void>(clock_.observe(pile_.at(place).latest(), now));
  }
}

// False: nothing is left of it.
bool Replica::take_back_one(std::uint32_t place, const Stamp& ceiling, const UtcReading& now) {
  const DocumentView document = pile_.at(place);
  if (documents::is_believed(document, ceiling)) return true;
  Audit sink(audit_, now.at);
  documents::admit(document, ceiling, rooms_.merged, sink);
  const DocumentView left = rooms_.merged.view();
  const bool is_left = left.lives() || left.grave().present();
  const bool is_of_this_life = left.grave().stamp == document.grave().stamp;
  if (is_left) {
    HF_ASSERT(is_ok(pile_.put(left)));  // it is no longer than it was
    if (!is_of_this_life) mark_grave(place, documents::Side::gateway);
    static_cast<void>(keep(place));
  } else {
    drop(place);
  }
  for (DocumentObserver* observer : observers_) {
    observer->changed(
        {.document = left, .delta = left, .from = documents::Side::local, .is_taken_back = true});
  }
  return is_left;
}

// What stays on a medium that fails is taken back once more after the next start.
void Replica::drop(std::uint32_t place) {
  const DocumentId id = pile_.at(place).id();
  Batch batch(shelf_);
  Status status = batch.begin();
  if (is_ok(status)) status = shelf_.erase(id.collection, id.key);
  if (is_ok(status)) status = keep_audit();
  if (is_ok(status)) static_cast<void>(batch.commit());
  pile_.erase(place);
}

bool Replica::heed(const UtcReading& now) {
  const Stamp ceiling = clock_.ceiling(now);
  for (std::uint32_t place = 0; place < pile_.count(); ++place) {
    if (documents::is_believed(pile_.at(place), ceiling)) continue;
    take_back(now);
    return true;
  }
  return false;
}

}  // namespace hf::state

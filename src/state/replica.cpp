#include "state/replica.h"

#include "documents/admission.h"
#include "documents/audit_record.h"
#include "documents/merge.h"
#include "vocabulary/bytes.h"

namespace hf::state {

using documents::Change;
using documents::Document;
using documents::DocumentId;
using documents::DocumentView;
using documents::Signature;
using documents::Stamp;

namespace {

constexpr Duration kServePeriod = seconds(2);  // how long what is owed may wait for its medium

Status bury_as_write(const DocumentView& document, std::span<const Change> /*changes*/,
                     const Signature& by, Document& delta) {
  return documents::bury(document, by, delta);
}

}  // namespace

Replica::Replica(Shelf& shelf, const ReplicaMemory& memory, std::uint64_t seed)
    : shelf_(shelf),
      pile_(memory.documents, memory.entries),
      audit_(memory.audit),
      rooms_(memory.rooms),
      random_(seed),
      clock_({}, documents::kNever) {
  begin_origin();
}

Status Replica::edit(const DocumentId& id, std::span<const Change> changes, const Editor& by,
                     const UtcReading& now) {
  return change(documents::edit, id, changes, by, now);
}

Status Replica::create(const DocumentId& id, std::span<const Change> changes, const Editor& by,
                       const UtcReading& now) {
  return change(documents::create, id, changes, by, now);
}

Status Replica::bury(const DocumentId& id, const Editor& by, const UtcReading& now) {
  return change(bury_as_write, id, {}, by, now);
}

Status Replica::change(Write write, const DocumentId& id, std::span<const Change> changes,
                       const Editor& by, const UtcReading& now) {
  if (!is_collection(id.collection) || !documents::is_document_id(id)) return Status::invalid;
  DocumentView ours;
  const bool is_there = find(id, ours);
  const Result<Stamp> stamp = issue(is_there ? ours.latest() : documents::kNever, now);
  HF_TRY(stamp);
  if (!find(id, ours)) {  // again: issue() may have taken back what was not to be believed
    rooms_.other.begin(id);
    ours = rooms_.other.view();
  }
  const Signature signature{.stamp = stamp.value(), .side = by.side, .author = by.author};
  HF_TRY(write(ours, changes, signature, rooms_.delta));
  const Status status = apply(ours, rooms_.delta.view(), by.side, now.at);
  if (status == Status::full) return status;
  latest_own_ = stamp.value();
  ++counts_.edits;
  return status;
}

Status Replica::take(const DocumentView& delta, const UtcReading& now) {
  const DocumentId& id = delta.id();
  if (!is_collection(id.collection)) return Status::invalid;
  DocumentView believed = delta;
  const Stamp ceiling = clock_.ceiling(now);
  if (!documents::is_believed(delta, ceiling)) {
    Audit sink(audit_, now.at);
    documents::admit(delta, ceiling, rooms_.other, sink);
    believed = rooms_.other.view();
    ++counts_.ahead_of_time;
    if (believed.field_count() == 0 && !believed.grave().present()) {
      static_cast<void>(keep_audit());
      return Status::refused;
    }
  }
  HF_TRY(clock_.observe(believed.latest(), now));
  DocumentView ours;
  if (!find(id, ours)) {
    if (is_long_gone(believed, now)) {
      ++counts_.known;
      return Status::ok;
    }
    rooms_.delta.begin(id);
    ours = rooms_.delta.view();
  }
  return apply(ours, believed, documents::Side::upstream, now.at);
}

Status Replica::apply(const DocumentView& ours, const DocumentView& delta, documents::Side from,
                      UtcTime now) {
  // Before anything is told as lost: both together fit, or neither is touched (R5).
  const bool is_new = ours.field_count() == 0 && !ours.grave().present();
  if (pile_.bytes_free() < delta.bytes().size() || (is_new && !pile_.has_place())) {
    return Status::full;
  }
  Audit sink(audit_, now);
  documents::merge(ours, delta, documents::policy_of(delta.id().collection), rooms_.merged, sink);
  const DocumentView merged = rooms_.merged.view();
  if (text_of(merged.bytes()) == text_of(ours.bytes())) {
    ++counts_.known;
    return keep_audit();
  }
  // `ours` looks into the pile, which moves.
  const documents::Stamp grave_before = ours.grave().stamp;
  const bool was_tombstone = ours.is_tombstone();
  HF_TRY(pile_.put(merged));
  if (!was_tombstone || !merged.is_tombstone() || grave_before != merged.grave().stamp) {
    mark_grave(pile_.place_of(merged.id()), from);
  }
  if (from == documents::Side::upstream) ++counts_.merged;
  const Status status = keep(pile_.place_of(merged.id()));
  for (DocumentObserver* observer : observers_) {
    observer->changed({.document = merged, .delta = delta, .from = from});
  }
  return status;
}

// R2: the document and what it made lose in one commit.
Status Replica::keep(std::uint32_t place) {
  Batch batch(shelf_);
  Status status = batch.begin();
  const DocumentView document = pile_.at(place);
  if (is_ok(status)) {
    status = shelf_.put(document.id().collection, document.id().key, document.bytes());
  }
  const std::uint64_t audit_kept = audit_kept_;
  if (is_ok(status)) status = keep_audit();
  if (is_ok(status)) status = batch.commit();
  if (is_ok(status)) {
    pile_.entry(place).is_dirty = false;
    return shelf_.is_on_flash() ? Status::ok : Status::unavailable;
  }
  audit_kept_ = audit_kept;
  return Status::unavailable;
}

Status Replica::keep_audit() {
  std::array<std::byte, documents::kAuditRecordBytesMax> record;
  std::uint64_t number = std::max(audit_kept_ + 1, audit_.oldest_number());
  for (; number <= audit_.newest_number(); ++number) {
    const documents::AuditEntry* const entry = audit_.find(number);
    if (entry == nullptr) continue;
    HF_TRY(shelf_.append(kAuditRing, documents::write_audit_record(*entry, record),
                         limits::kAuditEntries));
    audit_kept_ = number;
  }
  return Status::ok;
}

Status Replica::restore(std::uint64_t audit_number, const Editor& by, const UtcReading& now) {
  const documents::AuditEntry* const found = audit_.find(audit_number);
  if (found == nullptr) return Status::not_found;
  const documents::AuditEntry entry = *found;  // the ring may move on while we write
  const Change change = documents::restored(entry);
  const DocumentId id{.collection = entry.collection.view(), .key = entry.key.view()};
  return create(id, {&change, 1}, by, now);
}

Uptime Replica::serve(Uptime now) {
  const bool was_opened = shelf_.counts().openings != openings_seen_;
  if (shelf_.is_open() && (was_opened || dirty_count() > 0)) {
    if (was_opened) {
      // Perhaps another file, perhaps one that took back its last word: all of it, once more.
      for (std::uint32_t place = 0; place < pile_.count(); ++place) {
        pile_.entry(place).is_dirty = true;
      }
      openings_seen_ = shelf_.counts().openings;
    }
    keep_all();
  }
  serve_graves(now);
  return now + kServePeriod;
}

std::uint32_t Replica::dirty_count() const {
  std::uint32_t count = 0;
  for (std::uint32_t place = 0; place < pile_.count(); ++place) {
    count += pile_.entry(place).is_dirty ? 1U : 0U;
  }
  return count;
}

std::uint32_t Replica::tombstones() const {
  std::uint32_t count = 0;
  for (std::uint32_t place = 0; place < pile_.count(); ++place) {
    count += pile_.at(place).is_tombstone() ? 1U : 0U;
  }
  return count;
}

void Replica::keep_all() {
  for (std::uint32_t place = 0; place < pile_.count(); ++place) {
    if (pile_.entry(place).is_dirty && !is_ok(keep(place))) return;
  }
}

}  // namespace hf::state

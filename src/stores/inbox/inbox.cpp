#include "stores/inbox/inbox.h"

#include <cstring>

#include "vocabulary/bytes.h"

namespace hf::stores {

using documents::AuditEntry;
using documents::Change;
using documents::DocumentId;
using documents::DocumentView;
using documents::Field;
using documents::FieldCursor;
using documents::Place;
using documents::Refusal;
using documents::Write;
using state::Editor;

namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::string_view kRefusedAuthor = "upstream-refused";

}  // namespace

Status Inbox::deliver(std::span<const std::byte> payload) {
  if (payload.empty() || waiting_.size() - used_ < kLengthBytes + payload.size()) {
    ++counts_.dropped;
    return Status::full;
  }
  store(waiting_.subspan(used_), static_cast<std::uint32_t>(payload.size()));
  used_ += kLengthBytes;
  if (!payload.empty()) std::memcpy(waiting_.data() + used_, payload.data(), payload.size());
  used_ += payload.size();
  ++counts_.delivered;
  return Status::ok;
}

std::span<const std::byte> Inbox::front() const {
  if (used_ == 0) return {};
  return waiting_.subspan(kLengthBytes, load_u32(waiting_));
}

void Inbox::pop() {
  HF_ASSERT(used_ > 0);
  const std::size_t taken = kLengthBytes + load_u32(waiting_);
  std::memmove(waiting_.data(), waiting_.data() + taken, used_ - taken);
  used_ -= taken;
}

Status Inbox::set(const DocumentId& id, std::span<const Change> changes, const Editor& by,
                  const UtcReading& now, const Change*& problem) {
  for (const Change& change : changes) {
    problem = &change;
    HF_TRY(state::judge(id.collection, change.field, change.value));
  }
  problem = nullptr;
  return replica_.create(id, changes, by, now);
}

Status Inbox::remove(const DocumentId& id, const Editor& by, const UtcReading& now) {
  return replica_.bury(id, by, now);
}

Status Inbox::restore(std::uint64_t audit_number, const Editor& by, const UtcReading& now) {
  return replica_.restore(audit_number, by, now);
}

// I1, I2
bool Inbox::find_refused(const DocumentView& delta, Refusal& refusal) const {
  Field field;
  for (FieldCursor cursor = delta.fields(); cursor.next(field);) {
    const Write& write = field.at(Place::upstream);
    if (!write.present()) continue;
    if (state::judge(delta.id().collection, field.name, write.value) != Status::invalid) continue;
    const state::FieldRule* const rule = state::rule_of(delta.id().collection, field.name);
    refusal = {.id = delta.id(),
               .field = field.name,
               .stamp = write.stamp,
               .why = rule->words.empty() ? rule->help : rule->words};
    return true;
  }
  return false;
}

Status Inbox::admit(const DocumentView& delta, const UtcReading& now, Refusal& refusal) {
  if (find_refused(delta, refusal)) {
    ++counts_.refused;
    return Status::invalid;
  }
  return replica_.take(delta, now);
}

Status Inbox::roll_back(const Refusal& refusal, const UtcReading& now) {
  DocumentView document;
  Field field;
  const bool stands = replica_.find(refusal.id, document) && document.find(refusal.field, field) &&
                      field.at(Place::site).present() &&
                      field.at(Place::site).stamp == refusal.stamp;
  if (!stands) return Status::stale;
  ++counts_.rolled_back;
  const Editor by{.side = documents::Side::local, .author = kRefusedAuthor};
  const bool came_back = field.at(Place::site).author == kRefusedAuthor;
  const documents::AuditRing& audit = replica_.audit();
  const std::uint64_t oldest = came_back ? audit.newest_number() + 1 : audit.oldest_number();
  for (std::uint64_t number = audit.newest_number(); number >= oldest; --number) {
    const AuditEntry* const entry = audit.find(number);
    const bool is_it = entry != nullptr && entry->won_stamp == refusal.stamp &&
                       entry->collection.view() == refusal.id.collection &&
                       entry->key.view() == refusal.id.key &&
                       entry->field.view() == refusal.field.text;
    if (is_it) return replica_.restore(number, by, now);
    if (number == 1) break;
  }
  const Change cleared{.field = refusal.field, .value = {}};
  return replica_.edit(refusal.id, {&cleared, 1}, by, now);
}

}  // namespace hf::stores

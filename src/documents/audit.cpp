#include "documents/audit.h"

#include <algorithm>

namespace hf::documents {

Value AuditEntry::value() const {
  if (kind >= ValueKind::text) return Value::of_bytes(kind, bytes_of(value_bytes.view()));
  return Value::of_bits(kind, value_bits);
}

AuditEntry& AuditRing::slot_of(std::uint64_t number) const {
  return room_[static_cast<std::size_t>((number - 1) % room_.size())];
}

bool AuditRing::holds(const Loss& loss) const {
  const auto is_it = [&](std::uint64_t number) {
    const AuditEntry& entry = slot_of(number);
    return entry.lost_stamp == loss.lost.stamp && entry.part == loss.field.part &&
           entry.field.view() == loss.field.text && entry.key.view() == loss.id.key &&
           entry.collection.view() == loss.id.collection && entry.value() == loss.lost.value;
  };
  for (std::uint64_t number = oldest_number(); number <= kept_count_; ++number) {
    if (is_it(number)) return true;
  }
  return false;
}

void AuditRing::keep(const Loss& loss, UtcTime noticed_at) {
  HF_ASSERT(!room_.empty());
  if (holds(loss)) return;
  AuditEntry& entry = slot_of(++kept_count_);
  entry.number = kept_count_;
  entry.noticed_at = noticed_at;
  entry.collection.assign(loss.id.collection);
  entry.key.assign(loss.id.key);
  entry.part = loss.field.part;
  entry.field.assign(loss.field.text);
  entry.reason = loss.reason;
  entry.lost_stamp = loss.lost.stamp;
  entry.lost_author.assign(loss.lost.author);
  entry.won_stamp = loss.won_by;
  entry.won_author.assign(loss.won_author);
  entry.kind = loss.lost.value.kind();
  entry.value_bits = loss.lost.value.bits();
  entry.value_bytes.assign(text_of(loss.lost.value.as_bytes()));
}

void AuditRing::put_back(const AuditEntry& entry) {
  HF_ASSERT(!room_.empty() && entry.number > kept_count_);
  slot_of(entry.number) = entry;
  kept_count_ = entry.number;
}

const AuditEntry* AuditRing::find(std::uint64_t number) const {
  if (number < oldest_number() || number > kept_count_) return nullptr;
  const AuditEntry& entry = slot_of(number);
  return entry.number == number ? &entry : nullptr;  // one that was not put back is a hole
}

Change restored(const AuditEntry& entry) {
  return {.field = {.part = entry.part, .text = entry.field.view()}, .value = entry.value()};
}

}  // namespace hf::documents

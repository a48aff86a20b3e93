#include "documents/audit_record.h"

#include "documents/encoding.h"

namespace hf::documents {
namespace {

constexpr std::uint8_t kRecordVersion = 1;

}  // namespace

std::span<const std::byte> write_audit_record(const AuditEntry& entry,
                                              std::span<std::byte, kAuditRecordBytesMax> record) {
  ByteWriter writer(record);
  std::array<std::byte, limits::kWriteBytesMax> lost;
  writer.number(kRecordVersion);
  writer.number(entry.number);
  writer.number(entry.noticed_at.ms);
  writer.number(static_cast<std::uint8_t>(entry.reason));
  writer.short_text(entry.collection.view());
  writer.short_text(entry.key.view());
  writer.number(static_cast<std::uint8_t>(entry.part));
  writer.short_text(entry.field.view());
  writer.put(encode_write(entry.lost_stamp, entry.lost_author.view(), entry.value(), lost).bytes);
  writer.stamp(entry.won_stamp);
  writer.short_text(entry.won_author.view());
  return writer.written();
}

Status read_audit_record(std::span<const std::byte> record, AuditEntry& entry) {
  ByteReader reader(record);
  if (reader.number<std::uint8_t>() != kRecordVersion) {
    return record.empty() ? Status::corrupt : Status::unsupported;
  }
  entry = {};
  entry.number = reader.number<std::uint64_t>();
  entry.noticed_at = {reader.number<std::int64_t>()};
  entry.reason = static_cast<LossReason>(reader.number<std::uint8_t>());
  bool fits = is_ok(entry.collection.try_assign(reader.short_text()));
  fits = is_ok(entry.key.try_assign(reader.short_text())) && fits;
  entry.part = static_cast<Part>(reader.number<std::uint8_t>());
  fits = is_ok(entry.field.try_assign(reader.short_text())) && fits;
  const Write lost = read_write(reader);
  entry.lost_stamp = lost.stamp;
  fits = is_ok(entry.lost_author.try_assign(lost.author)) && fits;
  entry.kind = lost.value.kind();
  entry.value_bits = lost.value.bits();
  fits = is_ok(entry.value_bytes.try_assign(text_of(lost.value.as_bytes()))) && fits;
  entry.won_stamp = reader.stamp();
  fits = is_ok(entry.won_author.try_assign(reader.short_text())) && fits;
  const bool sound = fits && reader.fits() && reader.at_end() && is_value(lost.value) &&
                     entry.number > 0 && entry.reason <= LossReason::ahead_of_time &&
                     entry.part <= Part::desired;
  return sound ? Status::ok : Status::corrupt;
}

}  // namespace hf::documents

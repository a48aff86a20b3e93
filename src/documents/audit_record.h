// An entry of the audit as bytes, for whoever keeps it over a reboot. docs/formats/documents.md.
#pragma once

#include <cstddef>
#include <span>

#include "documents/audit.h"

namespace hf::documents {

inline constexpr std::size_t kAuditRecordBytesMax =
    1 + 8 + 8 + 1 + (1 + kIdentifierCharactersMax) + (1 + limits::kDocumentKeyBytesMax) + 1 +
    (1 + limits::kFieldNameBytesMax) + limits::kWriteBytesMax + limits::kStampBytes +
    (1 + limits::kAuthorBytesMax);

// The bytes at the front of `record`. Cannot fail.
std::span<const std::byte> write_audit_record(const AuditEntry& entry,
                                              std::span<std::byte, kAuditRecordBytesMax> record);

// ok: `entry` is set, with its number.  corrupt: not such bytes.  unsupported: of a version to
// come.
Status read_audit_record(std::span<const std::byte> record, AuditEntry& entry);

}  // namespace hf::documents

// How large a document may be, and how long what was deleted is remembered.
//
// These are not per board: a document is merged at both ends of a link, by gateways and hubs of any
// size, and one that fits at one end only could never become equal at both.
#pragma once

#include <cstddef>
#include <cstdint>

#include "vocabulary/identifiers.h"
#include "vocabulary/time.h"

namespace hf::limits {

// A document: the worst case is what a working buffer costs; a usual one has 300 bytes.
inline constexpr std::size_t kDocumentFieldsMax = 64;
inline constexpr std::size_t kDocumentKeyBytesMax = 64;  // "<sensor>.<rule>": two identifiers
inline constexpr std::size_t kFieldNameBytesMax = 64;    // a settings path: "uplink.rate_per_s"
inline constexpr std::size_t kFieldValueBytesMax = 256;  // a broker's URL, an alert's sentence
inline constexpr std::size_t kAuthorBytesMax = 32;       // as long as an identifier

inline constexpr std::size_t kStampBytes = 16;
inline constexpr std::size_t kWriteBytesMax =
    kStampBytes + (1 + kAuthorBytesMax) + (1 + 2 + kFieldValueBytesMax);
inline constexpr std::size_t kFieldBytesMax =
    1 + (1 + kFieldNameBytesMax) + 1 + 2 * kStampBytes + 2 * kWriteBytesMax;
inline constexpr std::size_t kDocumentHeadBytesMax = 1 + (1 + kIdentifierCharactersMax) +
                                                     (1 + kDocumentKeyBytesMax) +
                                                     (1 + kStampBytes + 1 + kAuthorBytesMax) + 1;
inline constexpr std::size_t kDocumentBytesMax =
    kDocumentHeadBytesMax + kDocumentFieldsMax * kFieldBytesMax;

// Stamps. A clock that is within this of ours may be right; one further ahead is not believed.
inline constexpr Duration kStampFutureMost = minutes(5);
// Reserved ahead on flash: at most one write a minute, however many edits. After a reboot our
// stamps run ahead of the clock by this much, so it must stay well within what others believe.
inline constexpr Duration kStampReservedAhead = minutes(1);
inline constexpr std::uint32_t kStampReservedCounts = 1000;  // the same, while there is no clock
static_assert(kStampReservedAhead * 2 < kStampFutureMost);

// A tombstone is kept this long after everybody else has acknowledged it. No message may be under
// way for longer than that: queues and brokers must let go of one after this time.
inline constexpr Duration kTombstoneLifetime = days(30);

inline constexpr std::size_t kAuditEntries = 128;  // a few weeks of conflicts; 75 KiB
inline constexpr std::size_t kDigestBuckets = 32;  // 256 bytes tell where two collections differ

}  // namespace hf::limits

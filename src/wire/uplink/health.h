// The health message: that a gateway is there, how it fares, and what it asks of its hub. JSON,
// retained, so that any MQTT tool shows it and a hub that starts later still gets it.
//
// Sent after each connect (the birth, which asks for receipts at once), then now and then; the
// broker sends the last will when the connection dies. A reader passes over members it does not
// know and does without those that are not there. docs/formats/topics.md has an example.
//
// Never allocates. Views in a message that was read point into the memory it was read with.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vocabulary/fixed_vector.h"
#include "vocabulary/identifiers.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::wire {

// Streams and boots in JSON, which keeps whole numbers only up to 2^53: 16 hex digits.
using HexDigits = std::array<char, 16>;
std::string_view hex_of(std::uint64_t number, HexDigits& digits);

inline constexpr std::size_t kHealthBytesMax = 1024;
inline constexpr std::size_t kHealthStreamsMax = 16;
inline constexpr std::size_t kHealthVersionCharactersMax = 32;
inline constexpr std::size_t kHealthDigestCharacters = 64;
inline constexpr std::size_t kHealthMemoryBytes = 8 * 1024;  // for reading any that we write

// How often a hub tells what it has, unless a gateway asks otherwise.
inline constexpr Duration kReceiptEvery = seconds(5);
inline constexpr Duration kReceiptEveryMetered = minutes(10);
inline constexpr std::uint64_t kReceiptAfterBytes = 65'536;

struct HealthMessage {
  std::string_view gateway;
  bool online = true;
  bool ask = false;  // for receipts of all its streams, now
  BootId boot;       // zero: not said (a last will says nothing more)
  Uptime uptime;
  bool has_utc = false;
  UtcTime utc;
  // Those of which something may still come, oldest first; empty: as said before.
  FixedVector<std::uint64_t, kHealthStreamsMax> streams;
  Duration receipt_every = kReceiptEvery;
  std::uint64_t receipt_bytes = kReceiptAfterBytes;
  std::string_view version;  // of the program, at most kHealthVersionCharactersMax
  std::uint64_t rows_to_send = 0;
  std::uint64_t bytes_to_send = 0;
  Duration outage_left;  // until readings lose resolution; zero: not known
  Duration drain;        // how long the backlog takes at the measured rate; zero: not known
  std::uint64_t reconnects = 0;
  // The newest entry of the activity, and the digest over all up to it; 0: none is on flash.
  std::uint64_t activity_number = 0;
  std::string_view activity_digest;  // kHealthDigestCharacters of hex
};

// The text, in `space`; empty when it does not fit (kHealthBytesMax always does).
// REQUIRES: gateway is an identifier.
std::string_view write_health(const HealthMessage& message, std::span<char> space);
// The same for the last will: only who, and that it is gone.
std::string_view write_last_will(std::string_view gateway, std::span<char> space);

// ok.  corrupt: not JSON.  invalid: a member that must be there is not, or one is of another kind.
// full: more than `memory` holds.  unsupported: a newer version.
Status read_health(std::string_view text, std::span<std::byte> memory, HealthMessage& message);

}  // namespace hf::wire

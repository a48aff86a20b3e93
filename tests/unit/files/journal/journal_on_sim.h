// A journal on a simulated flash, for tests: small, and every record told by its position.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "files/journal/journal.h"
#include "platform/sim/flash.h"
#include "vocabulary/random.h"

namespace hf {

using files::Journal;
using Bytes = std::vector<std::byte>;

class JournalOnSim {
 public:
  static constexpr std::size_t kBlock = Journal::kBlockBytes;
  static constexpr std::size_t kCapacityBytes = 24 * kBlock;
  static constexpr std::size_t kRecordRoomBytes = 4 * kBlock;
  static constexpr const char* kName = "journal";

  explicit JournalOnSim(std::uint64_t seed = 1) : clock(seed), flash(supply, clock, seed) {}

  // A new process looks at the file.
  Status start(Journal::Position kept_through = Journal::kNone) {
    journal.emplace(flash, kName, kCapacityBytes, scratch);
    return journal->open(kept_through, found);
  }

  void cut_power() {
    supply.cut();
    come_back();
  }
  void come_back() {
    journal.reset();
    flash.power_on();
    supply.restore();
  }

  // All that can be read, each as {position, bytes}.
  struct Read {
    Journal::Position position;
    Bytes bytes;
  };
  std::vector<Read> read_all() {
    std::vector<Read> all;
    Journal::Cursor cursor;
    Journal::Record record;
    while (is_ok(journal->read(cursor, record))) {
      all.push_back({record.position, {record.bytes.begin(), record.bytes.end()}});
    }
    return all;
  }

  // Bytes that only this record has: nothing else could pass for it.
  static Bytes record(std::uint64_t name, std::size_t count) {
    Random random(name);
    Bytes bytes(count);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());
    return bytes;
  }

  sim::Supply supply;
  sim::Clock clock;
  sim::Flash flash;
  std::array<std::byte, kRecordRoomBytes> scratch{};
  std::optional<Journal> journal;
  Journal::Found found;
};

}  // namespace hf

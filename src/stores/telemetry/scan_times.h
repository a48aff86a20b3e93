// The moments at which one source (a field bus) was scanned: told once, shared by all its sensors.
//
// A poll cycle jitters by milliseconds, which costs 0.4 to 0.6 bytes a reading where each reading
// keeps its own time [docs/decisions/0011]. Here a scan has a number, its moment takes no byte
// while its period holds and one byte when it is off, and a sensor only remembers which scans it
// was in.
//
// Moments live in blocks of the common pool, as runs of milliseconds. At most `blocks_most` of
// them: beyond that a scan gets no number and its sensors keep the time themselves, exact all the
// same.
//
// Cost: append O(1). Looking a scan up walks the few blocks, then the tokens of one.
#pragma once

#include <cstdint>

#include "stores/telemetry/run_column.h"
#include "vocabulary/outcome.h"

namespace hf::stores::telemetry {

class ScanTimes {
 public:
  // The number of the scan at `at`, one more than the last.
  // full: `blocks_most` blocks are in use; nothing was added.
  // REQUIRES: `at` is not before the last scan; a block is free in `pool`.
  Result<std::uint32_t> append(Uptime at, BlockPool& pool, std::uint32_t blocks_most);

  // Forgets blocks whose scans are all before `limit`. O(blocks dropped).
  void drop_before(Uptime limit, BlockPool& pool);

  // REQUIRES: the scan was appended and not dropped.
  Uptime at(std::uint32_t scan, const BlockPool& pool) const;

  Uptime last_at() const { return last_at_; }
  bool empty() const { return first_ == next_; }
  std::uint32_t blocks() const { return blocks_; }

 private:
  friend class ScanCursor;
  bool begin_block(BlockPool& pool, std::uint32_t blocks_most, Uptime at);
  void watch_period(std::int64_t period_ms, BlockPool& pool);

  RunWriter runs_;
  Uptime last_at_;
  std::int64_t last_period_ms_ = 0;
  std::uint32_t first_ = 0;  // the oldest scan known, then one past the newest; both wrap
  std::uint32_t next_ = 0;
  std::uint32_t same_periods_ = 0;
  std::uint32_t blocks_ = 0;
  BlockIndex head_ = kNoBlock;
  BlockIndex tail_ = kNoBlock;
};

// Moments of scans in rising order. Good until a block of the pool is given back.
class ScanCursor {
 public:
  // `count` scans that are `step_ms` apart.
  struct Piece {
    Uptime at;
    std::uint32_t step_ms = 0;
    std::uint32_t count = 0;
  };

  ScanCursor() = default;
  ScanCursor(const ScanTimes& times, const BlockPool& pool) : times_(&times), pool_(&pool) {}

  // The moments of `scan` and up to `most` - 1 scans after it. REQUIRES: `scan` is known; most > 0.
  Piece next(std::uint32_t scan, std::uint32_t most);

 private:
  void find(std::uint32_t scan);

  const ScanTimes* times_ = nullptr;
  const BlockPool* pool_ = nullptr;
  RunReader runs_;
  Uptime block_at_;         // a moment of the block that runs_ reads
  std::uint32_t next_ = 0;  // the scan that runs_ tells next
};

}  // namespace hf::stores::telemetry

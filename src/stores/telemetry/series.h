// The readings of one sensor: a chain of blocks, the youngest of them open, and the staging.
//
//   head ─▶ sealed ─▶ … ─▶ sealed ─▶ open ─▶ staging        oldest … newest
//
// Readings are numbered in the order of their times by a sequence that begins at 0 with the first
// one taken after boot; what is put back from earlier stands before it and is negative. So a reader
// that remembers the sequence it comes to next learns exactly how many it missed.
//
// Times never fall along the chain. A block is sealed when it is full, when it holds kBlockCountMax
// readings or spans the window. Not thread-safe.
#pragma once

#include <cstdint>
#include <utility>

#include "stores/telemetry/block_extent.h"
#include "stores/telemetry/run_clock.h"
#include "stores/telemetry/staging.h"
#include "stores/telemetry/telemetry_counts.h"

namespace hf::stores::telemetry {

class Series {
 public:
  // The most blocks that code_staging() ever takes, and may take now: regular times take one.
  static constexpr std::uint32_t kBlocksPerChunk = 3;
  std::uint32_t blocks_for_staging() const {
    return staging_.run_count() <= kRegularRunsMax ? 1 : kBlocksPerChunk;
  }

  // False: staging is full; code_staging() first. REQUIRES: `at`, which is the moment of
  // `mark`, is not before newest().at.
  bool try_add(Staging::Mark mark, Uptime at, double value) {
    if (!staging_.try_add(mark, value)) return false;
    newest_ = {.at = at, .value = value, .kind = mark.kind};
    has_news_ = true;
    ++end_;
    return true;
  }

  // The short way, for almost all readings. False: try_add() it, if it is not late.
  bool try_continue(Staging::Mark mark, Uptime at, double value) {
    const auto since_newest_ms = static_cast<std::uint64_t>((at - newest_.at).ms);
    if (since_newest_ms > kStepMax || !staging_.try_continue(mark, value)) return false;
    newest_.at = at;
    newest_.value = value;
    has_news_ = true;
    ++end_;
    return true;
  }

  // Puts `older` in front of what is held. full: too few free blocks; nothing was changed.
  // REQUIRES: in order, none after the oldest held. O(older + one block, of which few readings
  // are taken along while blocks abound).
  Status put_before(std::span<const Reading> older, Ground& ground);

  // Puts a reading older than the newest where it belongs among those that are staged and that no
  // reader was handed yet. False: it is older than these, or staging is full. O(staged).
  bool try_add_late(const Reading& reading, const Ground& ground);

  // Moves what is staged into blocks. REQUIRES: blocks_for_staging() are free.
  void code_staging(Ground& ground);

  // How many readings went. REQUIRES: block_count() > 0.
  std::uint32_t drop_head(Ground& ground);
  // Drops blocks, at last also the staging, whose readings are all before `limit`.
  std::uint32_t drop_before(Uptime limit, Ground& ground);

  bool empty() const { return first_ == end_; }
  // Whether a reading came since this was last asked.
  bool take_news() { return std::exchange(has_news_, false); }
  const Newest& newest() const { return newest_; }       // also after all readings are dropped
  bool known() const { return end_ > 0 || first_ < 0; }  // so newest() is something
  Uptime oldest_at(const Ground& ground) const;          // REQUIRES: !empty().
  Sequence first() const { return first_; }
  Sequence end() const { return end_; }  // one past the newest
  Sequence staged_from() const { return end_ - staging_.count(); }
  const Staging& staging() const { return staging_; }
  std::uint32_t block_count() const { return block_count_; }
  BlockIndex head() const { return head_; }
  // Bytes in use in its blocks, the open one included.
  std::uint64_t used_bytes(const Ground& ground) const;

  // Readings before `sequence` were handed to a reader that must not miss one: none may be put
  // before it any more.
  void hand_out_before(Sequence sequence);

  void configure(const SensorSettings& settings) { settings_ = settings; }
  const SensorSettings& settings() const { return settings_; }
  // REQUIRES: nothing was added yet.
  void shorten_first_chunk(std::uint32_t readings) { staging_.shorten_first_chunk(readings); }

 private:
  void begin_block(const Run& first, Ground& ground);
  void seal(Ground& ground);
  std::uint32_t code(std::span<const double> values, std::span<const Run> runs, Ground& ground);
  void note_extremes(std::span<const double> values);
  static constexpr std::uint32_t kRegularRunsMax = 8;  // their tokens and values fit one block

  bool is_head_taken_along(const BlockPool& pool) const;
  void begin_like(const Series& other);
  void refill(std::span<const Reading> older, const Series& behind, std::uint32_t behind_count,
              std::uint32_t cut, Ground& ground);
  void add_own(const Reading& reading, Ground& ground);
  Uptime moment(Run run, std::uint32_t reading, const Ground& ground) const;

  Staging staging_;
  wire::ValueWriter values_{std::span<std::byte>{}};
  RunWriter runs_;
  Newest newest_;
  Sequence first_ = 0;
  Sequence end_ = 0;
  Extent extent_;    // of the open block
  Uptime block_at_;  // its first moment
  SensorSettings settings_;
  BlockIndex head_ = kNoBlock;
  BlockIndex tail_ = kNoBlock;
  std::uint16_t block_count_ = 0;
  bool open_ = false;           // the tail is
  bool head_has_room_ = false;  // put_before() left some, and will fill it up
  bool has_news_ = false;
  std::uint8_t handed_out_ = 0;  // of the staged readings
};

}  // namespace hf::stores::telemetry

#include "stores/telemetry/scan_times.h"

#include <cstdlib>

namespace hf::stores::telemetry {
namespace {

// A period must hold this often before it is foretold, because a jittering one is told cheaper as
// it is; unless what is foretold is so far off that every scan takes three bytes.
constexpr std::uint32_t kSteadyPeriods = 8;
constexpr std::int64_t kFarMs = 64;
constexpr std::int64_t kPeriodMaxMs = 0xFFFF;

// One scan and one change of step.
constexpr std::uint32_t kScanBytesMax = 2 * RunWriter::kStepBytesMax;

}  // namespace

Result<std::uint32_t> ScanTimes::append(Uptime at, BlockPool& pool, std::uint32_t blocks_most) {
  const bool has_room = tail_ != kNoBlock && pool.header(tail_).count < kBlockCountMax &&
                        pool.header(tail_).run_bytes + kScanBytesMax <= pool.block_bytes();
  const std::uint16_t step = runs_.step();
  if (!has_room && !begin_block(pool, blocks_most, at)) return Status::full;
  HF_ASSERT(empty() || at >= last_at_);
  BlockHeader& header = pool.header(tail_);
  runs_.append({.tick = low_bits(at), .step = runs_.step(), .count = 1}, 1, header,
               pool.bytes(tail_));
  if (!has_room && step != runs_.step()) runs_.foretell(step, header, pool.bytes(tail_));
  ++header.count;
  header.last_at_low = low_bits(at);
  if (!empty()) watch_period((at - last_at_).ms, pool);
  last_at_ = at;
  return next_++;
}

bool ScanTimes::begin_block(BlockPool& pool, std::uint32_t blocks_most, Uptime at) {
  if (blocks_ == blocks_most) return false;
  const BlockIndex block = pool.take();
  if (tail_ == kNoBlock) {
    head_ = block;
    first_ = next_;
  } else {
    pool.header(tail_).next = block;
  }
  tail_ = block;
  ++blocks_;
  runs_.begin(pool.header(block), {.tick = low_bits(at)});
  return true;
}

void ScanTimes::watch_period(std::int64_t period_ms, BlockPool& pool) {
  const bool is_far = std::abs(period_ms - runs_.step()) >= kFarMs;
  const bool is_alike = std::abs(period_ms - last_period_ms_) < (is_far ? kFarMs : 1);
  same_periods_ = is_alike ? same_periods_ + 1 : 0;
  last_period_ms_ = period_ms;
  const bool is_new =
      period_ms != runs_.step() && (is_far ? is_alike : same_periods_ >= kSteadyPeriods);
  if (!is_new || period_ms > kPeriodMaxMs) return;
  runs_.foretell(static_cast<std::uint16_t>(period_ms), pool.header(tail_), pool.bytes(tail_));
}

void ScanTimes::drop_before(Uptime limit, BlockPool& pool) {
  while (head_ != kNoBlock && whole(pool.header(head_).last_at_low, last_at_) < limit) {
    const BlockIndex dropped = head_;
    first_ += pool.header(dropped).count;
    head_ = pool.header(dropped).next;
    if (head_ == kNoBlock) tail_ = kNoBlock;
    pool.give_back(dropped);
    --blocks_;
  }
}

Uptime ScanTimes::at(std::uint32_t scan, const BlockPool& pool) const {
  if (scan + 1 == next_) return last_at_;
  return ScanCursor(*this, pool).next(scan, 1).at;
}

ScanCursor::Piece ScanCursor::next(std::uint32_t scan, std::uint32_t most) {
  if (runs_.left() == 0 || scan - next_ >= runs_.left()) find(scan);
  while (next_ != scan) next_ += runs_.next(scan - next_).count;
  const Run run = runs_.next(most);
  next_ += run.count;
  return {.at = whole(run.tick, block_at_), .step_ms = run.step, .count = run.count};
}

void ScanCursor::find(std::uint32_t scan) {
  HF_ASSERT(scan - times_->first_ < times_->next_ - times_->first_);
  next_ = times_->first_;
  BlockIndex block = times_->head_;
  while (scan - next_ >= pool_->header(block).count) {
    next_ += pool_->header(block).count;
    block = pool_->header(block).next;
  }
  const BlockHeader& header = pool_->header(block);
  block_at_ = whole(header.last_at_low, times_->last_at_);
  runs_ = RunReader(header, pool_->bytes(block));
}

}  // namespace hf::stores::telemetry

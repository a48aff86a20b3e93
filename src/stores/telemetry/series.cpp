#include "stores/telemetry/series.h"

#include <algorithm>
#include <array>
#include <limits>

namespace hf::stores::telemetry {

void Series::hand_out_before(Sequence sequence) {
  const Sequence staged = sequence - staged_from();
  if (staged > handed_out_) handed_out_ = static_cast<std::uint8_t>(staged);
}

void Series::code_staging(Ground& ground) {
  if (staging_.empty()) return;
  std::array<Run, Staging::kRunsMax> runs;
  const std::uint32_t run_count = staging_.run_count();
  for (std::uint32_t i = 0; i < run_count; ++i) runs[i] = staging_.run(i);
  std::span<const double> values = staging_.values();
  std::span<Run> left = std::span{runs}.first(run_count);
  if (open_ && newest_.at - block_at_ > ground.window) {
    seal(ground);
  }
  while (!values.empty()) {
    if (!open_) begin_block(left.front(), ground);
    const std::uint32_t coded = code(values, left, ground);
    values = values.subspan(coded);
    for (std::uint32_t off = coded; off > 0;) {
      const std::uint32_t part = std::min<std::uint32_t>(off, left.front().count);
      left.front().take_off(part);
      if (left.front().count == 0) left = left.subspan(1);
      off -= part;
    }
    if (!values.empty()) seal(ground);
  }
  staging_.clear_coded();
  handed_out_ = 0;
}

void Series::begin_block(const Run& first, Ground& ground) {
  const BlockIndex block = ground.pool.take();
  if (tail_ == kNoBlock) {
    head_ = block;
  } else {
    ground.pool.header(tail_).next = block;
  }
  tail_ = block;
  open_ = true;
  ++block_count_;
  BlockHeader& header = ground.pool.header(block);
  block_at_ = moment(first, 0, ground);
  runs_.begin(header, first);
  const bool is_hinted = settings_.hints.decimals >= 0 || settings_.hints.scale != 0;
  const std::span<std::byte> bytes = ground.pool.bytes(block);
  values_ = is_hinted ? wire::ValueWriter(bytes, settings_.hints)
                      : wire::ValueWriter(bytes, values_.lens());
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  extent_ = {.least = kInfinity, .most = -kInfinity};
}

// How many of the values, and of the readings in the runs, the open block took.
std::uint32_t Series::code(std::span<const double> values, std::span<const Run> runs,
                           Ground& ground) {
  BlockHeader& header = ground.pool.header(tail_);
  const std::span<std::byte> bytes = ground.pool.bytes(tail_);
  const auto block_bytes = static_cast<std::uint32_t>(bytes.size());
  const std::uint32_t run_bytes = runs_.bytes_for(runs);
  if (run_bytes > values_.unused() || header.count == kBlockCountMax) return 0;
  if (run_bytes > 0) values_.resize(block_bytes - header.run_bytes - run_bytes);

  const std::size_t most = std::min<std::size_t>(values.size(), kBlockCountMax - header.count);
  const std::uint32_t taken = values_.append(values.first(most));
  const bool cut = taken < values.size();
  Uptime last_at = newest_.at;
  for (std::uint32_t left = taken; left > 0; runs = runs.subspan(1)) {
    const Run& run = runs.front();
    const std::uint32_t part = std::min<std::uint32_t>(left, run.count);
    runs_.append(run, part, header, bytes);
    left -= part;
    if (left == 0 && cut) last_at = moment(run, part - 1, ground);
  }
  if (cut && run_bytes > 0) values_.resize(block_bytes - header.run_bytes);
  if (taken == 0) return 0;

  note_extremes(values.first(taken));
  header.last_at_low = low_bits(last_at);
  header.count = static_cast<std::uint16_t>(header.count + taken);
  return taken;
}

void Series::note_extremes(std::span<const double> values) {
  double least = extent_.least;
  double most = extent_.most;
  for (const double value : values) {
    least = value < least ? value : least;
    most = value > most ? value : most;
  }
  extent_.least = least;
  extent_.most = most;
}

void Series::seal(Ground& ground) {
  set_extent(extent_, ground.pool.header(tail_));
  open_ = false;
}

Uptime Series::moment(Run run, std::uint32_t reading, const Ground& ground) const {
  if (reading > 0) run.take_off(reading);
  return RunClock(ground).first_of(run, newest_.at);
}

std::uint32_t Series::drop_head(Ground& ground) {
  HF_ASSERT(block_count_ > 0);
  const BlockIndex dropped = head_;
  const std::uint32_t readings = ground.pool.header(dropped).count;
  head_ = ground.pool.header(dropped).next;
  if (head_ == kNoBlock) {
    tail_ = kNoBlock;
    open_ = false;
  }
  --block_count_;
  head_has_room_ = false;
  first_ += readings;
  ground.pool.give_back(dropped);
  return readings;
}

std::uint32_t Series::drop_before(Uptime limit, Ground& ground) {
  std::uint32_t readings = 0;
  while (block_count_ > 0 && whole(ground.pool.header(head_).last_at_low, newest_.at) < limit) {
    readings += drop_head(ground);
  }
  if (block_count_ == 0 && !staging_.empty() && newest_.at < limit) {
    readings += staging_.count();
    first_ = end_;
    staging_.clear();
    handed_out_ = 0;
  }
  return readings;
}

Uptime Series::oldest_at(const Ground& ground) const {
  if (head_ == kNoBlock) return moment(staging_.run(0), 0, ground);
  const BlockHeader& header = ground.pool.header(head_);
  const Run first{
      .tick = header.first_tick, .count = 1, .timeline = timeline_of(header.first_kind)};
  return RunClock(ground).first_of(first, whole(header.last_at_low, newest_.at));
}

std::uint64_t Series::used_bytes(const Ground& ground) const {
  return std::uint64_t{block_count_} * ground.pool.block_bytes() - (open_ ? values_.unused() : 0U);
}

bool Series::try_add_late(const Reading& reading, const Ground& ground) {
  struct Staged {
    Uptime at;
    Staging::Mark mark;
  };
  std::array<Staged, Staging::kChunkReadings> marks;
  std::uint32_t count = 0;
  RunClock run_clock(ground);
  for (std::uint32_t i = 0; i < staging_.run_count(); ++i) {
    Run run = staging_.run(i);
    while (run.count > 0) {
      const Run one{.tick = run.tick,
                    .step = run.step,
                    .count = 1,
                    .timeline = run.timeline,
                    .quality = run.quality};
      Run rest = one;
      marks[count++] = {.at = run_clock.take(rest, newest_.at).at,
                        .mark = {one.tick, kind_of(one.timeline, one.quality)}};
      run.take_off(1);
    }
  }
  std::uint32_t place = count;
  while (place > 0 && marks[place - 1].at > reading.at) --place;
  const bool after_blocks = place > 0 || block_count_ == 0 ||
                            reading.at >= whole(ground.pool.header(tail_).last_at_low, newest_.at);
  if (place < handed_out_ || !after_blocks) return false;
  if (place == 0 && block_count_ == 0 && first_ != 0) return false;

  Staging merged = staging_;
  merged.clear();
  bool fits = true;
  for (std::uint32_t i = 0; i <= count && fits; ++i) {
    if (i == place) {
      fits =
          merged.try_add({low_bits(reading.at), kind_of(kOwnTime, reading.quality)}, reading.value);
    }
    if (i < count && fits) fits = merged.try_add(marks[i].mark, staging_.values()[i]);
  }
  if (!fits) return false;
  staging_ = merged;
  has_news_ = true;
  ++end_;
  return true;
}

}  // namespace hf::stores::telemetry

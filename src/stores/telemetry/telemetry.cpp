#include "stores/telemetry/telemetry.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace hf::stores::telemetry {
namespace {

constexpr std::uint32_t kBlockBytesMin = 1024;   // the runs of one chunk at their worst, and values
constexpr std::uint32_t kBlockBytesMax = 32768;  // counts of bytes are 16 bits
constexpr Duration kWindowMax = days(7);  // times of one chain fit 32 bits with room to spare
constexpr std::uint32_t kBlocksPerSensorMin = 4;
constexpr Duration kPrunePeriodMost = hours(1);

// Scan tables may hold this part of the blocks, shared among the sources.
constexpr std::uint32_t kScanBlocksPart = 8;

static_assert(limits::kBoard.telemetry_scan_sources_max < 1U << kTimelineBits);
static_assert(limits::kBoard.telemetry_bytes / limits::kBoard.telemetry_block_bytes < kBlocksMax,
              "block indexes are 16 bits");
static_assert(limits::kBoard.telemetry_bytes / 8 >=
                  limits::kBoard.sensors_max *
                      (sizeof(Series) +
                       kBlocksPerSensorMin *
                           (limits::kBoard.telemetry_block_bytes + sizeof(BlockHeader))),
              "the least that telemetry.bytes may be has room for the blocks of all sensors");
static_assert(std::is_trivially_destructible_v<Series>, "the memory is simply given back");

constexpr std::size_t bytes_per_block(std::uint32_t block_bytes) {
  return block_bytes + sizeof(BlockHeader);
}

// Makes `count` objects at the front of `memory` and leaves the rest of it.
template <typename T>
std::span<T> carve(std::span<std::byte>& memory, std::size_t count) {
  void* place = memory.data();
  HF_ASSERT(memory.size() >= count * sizeof(T) &&
            reinterpret_cast<std::uintptr_t>(place) % alignof(T) == 0);
  T* first = static_cast<T*>(place);
  for (std::size_t i = 0; i < count; ++i) std::construct_at(first + i);
  memory = memory.subspan(count * sizeof(T));
  return {first, count};
}

}  // namespace

std::size_t Telemetry::bytes_for(const Capacities& capacities, std::uint32_t blocks) {
  return capacities.sensors * sizeof(Series) + blocks * bytes_per_block(capacities.block_bytes);
}

Telemetry::Telemetry(std::span<std::byte> memory, const Capacities& capacities)
    : memory_bytes_(memory.size()) {
  HF_ASSERT(capacities.sensors > 0 && capacities.sensors <= limits::kBoard.sensors_max);
  HF_ASSERT(capacities.block_bytes >= kBlockBytesMin && capacities.block_bytes <= kBlockBytesMax &&
            capacities.block_bytes % 8 == 0);
  HF_ASSERT(capacities.window.ms > 0 && capacities.window <= kWindowMax);
  series_ = carve<Series>(memory, capacities.sensors);
  for (std::size_t i = 0; i < series_.size(); ++i) {
    series_[i].shorten_first_chunk(static_cast<std::uint32_t>(i % Staging::kChunkReadings));
  }
  const std::size_t blocks =
      std::min<std::size_t>(memory.size() / bytes_per_block(capacities.block_bytes), kBlocksMax);
  HF_ASSERT(blocks >= kBlocksPerSensorMin * capacities.sensors);
  const std::span<BlockHeader> headers = carve<BlockHeader>(memory, blocks);
  ground_.pool =
      BlockPool(headers, memory.first(blocks * capacities.block_bytes), capacities.block_bytes);
  ground_.window = capacities.window;
  share_scan_blocks();
}

void Telemetry::share_scan_blocks() {
  const std::uint32_t scan_blocks =
      ground_.pool.count() / kScanBlocksPart / limits::kBoard.telemetry_scan_sources_max;
  ground_.scan_blocks_max = std::max(scan_blocks, 2U);
}

std::size_t Telemetry::lower_to(std::size_t memory_bytes) {
  const std::size_t beside = series_.size() * sizeof(Series);
  const std::size_t a_block = bytes_per_block(ground_.pool.block_bytes());
  const auto wanted = static_cast<std::uint32_t>(
      memory_bytes > beside ? std::min<std::size_t>((memory_bytes - beside) / a_block, kBlocksMax)
                            : 0);
  const auto least = static_cast<std::uint32_t>(kBlocksPerSensorMin * series_.size());
  const std::uint32_t blocks = ground_.pool.lower_to(std::max(wanted, least));
  memory_bytes_ = std::min(memory_bytes_, beside + blocks * a_block);
  share_scan_blocks();
  return memory_bytes_;
}

void Telemetry::configure(SensorIndex sensor, const SensorSettings& settings) {
  HF_ASSERT(sensor.value < series_.size());
  series_[sensor.value].configure(settings);
}

// False, and counted: no reading of ours.
bool Telemetry::is_known(SensorIndex sensor) {
  if (sensor.value < series_.size()) return true;
  ++counts_.refused_unknown;
  return false;
}

// False, and counted: not taken before it is measured. Times must not outlive their 32 bits, so
// what is too old goes at least every hour, whether somebody prunes or not.
bool Telemetry::is_time(Uptime at, Uptime now, std::size_t readings) {
  if (now >= prune_due_) prune(now);
  if (at <= now) return true;
  counts_.refused_future += readings;
  return false;
}

Status Telemetry::add(const Reading& reading, Uptime now) {
  if (!is_known(reading.sensor) || !is_time(reading.at, now, 1)) return Status::invalid;
  return take(reading, {low_bits(reading.at), kind_of(kOwnTime, reading.quality)})
             ? Status::ok
             : Status::refused;
}

std::uint32_t Telemetry::add_scan(ScanSource source, Uptime at, std::span<const ScanValue> values,
                                  Uptime now) {
  HF_ASSERT(source < ground_.scans.size());
  if (!is_time(at, now, values.size())) return 0;
  Staging::Mark mark{low_bits(at), kOwnTime};
  ScanTimes& scans = ground_.scans[source];
  if (values.size() > 1 && (scans.empty() || at >= scans.last_at())) {
    make_room(1);
    const Result<std::uint32_t> scan = scans.append(at, ground_.pool, ground_.scan_blocks_max);
    if (scan.ok()) {
      mark = {scan.value(), static_cast<Timeline>(source + 1)};
    } else {
      ++counts_.scans_untold;
    }
  }
  const Timeline timeline = timeline_of(mark.kind);
  std::uint32_t taken = 0;
  std::uint32_t continued = 0;
  for (const ScanValue& value : values) {
    if (!is_known(value.sensor)) continue;
    mark.kind = kind_of(timeline, value.quality);
    if (series_[value.sensor.value].try_continue(mark, at, value.value)) {
      ++continued;
      continue;
    }
    const Reading reading{
        .at = at, .value = value.value, .sensor = value.sensor, .quality = value.quality};
    if (take(reading, mark)) ++taken;
  }
  counts_.taken += continued;
  return taken + continued;
}

// False: refused as late, and counted.
bool Telemetry::take(const Reading& reading, Staging::Mark mark) {
  Series& series = series_[reading.sensor.value];
  if (series.known() && reading.at < series.newest().at) return take_late(series, reading);
  if (!series.try_add(mark, reading.at, reading.value)) {
    make_room(series.blocks_for_staging());
    series.code_staging(ground_);
    HF_ASSERT(series.try_add(mark, reading.at, reading.value));
  }
  ++counts_.taken;
  return true;
}

bool Telemetry::take_late(Series& series, const Reading& reading) {
  if (!series.try_add_late(reading, ground_)) {
    ++counts_.refused_late;
    return false;
  }
  ++counts_.taken;
  ++counts_.taken_late;
  return true;
}

void Telemetry::make_room(std::uint32_t blocks) {
  while (ground_.pool.free_count() < blocks) evict_one();
}

// Of the sensors with the most blocks the one whose oldest is the oldest.
void Telemetry::evict_one() {
  Series* most = nullptr;
  for (Series& series : series_) {
    if (series.block_count() == 0) continue;
    if (most == nullptr || series.block_count() > most->block_count() ||
        (series.block_count() == most->block_count() &&
         series.oldest_at(ground_) < most->oldest_at(ground_))) {
      most = &series;
    }
  }
  HF_ASSERT(most != nullptr);
  counts_.evicted += most->drop_head(ground_);
}

std::uint64_t Telemetry::prune(Uptime now) {
  const Uptime limit = now - ground_.window;
  std::uint64_t dropped = 0;
  Uptime oldest = now;
  for (Series& series : series_) {
    dropped += series.drop_before(limit, ground_);
    if (!series.empty()) oldest = std::min(oldest, series.oldest_at(ground_));
  }
  for (ScanTimes& scans : ground_.scans) scans.drop_before(oldest, ground_.pool);
  counts_.expired += dropped;
  prune_due_ = now + kPrunePeriodMost;
  return dropped;
}

Status Telemetry::put_back(SensorIndex sensor, std::span<const Reading> older, Uptime now) {
  if (!is_known(sensor)) return Status::invalid;
  const auto earlier = [](const Reading& a, const Reading& b) { return a.at < b.at; };
  if (!std::is_sorted(older.begin(), older.end(), earlier)) return Status::invalid;
  const Uptime limit = now - ground_.window;
  while (!older.empty() && older.front().at < limit) older = older.subspan(1);
  if (older.empty()) return Status::ok;
  Series& series = series_[sensor.value];
  if (older.back().at > now || (!series.empty() && older.back().at > series.oldest_at(ground_))) {
    return Status::invalid;
  }
  HF_TRY(series.put_before(older, ground_));
  counts_.put_back += older.size();
  return Status::ok;
}

Status Telemetry::latest(SensorIndex sensor, Uptime now, Latest& latest) const {
  if (sensor.value >= series_.size()) return Status::invalid;
  const Series& series = series_[sensor.value];
  if (!series.known()) return Status::not_found;
  const Newest& newest = series.newest();
  const Duration age = now - newest.at;
  latest = {.at = newest.at,
            .age = age,
            .value = newest.value,
            .quality = quality_of(newest.kind),
            .stale = age > series.settings().stale_after};
  return Status::ok;
}

void Telemetry::hand_out_before(SensorIndex sensor, Sequence next) {
  series_[sensor.value].hand_out_before(next);
}

SensorSet Telemetry::take_touched() {
  SensorSet touched;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    if (series_[i].take_news()) touched.add({static_cast<std::uint16_t>(i)});
  }
  return touched;
}

std::uint64_t Telemetry::held() const {
  std::uint64_t held = 0;
  for (const Series& series : series_) {
    held += static_cast<std::uint64_t>(series.end() - series.first());
  }
  return held;
}

// A sensor at a steady rate needs the blocks its window fills, and one more: the youngest is half
// full and the oldest half expired on average. That average wavers with the root of the sensors;
// and a free block waits for the next chunk.
WindowReport Telemetry::report() const {
  WindowReport report{.blocks = ground_.pool.count(), .blocks_free = ground_.pool.free_count()};
  double blocks_per_hour = 0;
  double extra_blocks = 0;
  for (const ScanTimes& scans : ground_.scans) extra_blocks += scans.blocks();
  for (const Series& series : series_) {
    if (series.block_count() == 0) continue;
    extra_blocks += 1;
    const Duration span = series.newest().at - series.oldest_at(ground_);
    if (span.ms <= 0) continue;
    const double blocks =
        static_cast<double>(series.used_bytes(ground_)) / ground_.pool.block_bytes();
    blocks_per_hour += blocks * static_cast<double>(hours(1).ms) / static_cast<double>(span.ms);
  }
  if (blocks_per_hour <= 0) return report;
  const double window_hours =
      static_cast<double>(ground_.window.ms) / static_cast<double>(hours(1).ms);
  report.hours = std::max(0.0, report.blocks - extra_blocks) / blocks_per_hour;
  report.below_window = report.hours < window_hours;
  const double wavering = 1.5 * std::sqrt(extra_blocks);
  report.blocks_recommended = static_cast<std::uint32_t>(
      std::ceil(blocks_per_hour * window_hours + extra_blocks + wavering) + 1);
  return report;
}

}  // namespace hf::stores::telemetry

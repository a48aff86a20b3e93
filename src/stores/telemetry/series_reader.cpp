#include "stores/telemetry/series_reader.h"

#include <algorithm>
#include <array>

namespace hf::stores::telemetry {

SeriesReader::SeriesReader(const Series& series, const Ground& ground, SensorIndex sensor,
                           Sequence from)
    : series_(&series), ground_(&ground), next_(from), clock_(ground), sensor_(sensor) {}

std::uint32_t SeriesReader::read(std::span<Reading> out) {
  if (lost_its_place()) {
    runs_ = RunReader();
    clock_ = RunClock(*ground_);
    given_back_ = ground_->pool.given_back_count();
    staged_from_ = series_->staged_from();
  }
  if (next_ < series_->first()) {
    missed_ += static_cast<std::uint64_t>(series_->first() - next_);
    next_ = series_->first();
  }
  std::uint32_t count = 0;
  while (count < out.size()) {
    if (runs_.left() > 0 || find_block()) {
      count += read_block(out.subspan(count));
    } else {
      count += read_staging(out.subspan(count));
      break;
    }
  }
  return count;
}

// Appending to a block rewrites its last bytes, which a decoder may already have looked at.
bool SeriesReader::lost_its_place() const {
  return given_back_ != ground_->pool.given_back_count() ||
         staged_from_ != series_->staged_from() ||
         (reads_staging_ && values_left_in_staging().empty());
}

// From the next reading to the last one coded; none when the next is older, or overwritten.
std::span<const double> SeriesReader::values_left_in_staging() const {
  const Staging& staging = series_->staging();
  const Sequence left = series_->staged_from() - next_;
  if (left > staging.coded_count()) return {};
  return staging.coded_from(staging.coded_count() - static_cast<std::uint32_t>(left));
}

// False: what comes next is staged, or not there yet.
bool SeriesReader::find_block() {
  if (next_ >= series_->staged_from()) return false;
  Sequence block_first = series_->first();
  BlockIndex block = series_->head();
  while (next_ - block_first >= ground_->pool.header(block).count) {
    block_first += ground_->pool.header(block).count;
    block = ground_->pool.header(block).next;
  }
  const BlockHeader& header = ground_->pool.header(block);
  const std::span<const std::byte> bytes = ground_->pool.bytes(block);
  block_at_ = whole(header.last_at_low, series_->newest().at);
  runs_ = RunReader(header, bytes);
  const auto behind = static_cast<std::uint32_t>(next_ - block_first);
  reads_staging_ = !values_left_in_staging().empty();
  if (!reads_staging_) {
    values_ = wire::ValueReader(bytes.first(bytes.size() - header.run_bytes), header.count);
    values_.skip(behind);
  }
  for (std::uint32_t left = behind; left > 0;) left -= runs_.next(left).count;
  return true;
}

std::uint32_t SeriesReader::read_block(std::span<Reading> out) {
  std::array<double, kPieceReadings> values;
  const auto wanted =
      static_cast<std::uint32_t>(std::min<std::size_t>({out.size(), runs_.left(), values.size()}));
  if (reads_staging_) {
    std::ranges::copy(values_left_in_staging().first(wanted), values.begin());
  } else {
    const std::uint32_t count = values_.read(std::span{values}.first(wanted));
    HF_ASSERT(count == wanted);  // our own bytes in our own memory
  }
  for (std::uint32_t done = 0; done < wanted;) {
    Run run = runs_.next(wanted - done);
    while (run.count > 0) {
      const TimedRun times = clock_.take(run, block_at_);
      fill(times, &values[done], &out[done]);
      done += times.count;
    }
  }
  next_ += wanted;
  return wanted;
}

std::uint32_t SeriesReader::read_staging(std::span<Reading> out) {
  const Staging& staging = series_->staging();
  auto skip = static_cast<std::uint32_t>(next_ - series_->staged_from());
  std::uint32_t place = 0;  // among the staged values
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < staging.run_count() && count < out.size(); ++i) {
    Run run = staging.run(i);
    const std::uint32_t passed = std::min<std::uint32_t>(skip, run.count);
    if (passed > 0) run.take_off(passed);
    skip -= passed;
    place += passed;
    while (run.count > 0 && count < out.size()) {
      TimedRun times = clock_.take(run, series_->newest().at);
      times.count = std::min(times.count, static_cast<std::uint32_t>(out.size()) - count);
      fill(times, &staging.values()[place], &out[count]);
      place += times.count;
      count += times.count;
    }
  }
  next_ += count;
  return count;
}

// Field by field: a reading put together first would be stored in parts and loaded whole, and wait.
void SeriesReader::fill(const TimedRun& times, const double* values, Reading* out) const {
  const std::int64_t step_ms = times.step_ms;
  const SensorIndex sensor = sensor_;
  const Quality quality = times.quality;
  Uptime at = times.at;
  for (const Reading* end = out + times.count; out != end; ++out) {
    out->at = at;
    out->value = *values++;
    out->sensor = sensor;
    out->quality = quality;
    at.ms += step_ms;
  }
}

namespace {

// Readings at the front of `run` that are before `at`. True: all of them.
bool count_before(Run run, Uptime at, Uptime beside, RunClock& run_clock, Sequence& count) {
  while (run.count > 0) {
    const TimedRun times = run_clock.take(run, beside);
    if (times.at_of(times.count - 1) < at) {
      count += times.count;
      continue;
    }
    if (times.at < at) count += ((at - times.at).ms - 1) / times.step_ms + 1;
    return false;
  }
  return true;
}

}  // namespace

Sequence find_sequence(const Series& series, const Ground& ground, Uptime at) {
  Sequence sequence = series.first();
  RunClock run_clock(ground);
  BlockIndex block = series.head();
  for (; block != kNoBlock; block = ground.pool.header(block).next) {
    const BlockHeader& header = ground.pool.header(block);
    if (whole(header.last_at_low, series.newest().at) >= at) break;
    sequence += header.count;
  }
  if (block != kNoBlock) {
    const BlockHeader& header = ground.pool.header(block);
    const Uptime beside = whole(header.last_at_low, series.newest().at);
    RunReader runs(header, ground.pool.bytes(block));
    while (runs.left() > 0) {
      if (!count_before(runs.next(runs.left()), at, beside, run_clock, sequence)) return sequence;
    }
    return sequence;
  }
  const Staging& staging = series.staging();
  for (std::uint32_t i = 0; i < staging.run_count(); ++i) {
    if (!count_before(staging.run(i), at, series.newest().at, run_clock, sequence)) return sequence;
  }
  return sequence;
}

}  // namespace hf::stores::telemetry

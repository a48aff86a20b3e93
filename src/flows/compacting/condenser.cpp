#include "flows/compacting/condenser.h"

#include <algorithm>
#include <cmath>

namespace hf::flows {
namespace {

constexpr std::uint32_t kNoSensor = UINT32_MAX;
constexpr std::array kPowers = {1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
constexpr double kExactMost = 9e15;  // beyond it not every whole number is a double

bool has_decimals(double value, double power) {
  const double scaled = std::nearbyint(value * power);
  return std::abs(scaled) < kExactMost && scaled / power == value;
}

bool same_source(const wire::FrameHeader& a, const wire::FrameHeader& b) {
  return a.kind == b.kind && a.stream == b.stream && a.roster == b.roster && a.boot == b.boot;
}

}  // namespace

double rounded_mean(const wire::Envelope& envelope) {
  for (std::size_t digits = 0; digits + 1 < kPowers.size(); ++digits) {
    const double power = kPowers[digits];
    if (!has_decimals(envelope.min, power) || !has_decimals(envelope.max, power) ||
        !has_decimals(envelope.first, power) || !has_decimals(envelope.last, power)) {
      continue;
    }
    const double finer = kPowers[digits + 1];
    return std::clamp(std::nearbyint(envelope.mean * finer) / finer, envelope.min, envelope.max);
  }
  return envelope.mean;
}

std::uint32_t Condenser::count_that_join(Frames frames) {
  wire::FrameHeader before;
  std::uint32_t joined = 0;
  std::uint32_t buckets = 0;
  for (const auto frame : frames.first(std::min<std::size_t>(frames.size(), kFramesMax))) {
    Part& part = parts_[joined];
    if (!is_ok(part.envelopes.open(frame))) break;
    const wire::FrameHeader& header = part.envelopes.header();
    if (joined > 0 &&
        (!same_source(before, header) || before.position + before.row_count != header.position)) {
      break;
    }
    buckets += part.envelopes.bucket_count();
    if (buckets > wire::kFrameRowsMax) break;
    before = header;
    ++joined;
  }
  return joined;
}

Result<std::uint32_t> Condenser::condense(Frames frames, wire::FrameKind to,
                                          std::span<std::byte> out) {
  if (frames.empty() || frames.size() > kFramesMax) return Status::invalid;
  const auto parts = std::span{parts_}.first(frames.size());
  moment_count_ = 0;
  std::uint32_t positions = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    HF_TRY(open(frames[i], parts[i]));
    positions += parts[i].is_thinned ? parts[i].envelopes.header().row_count
                                     : parts[i].readings.header().row_count;
  }
  HF_TRY(note_buckets(wire::bucket_of(to)));
  wire::FrameHeader about =
      parts[0].is_thinned ? parts[0].envelopes.header() : parts[0].readings.header();
  about.kind = to;
  about.row_count = positions;
  HF_TRY(builder_.begin(out, about, std::span{buckets_}.first(bucket_count_)));
  for (;;) {
    std::uint32_t sensor = kNoSensor;
    for (const Part& part : parts) {
      HF_TRY(part.is_thinned ? part.envelopes.status() : part.readings.status());
      const bool has_next = part.is_thinned ? part.envelopes.has_next() : part.readings.has_next();
      if (!has_next) continue;
      const SensorIndex next =
          part.is_thinned ? part.envelopes.next_sensor() : part.readings.next_sensor();
      sensor = std::min<std::uint32_t>(sensor, next.value);
    }
    if (sensor == kNoSensor) return builder_.finish();
    HF_TRY(take_sensor({static_cast<std::uint16_t>(sensor)}, parts));
  }
}

// Opens the frame and notes when its rows or buckets were.
Status Condenser::open(std::span<const std::byte> frame, Part& part) {
  part.is_thinned = false;
  Status status = part.readings.open(frame);
  if (status == Status::invalid) {
    part.is_thinned = true;
    status = part.envelopes.open(frame);
  }
  HF_TRY(status);
  part.first_moment = moment_count_;
  part.moment_count =
      part.is_thinned ? part.envelopes.bucket_count() : part.readings.header().row_count;
  if (part.moment_count > moments_.size() - moment_count_) return Status::full;
  const auto moments = std::span{moments_}.subspan(moment_count_, part.moment_count);
  moment_count_ += part.moment_count;
  return part.is_thinned ? part.envelopes.take_buckets(moments) : part.readings.take_rows(moments);
}

// Rows come in the order in which they were taken, buckets must rise: those of late rows are sorted
// in and found again.
Status Condenser::note_buckets(Duration bucket) {
  if (bucket.ms == 0) return Status::invalid;
  for (std::uint32_t i = 0; i < moment_count_; ++i) {
    buckets_[i] = {moments_[i].ms / bucket.ms * bucket.ms};
  }
  const auto begin = buckets_.begin();
  const auto count = static_cast<std::ptrdiff_t>(moment_count_);
  std::sort(begin, begin + count);
  const auto end = std::unique(begin, begin + count);
  bucket_count_ = static_cast<std::uint32_t>(end - begin);
  for (std::uint32_t i = 0; i < moment_count_; ++i) {
    const Uptime at{moments_[i].ms / bucket.ms * bucket.ms};
    bucket_of_moment_[i] = static_cast<std::uint16_t>(std::lower_bound(begin, end, at) - begin);
  }
  return Status::ok;
}

Status Condenser::take_sensor(SensorIndex sensor, std::span<Part> parts) {
  for (std::uint32_t i = 0; i < bucket_count_; ++i) makers_[i].clear();
  for (Part& part : parts) {
    if (part.is_thinned) {
      if (!part.envelopes.has_next() || part.envelopes.next_sensor() != sensor) continue;
      HF_TRY(take_envelopes(part));
    } else {
      if (!part.readings.has_next() || part.readings.next_sensor() != sensor) continue;
      HF_TRY(take_readings(part));
    }
  }
  return write_column(sensor);
}

Status Condenser::take_readings(Part& part) {
  wire::SensorColumn column;
  HF_TRY(part.readings.take(room_.space(), column));
  for (std::size_t i = 0; i < column.rows.size(); ++i) {
    makers_[bucket_index(part.first_moment + column.rows[i])].add(column.values[i],
                                                                  column.qualities[i]);
  }
  return Status::ok;
}

Status Condenser::take_envelopes(Part& part) {
  wire::EnvelopeColumn column;
  HF_TRY(part.envelopes.take({column_buckets_, column_envelopes_, values_}, column));
  for (std::size_t i = 0; i < column.buckets.size(); ++i) {
    makers_[bucket_index(part.first_moment + column.buckets[i])].add(column.envelopes[i]);
  }
  return Status::ok;
}

Status Condenser::write_column(SensorIndex sensor) {
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < bucket_count_; ++i) {
    wire::Envelope envelope = makers_[i].envelope();
    if (envelope.count == 0) continue;
    envelope.mean = rounded_mean(envelope);
    column_buckets_[count] = static_cast<std::uint16_t>(i);
    column_envelopes_[count++] = envelope;
  }
  if (count == 0) return Status::ok;
  return builder_.add(
      {sensor, std::span{column_buckets_}.first(count), std::span{column_envelopes_}.first(count)});
}

}  // namespace hf::flows

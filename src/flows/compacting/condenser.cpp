#include "flows/compacting/condenser.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hf::flows::compacting {
namespace {

using wire::Bucket;
using wire::Envelope;
using wire::FrameHeader;

constexpr std::uint32_t kNoSensor = UINT32_MAX;
constexpr std::uint16_t kSkipped = UINT16_MAX;  // of a row: it is left out

bool same_source(const FrameHeader& a, const FrameHeader& b) {
  return a.kind == b.kind && a.stream == b.stream && a.roster == b.roster && a.boot == b.boot;
}

// The fewest decimal places that the value has, as far as they can be told.
int decimals_of(double value) {
  constexpr int kMost = 9;
  double scaled = value;
  for (int decimals = 0; decimals < kMost; ++decimals, scaled *= 10) {
    if (std::abs(scaled - std::nearbyint(scaled)) <= std::abs(scaled) * 1e-12) return decimals;
  }
  return kMost;
}

double rounded_mean(const Envelope& envelope) {
  int decimals = 0;
  for (const double value : {envelope.min, envelope.max, envelope.first, envelope.last}) {
    decimals = std::max(decimals, decimals_of(value));
  }
  const double scale = std::pow(10.0, decimals + 1);
  const double mean = std::nearbyint(envelope.mean * scale) / scale;
  return std::clamp(std::isfinite(mean) ? mean : envelope.mean, envelope.min, envelope.max);
}

}  // namespace

const FrameHeader& Condenser::Part::header() const {
  return has_envelopes ? envelopes.header() : readings.header();
}
bool Condenser::Part::has_next() const {
  return has_envelopes ? envelopes.has_next() : readings.has_next();
}
SensorIndex Condenser::Part::next_sensor() const {
  return has_envelopes ? envelopes.next_sensor() : readings.next_sensor();
}
Status Condenser::Part::status() const {
  return has_envelopes ? envelopes.status() : readings.status();
}

Status Condenser::open(std::span<const std::byte> frame, Part& part) {
  part.has_envelopes = false;
  Status status = part.readings.open(frame);
  if (is_ok(status)) {
    part.count = part.readings.header().row_count;
    return Status::ok;
  }
  if (status != Status::invalid) return status;
  part.has_envelopes = true;
  HF_TRY(part.envelopes.open(frame));
  part.count = part.envelopes.bucket_count();
  return part.count <= kBucketsMax ? Status::ok : Status::invalid;
}

std::uint32_t Condenser::count_that_join(Frames frames) {
  std::uint32_t joined = 0;
  std::uint32_t items = 0;
  for (const auto& frame : frames.first(std::min<std::size_t>(frames.size(), kFramesMax))) {
    Part& part = parts_[joined];
    if (!is_ok(open(frame, part))) break;
    if (joined > 0) {
      const FrameHeader& before = parts_[joined - 1].header();
      const bool adjoins = part.header().position == before.position + before.row_count;
      if (!adjoins || !same_source(part.header(), before)) break;
    }
    part.base = items;
    items += part.count;
    if (items > (part.has_envelopes ? kBucketsMax : wire::kFrameRowsMax)) break;
    ++joined;
  }
  return joined;
}

Result<std::uint32_t> Condenser::condense(Frames frames, std::uint32_t skipped, wire::FrameKind to,
                                          std::span<std::byte> out) {
  const std::uint32_t joined = count_that_join(frames);
  HF_ASSERT(joined == frames.size() && joined > 0);
  const std::span parts{parts_.data(), joined};
  HF_ASSERT(skipped < parts.front().header().row_count);
  bucket_count_ = 0;
  for (Part& part : parts) {
    const std::uint32_t left_out = &part == parts.data() ? skipped : 0;
    HF_TRY(part.has_envelopes ? take_spans(part, left_out, wire::bucket_of(to))
                              : take_moments(part, left_out, wire::bucket_of(to)));
  }
  FrameHeader about = parts.front().header();
  about.kind = to;
  about.position += skipped;
  about.row_count = 0;
  for (const Part& part : parts) about.row_count += part.header().row_count;
  about.row_count -= skipped;
  HF_TRY(builder_.begin(out, about, std::span{buckets_}.first(bucket_count_)));
  for (;;) {
    std::uint32_t sensor = kNoSensor;
    for (const Part& part : parts) {
      if (part.has_next()) sensor = std::min<std::uint32_t>(sensor, part.next_sensor().value);
    }
    if (sensor == kNoSensor) break;
    HF_TRY(take_sensor({static_cast<std::uint16_t>(sensor)}, parts));
  }
  for (const Part& part : parts) HF_TRY(part.status());
  return builder_.finish();
}

// Of a frame of envelopes, in `spans_`.
Result<std::span<const Bucket>> Condenser::buckets_of(std::span<const std::byte> frame) {
  wire::EnvelopesCursor& cursor = parts_.front().envelopes;
  HF_TRY(cursor.open(frame, kBucketsMax));
  const auto buckets = std::span{spans_}.first(cursor.bucket_count());
  HF_TRY(cursor.take_buckets(buckets));
  return std::span<const Bucket>{buckets};
}

std::uint32_t Condenser::part_begin(std::span<const std::byte> frame, std::uint32_t row) {
  const auto buckets = buckets_of(frame);
  if (!buckets.ok()) return row;
  std::uint32_t begin = 0;
  for (const Bucket& bucket : buckets.value()) {
    if (bucket.rows_end > row) break;
    begin = bucket.rows_end;
  }
  return begin;
}

std::uint32_t Condenser::part_end(std::span<const std::byte> frame, std::uint32_t from,
                                  std::uint32_t to) {
  const auto buckets = buckets_of(frame);
  if (!buckets.ok()) return to;
  std::uint32_t end = 0;
  for (const Bucket& bucket : buckets.value()) {
    if (bucket.rows_end > to && end > from) break;
    end = bucket.rows_end;
  }
  return end;
}

Result<std::uint32_t> Condenser::cut(std::span<const std::byte> frame, std::uint32_t from_row,
                                     std::uint32_t to_row, std::span<std::byte> out) {
  const auto buckets = buckets_of(frame);
  HF_TRY(buckets);
  wire::EnvelopesCursor& cursor = parts_.front().envelopes;
  const FrameHeader& header = cursor.header();
  std::uint32_t from = 0;
  std::uint32_t before = 0;  // where the bucket at `to` begins
  bucket_count_ = 0;
  bool is_at_border = from_row == 0;
  for (const Bucket& bucket : buckets.value()) {
    if (bucket.rows_end > to_row) break;
    if (bucket.rows_end <= from_row) {
      ++from;
      is_at_border = bucket.rows_end == from_row;
    } else {
      buckets_[bucket_count_++] = {bucket.begin, bucket.rows_end - from_row};
    }
    before = bucket.rows_end;
  }
  if (!is_at_border || before != to_row || bucket_count_ == 0) return Status::invalid;
  FrameHeader about = header;
  about.position += from_row;
  about.row_count = to_row - from_row;
  HF_TRY(builder_.begin(out, about, std::span{buckets_}.first(bucket_count_)));
  while (cursor.has_next()) HF_TRY(cut_sensor(cursor, from, from + bucket_count_));
  HF_TRY(cursor.status());
  return builder_.finish();
}

Status Condenser::cut_sensor(wire::EnvelopesCursor& cursor, std::uint32_t from, std::uint32_t to) {
  wire::EnvelopeColumn column;
  HF_TRY(cursor.take({taken_buckets_, taken_, values_}, column));
  std::size_t count = 0;
  for (std::size_t i = 0; i < column.buckets.size(); ++i) {
    if (column.buckets[i] < from || column.buckets[i] >= to) continue;
    made_buckets_[count] = static_cast<std::uint16_t>(column.buckets[i] - from);
    made_[count++] = column.envelopes[i];
  }
  if (count == 0) return Status::ok;
  return builder_.add({.sensor = column.sensor,
                       .buckets = std::span{made_buckets_}.first(count),
                       .envelopes = std::span{made_}.first(count)});
}

// The number of the bucket into which so many rows of that time fall.
Result<std::uint16_t> Condenser::place(Uptime at, std::uint32_t rows, Duration bucket) {
  const Uptime begin{at.ms / bucket.ms * bucket.ms};
  const std::uint32_t before = bucket_count_ == 0 ? 0 : buckets_[bucket_count_ - 1].rows_end;
  if (bucket_count_ == 0 || buckets_[bucket_count_ - 1].begin < begin) {
    if (bucket_count_ == kBucketsMax) return Status::full;
    buckets_[bucket_count_++].begin = begin;
  }
  Bucket& last = buckets_[bucket_count_ - 1];
  if (begin < last.begin) return Status::corrupt;
  last.rows_end = before + rows;
  return static_cast<std::uint16_t>(bucket_count_ - 1);
}

// Which bucket each row falls into.
Status Condenser::take_moments(Part& part, std::uint32_t skipped, Duration bucket) {
  const auto moments = std::span{moments_}.first(part.count);
  HF_TRY(part.readings.take_rows(moments));
  for (std::uint32_t row = 0; row < part.count; ++row) {
    bucket_of_[part.base + row] = kSkipped;
    if (row < skipped) continue;
    const Result<std::uint16_t> placed = place(moments[row], 1, bucket);
    HF_TRY(placed);
    bucket_of_[part.base + row] = placed.value();
  }
  return Status::ok;
}

// Which bucket each shorter one falls into.
Status Condenser::take_spans(Part& part, std::uint32_t skipped, Duration bucket) {
  const auto spans = std::span{spans_}.first(part.count);
  HF_TRY(part.envelopes.take_buckets(spans));
  std::uint32_t before = 0;
  for (std::uint32_t index = 0; index < part.count; ++index) {
    const std::uint32_t rows = spans[index].rows_end - std::exchange(before, spans[index].rows_end);
    bucket_of_[part.base + index] = kSkipped;
    if (before <= skipped) continue;
    const Result<std::uint16_t> placed = place(spans[index].begin, rows, bucket);
    HF_TRY(placed);
    bucket_of_[part.base + index] = placed.value();
  }
  return Status::ok;
}

Status Condenser::take_sensor(SensorIndex sensor, std::span<Part> parts) {
  made_count_ = 0;
  maker_.clear();
  for (Part& part : parts) {
    if (!part.has_next() || part.next_sensor() != sensor) continue;
    HF_TRY(part.has_envelopes ? take_envelopes(part) : take_readings(part));
  }
  HF_TRY(finish_bucket());
  if (made_count_ == 0) return Status::ok;
  return builder_.add({.sensor = sensor,
                       .buckets = std::span{made_buckets_}.first(made_count_),
                       .envelopes = std::span{made_}.first(made_count_)});
}

Status Condenser::take_readings(Part& part) {
  wire::SensorColumn column;
  HF_TRY(part.readings.take(column_.space(), column));
  for (std::size_t index = 0; index < column.values.size(); ++index) {
    const std::uint16_t bucket = bucket_of_[part.base + column.rows[index]];
    if (bucket == kSkipped) continue;
    HF_TRY(note(bucket));
    maker_.add(column.values[index], column.qualities[index]);
  }
  return Status::ok;
}

Status Condenser::take_envelopes(Part& part) {
  wire::EnvelopeColumn column;
  HF_TRY(part.envelopes.take({taken_buckets_, taken_, values_}, column));
  for (std::size_t index = 0; index < column.envelopes.size(); ++index) {
    const std::uint16_t bucket = bucket_of_[part.base + column.buckets[index]];
    if (bucket == kSkipped) continue;
    HF_TRY(note(bucket));
    maker_.add(column.envelopes[index]);
  }
  return Status::ok;
}

// What comes next is of this bucket; the one before it is done.
Status Condenser::note(std::uint16_t bucket) {
  if (bucket != open_bucket_) HF_TRY(finish_bucket());
  open_bucket_ = bucket;
  return Status::ok;
}

Status Condenser::finish_bucket() {
  if (maker_.envelope().count == 0) return Status::ok;
  if (made_count_ == kBucketsMax) return Status::full;
  made_buckets_[made_count_] = open_bucket_;
  made_[made_count_] = maker_.envelope();
  made_[made_count_].mean = rounded_mean(maker_.envelope());
  ++made_count_;
  maker_.clear();
  return Status::ok;
}

}  // namespace hf::flows::compacting

#include "wire/frames/envelopes_frame.h"

#include <algorithm>
#include <bit>

namespace hf::wire {
namespace {

// What has a column of its own where a sensor changed within a bucket; the first is always there.
constexpr double Envelope::*kValues[] = {&Envelope::first, &Envelope::min, &Envelope::mean,
                                         &Envelope::max, &Envelope::last};

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool is_flat(const Envelope& envelope) {
  return std::all_of(std::begin(kValues), std::end(kValues), [&](double Envelope::*value) {
    return same_bits(envelope.*value, envelope.first);
  });
}

}  // namespace

Status EnvelopesBuilder::begin(std::span<std::byte> out, const FrameHeader& about,
                               std::span<const Bucket> buckets) {
  const Duration length = bucket_of(about.kind);
  HF_ASSERT(length.ms > 0 && !buckets.empty() && buckets.size() <= kFrameRowsMax);
  FrameHeader header = about;
  header.first = buckets.front().begin;
  header.last = buckets.back().begin + length;
  HF_ASSERT(buckets.back().rows_end == header.row_count);

  HF_TRY(frame_.begin(out, header, buckets.size()));
  BodyWriter& body = frame_.body();
  body.put_count(static_cast<std::uint32_t>(buckets.size()));
  body.put_numbers(
      buckets, [&](const Bucket& bucket) { return (bucket.begin - header.first).ms / length.ms; });
  body.put_numbers(buckets, [&](const Bucket& bucket) {
    const std::uint32_t before = &bucket == buckets.data() ? 0 : (&bucket)[-1].rows_end;
    HF_ASSERT(bucket.rows_end > before);
    return std::int64_t{bucket.rows_end - before};
  });
  return body.status();
}

Status EnvelopesBuilder::add(const EnvelopeColumn& column) {
  const auto envelopes = column.envelopes;
  HF_ASSERT(!envelopes.empty() && envelopes.size() == column.buckets.size());
  const bool changes = !std::all_of(envelopes.begin(), envelopes.end(), is_flat);
  frame_.put_sensor(column.sensor, column.buckets, changes);
  BodyWriter& body = frame_.body();
  body.put_numbers(envelopes,
                   [](const Envelope& envelope) { return std::int64_t{envelope.count}; });
  for (double Envelope::*value : kValues) {
    std::transform(envelopes.begin(), envelopes.end(), values_.begin(),
                   [value](const Envelope& envelope) { return envelope.*value; });
    body.put_values(std::span{values_}.first(envelopes.size()), Lens{});
    if (!changes) break;
  }
  for (const Envelope& envelope : envelopes) frame_.count_readings(envelope.count);
  return body.status();
}

Status EnvelopesCursor::open(std::span<const std::byte> frame, std::uint32_t buckets_max) {
  *this = EnvelopesCursor{};
  OpenedFrame opened;
  HF_TRY(open_frame(frame, opened));
  header_ = opened.header;
  if (bucket_of(header_.kind).ms == 0) return Status::invalid;
  body_ = BodyReader(opened.body);
  bucket_count_ = body_.take_count(INT32_MAX);
  if (bucket_count_ > buckets_max) return Status::invalid;
  if (bucket_count_ == 0) body_.fail();
  return body_.status();
}

Status EnvelopesCursor::take_buckets(std::span<Bucket> buckets) {
  HF_ASSERT(buckets.size() == bucket_count_);
  const Duration length = bucket_of(header_.kind);
  HF_ASSERT(length.ms > 0);  // open() takes no other kind
  const std::int64_t most = (header_.last - header_.first).ms / length.ms;
  std::int64_t least = 0;
  body_.take_numbers(buckets, [&](std::int64_t number, Bucket& bucket) {
    if (number < least || number >= most) return false;
    least = number + 1;
    bucket.begin = header_.first + length * number;
    return true;
  });
  std::uint32_t rows = 0;
  body_.take_numbers(buckets, [&](std::int64_t number, Bucket& bucket) {
    if (number < 1 || number > header_.row_count - rows) return false;
    rows += static_cast<std::uint32_t>(number);
    bucket.rows_end = rows;
    return true;
  });
  if (rows != header_.row_count) body_.fail();
  sensors_.begin(body_, bucket_count_);
  return body_.status();
}

Status EnvelopesCursor::take(EnvelopeSpace space, EnvelopeColumn& column) {
  HF_ASSERT(has_next());
  if (space.buckets.size() < bucket_count_) return Status::full;
  const SensorIndex sensor = sensors_.sensor();
  const std::uint32_t count = sensors_.take_rows(body_, space.buckets);
  const auto envelopes = space.envelopes.first(count);
  body_.take_numbers(envelopes, [](std::int64_t number, Envelope& envelope) {
    envelope.count = static_cast<std::uint32_t>(number);
    return number > 0 && number <= UINT32_MAX;
  });
  const auto values = space.values.first(count);
  for (double Envelope::*value : kValues) {
    const bool is_written = sensors_.has_more() || value == kValues[0];
    if (is_written) body_.take_values(values);
    for (std::uint32_t i = 0; i < count; ++i) envelopes[i].*value = values[i];
  }
  const Status status = body_.status();
  if (is_ok(status)) {
    column = {.sensor = sensor, .buckets = space.buckets.first(count), .envelopes = envelopes};
  }
  sensors_.advance(body_);
  return status;
}

}  // namespace hf::wire

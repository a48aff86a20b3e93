#include "stores/telemetry/downsampling.h"

#include <algorithm>
#include <cmath>

namespace hf::stores::telemetry {
namespace {

constexpr std::uint32_t kPageReadings = 64;

}  // namespace

MinMaxDownsampler::MinMaxDownsampler(const Telemetry& telemetry, SensorIndex sensor, Uptime from,
                                     Uptime to, std::span<Reading> points)
    : cursor_(telemetry, sensor, from, to),
      buckets_{from, to, static_cast<std::uint32_t>(points.size() / 2)},
      points_(points) {
  HF_ASSERT(points.size() >= 2 && from <= to);
}

Status MinMaxDownsampler::work(std::uint32_t readings) {
  std::array<Reading, kPageReadings> page;
  for (std::uint32_t done = 0; done < readings;) {
    const std::uint32_t count = cursor_.read(page);
    for (const Reading& reading : std::span{page}.first(count)) look_at(reading);
    done += count;
    if (count == 0) {
      end_bucket();
      return Status::ok;
    }
  }
  return Status::busy;
}

void MinMaxDownsampler::look_at(const Reading& reading) {
  const std::uint32_t bucket = buckets_.index_of(reading.at);
  if (bucket != bucket_) {
    end_bucket();
    bucket_ = bucket;
  }
  if (!any_) {
    least_ = most_ = reading;
    any_ = true;
  } else if (std::isnan(least_.value)) {
    if (!std::isnan(reading.value)) least_ = most_ = reading;
  } else if (reading.value < least_.value) {
    least_ = reading;
  } else if (reading.value > most_.value) {
    most_ = reading;
  }
}

void MinMaxDownsampler::end_bucket() {
  if (!any_) return;
  any_ = false;
  const bool least_first = least_.at <= most_.at;
  points_[count_++] = least_first ? least_ : most_;
  if (least_.at != most_.at) points_[count_++] = least_first ? most_ : least_;
}

LttbDownsampler::LttbDownsampler(const Telemetry& telemetry, SensorIndex sensor, Uptime from,
                                 Uptime to, std::span<Reading> points)
    : ahead_(RangeCursor(telemetry, sensor, from, to)),
      behind_(RangeCursor(telemetry, sensor, from, to)),
      buckets_{from, to, static_cast<std::uint32_t>(points.size() - 1)},
      points_(points) {
  HF_ASSERT(points.size() >= 3 && from <= to);
}

const Reading* LttbDownsampler::Stream::peek() {
  if (at_ == count_) {
    count_ = cursor_.read(page_);
    at_ = 0;
  }
  return at_ < count_ ? &page_[at_] : nullptr;
}

Status LttbDownsampler::work(std::uint32_t readings) {
  for (std::uint32_t done = 0; done < readings;) {
    const Reading* next = behind_.peek();
    if (next == nullptr) return Status::ok;
    if (count_ == 0) {
      points_[count_++] = *next;
      behind_.pop();
      continue;
    }
    const std::uint32_t bucket = buckets_.index_of(next->at);
    average_after(bucket, done);
    if (average_count_ > 0) {
      choose_in(bucket, done);
    } else {
      keep_last(done);
    }
  }
  return Status::busy;
}

// Of the first bucket after `bucket` that holds anything; average_count_ is 0 when none does.
void LttbDownsampler::average_after(std::uint32_t bucket, std::uint32_t& done) {
  const Reading* next = ahead_.peek();
  for (; next != nullptr && buckets_.index_of(next->at) <= bucket; next = ahead_.peek()) {
    ahead_.pop();
    ++done;
  }
  average_count_ = 0;
  double value_sum = 0;
  double ms_sum = 0;
  double numbers = 0;
  const std::uint32_t averaged = next == nullptr ? 0 : buckets_.index_of(next->at);
  for (; next != nullptr && buckets_.index_of(next->at) == averaged; next = ahead_.peek()) {
    ++average_count_;
    if (!std::isnan(next->value)) {
      value_sum += next->value;
      numbers += 1;
    }
    ms_sum += static_cast<double>((next->at - buckets_.from).ms);
    ahead_.pop();
    ++done;
  }
  average_value_ = value_sum / std::max(numbers, 1.0);
  average_ms_ = ms_sum / std::max<double>(average_count_, 1.0);
}

// Of the bucket's readings the one that spans the largest triangle with the point before it and the
// average of the next bucket.
void LttbDownsampler::choose_in(std::uint32_t bucket, std::uint32_t& done) {
  const Reading& before = points_[count_ - 1];
  const double before_ms = static_cast<double>((before.at - buckets_.from).ms);
  Reading chosen = *behind_.peek();
  double largest = -1;
  for (const Reading* next = behind_.peek();
       next != nullptr && buckets_.index_of(next->at) == bucket; next = behind_.peek()) {
    const double ms = static_cast<double>((next->at - buckets_.from).ms);
    const double area = std::fabs((before_ms - average_ms_) * (next->value - before.value) -
                                  (before_ms - ms) * (average_value_ - before.value));
    if (area > largest || (std::isnan(chosen.value) && !std::isnan(next->value))) {
      chosen = *next;
      largest = std::isnan(area) ? -1 : area;
    }
    behind_.pop();
    ++done;
  }
  points_[count_++] = chosen;
}

void LttbDownsampler::keep_last(std::uint32_t& done) {
  Reading last = *behind_.peek();
  for (const Reading* next = behind_.peek(); next != nullptr; next = behind_.peek()) {
    last = *next;
    behind_.pop();
    ++done;
  }
  points_[count_++] = last;
}

}  // namespace hf::stores::telemetry

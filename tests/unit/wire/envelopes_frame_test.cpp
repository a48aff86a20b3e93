#include "wire/frames/envelopes_frame.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "tests/support/sensor_series.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

namespace {

using Bytes = std::vector<std::byte>;

struct SensorEnvelopes {
  std::vector<std::uint16_t> buckets;
  std::vector<Envelope> envelopes;
};

struct Condensed {
  FrameHeader about;
  std::vector<Bucket> buckets;
  std::map<std::uint16_t, SensorEnvelopes> sensors;
};

Condensed condensed(std::uint64_t seed, FrameKind kind, std::size_t bucket_count) {
  Random random(seed);
  Condensed made;
  made.about.kind = kind;
  made.about.stream = random.next();
  made.about.position = random.below(1'000'000);
  made.about.boot = BootId{random.next()};
  Uptime at{bucket_of(kind).ms * random.between(0, 10'000)};
  for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
    const auto rows = static_cast<std::uint32_t>(1 + random.below(12));
    made.buckets.push_back({.begin = at, .rows_end = made.about.row_count + rows});
    made.about.row_count += rows;
    at = at + bucket_of(kind) * (random.chance(1, 20) ? 5 : 1);
  }
  for (std::uint16_t sensor = 0; sensor < 20; ++sensor) {
    if (random.chance(1, 5)) continue;
    const auto kind_of_values = static_cast<Series>(random.below(kSeriesCount));
    const auto values = sensor_series(kind_of_values, bucket_count * 10, seed + sensor);
    SensorEnvelopes of_sensor;
    for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
      EnvelopeMaker maker;
      for (std::size_t i = 0; i < 10; ++i) maker.add(values[bucket * 10 + i], Quality::good);
      if (maker.envelope().count == 0 || random.chance(1, 30)) continue;
      of_sensor.buckets.push_back(static_cast<std::uint16_t>(bucket));
      of_sensor.envelopes.push_back(maker.envelope());
    }
    if (!of_sensor.buckets.empty()) made.sensors[sensor] = of_sensor;
  }
  return made;
}

bool same(const Envelope& a, const Envelope& b) {
  const double x[] = {a.min, a.mean, a.max, a.first, a.last};
  const double y[] = {b.min, b.mean, b.max, b.first, b.last};
  return a.count == b.count && same_bits(x, y);
}

Status read(std::span<const std::byte> frame, Condensed& into) {
  into = {};
  EnvelopesCursor cursor;
  HF_TRY(cursor.open(frame));
  into.about = cursor.header();
  into.buckets.resize(cursor.bucket_count());
  HF_TRY(cursor.take_buckets(into.buckets));
  std::vector<std::uint16_t> buckets(cursor.bucket_count());
  std::vector<Envelope> envelopes(cursor.bucket_count());
  std::vector<double> values(cursor.bucket_count());
  while (cursor.has_next()) {
    EnvelopeColumn column;
    HF_TRY(cursor.take({buckets, envelopes, values}, column));
    into.sensors[column.sensor.value] = {{column.buckets.begin(), column.buckets.end()},
                                         {column.envelopes.begin(), column.envelopes.end()}};
  }
  return cursor.status();
}

}  // namespace

TEST_GROUP(EnvelopesFrame) {
  std::unique_ptr<EnvelopesBuilder> builder = std::make_unique<EnvelopesBuilder>();

  Bytes frame_of(const Condensed& made, std::size_t bytes_max = 1 << 20) {
    Bytes frame(bytes_max);
    Status status = builder->begin(frame, made.about, made.buckets);
    for (const auto& [sensor, of_sensor] : made.sensors) {
      if (is_ok(status)) status = builder->add({{sensor}, of_sensor.buckets, of_sensor.envelopes});
    }
    frame.resize(is_ok(status) ? builder->finish().value_or(0) : 0);
    return frame;
  }
};

TEST(EnvelopesFrame, gives_back_every_bit_of_every_envelope) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const auto kind = seed % 2 == 0 ? FrameKind::envelopes_10s : FrameKind::envelopes_1min;
    const Condensed made = condensed(seed, kind, 1 + seed * 3 % 70);
    Condensed back;
    CHECK(is_ok(read(frame_of(made), back)));
    CHECK(std::ranges::equal(made.buckets, back.buckets, [](const Bucket& a, const Bucket& b) {
      return a.begin == b.begin && a.rows_end == b.rows_end;
    }));
    CHECK(back.about.kind == kind);
    UNSIGNED_LONGLONGS_EQUAL(made.about.position, back.about.position);
    UNSIGNED_LONGS_EQUAL(made.about.row_count, back.about.row_count);
    CHECK(back.about.last == made.buckets.back().begin + bucket_of(kind));
    UNSIGNED_LONGS_EQUAL(made.sensors.size(), back.sensors.size());
    std::uint32_t readings = 0;
    for (const auto& [sensor, expected] : made.sensors) {
      const SensorEnvelopes& got = back.sensors[sensor];
      CHECK(expected.buckets == got.buckets);
      for (std::size_t i = 0; i < expected.envelopes.size(); ++i) {
        CHECK(same(expected.envelopes[i], got.envelopes[i]));
        readings += expected.envelopes[i].count;
      }
    }
    UNSIGNED_LONGS_EQUAL(readings, back.about.reading_count);
  }
}

TEST(EnvelopesFrame, a_sensor_that_stood_still_costs_one_value_and_not_five) {
  Condensed made = condensed(1, FrameKind::envelopes_10s, 60);
  made.sensors.clear();
  const std::size_t none = frame_of(made).size();
  SensorEnvelopes still;
  for (std::uint16_t bucket = 0; bucket < 60; ++bucket) {
    still.buckets.push_back(bucket);
    still.envelopes.push_back({21.5, 21.5, 21.5, 21.5, 21.5, 10});
  }
  for (std::uint16_t sensor = 0; sensor < 50; ++sensor) made.sensors[sensor] = still;
  CHECK(frame_of(made).size() - none < 50 * 12);
}

TEST(EnvelopesFrame, is_full_at_any_size_that_is_too_small) {
  const Condensed made = condensed(4, FrameKind::envelopes_10s, 10);
  const Bytes frame = frame_of(made);
  for (std::size_t bytes = 0; bytes < frame.size(); ++bytes) CHECK(frame_of(made, bytes).empty());
}

TEST(EnvelopesFrame, any_bytes_at_all_are_read_with_a_clear_status) {
  Random random(3);
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Bytes frame = frame_of(condensed(seed, FrameKind::envelopes_10s, 30));
    for (int round = 0; round < 40; ++round) {
      Bytes mutated = frame;
      for (std::uint64_t flips = 1 + random.below(6); flips > 0; --flips) {
        mutated[40 + random.below(mutated.size() - 40)] = static_cast<std::byte>(random.next());
      }
      if (random.chance(1, 4)) mutated.resize(40 + random.below(mutated.size() - 40));
      seal_frame(mutated);
      Condensed back;
      const Status status = read(mutated, back);
      CHECK(status == Status::ok || status == Status::corrupt || status == Status::invalid);
      std::uint32_t before = 0;
      for (const Bucket& bucket : is_ok(status) ? back.buckets : std::vector<Bucket>{}) {
        CHECK(bucket.rows_end > std::exchange(before, bucket.rows_end));
      }
      if (is_ok(status)) LONGS_EQUAL(back.about.row_count, before);
      for (const auto& [sensor, got] : back.sensors) {
        for (const Envelope& envelope : got.envelopes) CHECK(envelope.count > 0);
      }
    }
  }
}

TEST_GROUP(EnvelopeMaker) { EnvelopeMaker maker; };

TEST(EnvelopeMaker, extremes_are_exact_and_the_mean_lies_between_them) {
  for (const double value : {3.5, -2.25, 9.125, 0.1}) maker.add(value, Quality::good);
  const Envelope& made = maker.envelope();
  CHECK(made.min == -2.25 && made.max == 9.125 && made.first == 3.5 && made.last == 0.1);
  DOUBLES_EQUAL(2.61875, made.mean, 1e-12);
  UNSIGNED_LONGS_EQUAL(4, made.count);
}

TEST(EnvelopeMaker, of_equal_values_is_that_value_to_the_bit) {
  for (int i = 0; i < 7; ++i) maker.add(0.1, Quality::good);
  CHECK(same(maker.envelope(), {0.1, 0.1, 0.1, 0.1, 0.1, 7}));
}

TEST(EnvelopeMaker, leaves_out_what_is_no_measurement) {
  maker.add(std::numeric_limits<double>::quiet_NaN(), Quality::good);
  maker.add(5, Quality::no_contact);
  maker.add(6, Quality::not_a_number);
  UNSIGNED_LONGS_EQUAL(0, maker.envelope().count);
  maker.add(7, Quality::out_of_range);
  UNSIGNED_LONGS_EQUAL(1, maker.envelope().count);
}

TEST(EnvelopeMaker, of_envelopes_is_the_envelope_of_all_their_readings) {
  Random random(8);
  for (int round = 0; round < 200; ++round) {
    EnvelopeMaker whole, parts, part;
    for (int i = 0; i < 60; ++i) {
      const double value = decimal(random.between(-1000, 1000), 1);
      whole.add(value, Quality::good);
      part.add(value, Quality::good);
      if (!random.chance(1, 6)) continue;
      parts.add(part.envelope());
      part.clear();
    }
    parts.add(part.envelope());
    const Envelope& a = whole.envelope();
    const Envelope& b = parts.envelope();
    CHECK(a.min == b.min && a.max == b.max && a.first == b.first && a.last == b.last);
    CHECK(a.count == b.count);
    DOUBLES_EQUAL(a.mean, b.mean, 1e-9);
  }
}

#include "flows/compacting/condenser.h"

#include <CppUTest/TestHarness.h>

#include <cmath>
#include <memory>
#include <vector>

#include "flows/compacting/frame_shaper.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::flows;

namespace {

constexpr SensorIndex kFlow{0};
constexpr SensorIndex kHeat{3};
using Bytes = std::vector<std::byte>;

struct Row {
  Uptime at;
  double flow;
  Quality flow_quality = Quality::good;
  bool has_heat = true;
};

// Rows of two sensors as one frame; heat is ten times flow.
Bytes frame_of(const std::vector<Row>& rows, std::uint64_t position) {
  std::vector<Uptime> times;
  std::vector<std::uint16_t> all;
  std::vector<std::uint16_t> some;
  std::vector<double> flows;
  std::vector<double> heats;
  std::vector<Quality> qualities;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    times.push_back(rows[i].at);
    all.push_back(static_cast<std::uint16_t>(i));
    flows.push_back(rows[i].flow);
    qualities.push_back(rows[i].flow_quality);
    if (!rows[i].has_heat) continue;
    some.push_back(static_cast<std::uint16_t>(i));
    heats.push_back(rows[i].flow * 10);
  }
  const std::vector<Quality> good(heats.size(), Quality::good);
  Bytes bytes(1 << 16);
  wire::ReadingsBuilder builder;
  const wire::FrameHeader about{.stream = 7, .position = position, .boot = BootId{5}};
  CHECK(is_ok(builder.begin(bytes, about, times)));
  CHECK(is_ok(builder.add({kFlow, all, flows, qualities})));
  if (!heats.empty()) CHECK(is_ok(builder.add({kHeat, some, heats, good})));
  bytes.resize(builder.finish().value());
  return bytes;
}

std::vector<Row> noisy_rows(std::int64_t from_s, std::uint32_t count) {
  Random random{static_cast<std::uint64_t>(from_s) + 1};
  std::vector<Row> rows;
  for (std::uint32_t i = 0; i < count; ++i) {
    rows.push_back({.at = Uptime{(from_s + i) * 1000},
                    .flow = static_cast<double>(random.between(-500, 500)) / 10,
                    .has_heat = random.chance(3, 4)});
  }
  return rows;
}

struct Seen {
  wire::FrameHeader header;
  std::vector<Uptime> buckets;
  std::vector<std::pair<SensorIndex, std::pair<std::uint16_t, wire::Envelope>>> envelopes;
};

Seen read(const Bytes& frame) {
  Seen seen;
  wire::EnvelopesCursor cursor;
  CHECK(is_ok(cursor.open(frame)));
  seen.header = cursor.header();
  seen.buckets.resize(cursor.bucket_count());
  CHECK(is_ok(cursor.take_buckets(seen.buckets)));
  std::vector<std::uint16_t> buckets(seen.buckets.size());
  std::vector<wire::Envelope> envelopes(seen.buckets.size());
  std::vector<double> values(seen.buckets.size());
  while (cursor.has_next()) {
    wire::EnvelopeColumn column;
    CHECK(is_ok(cursor.take({buckets, envelopes, values}, column)));
    for (std::size_t i = 0; i < column.buckets.size(); ++i) {
      seen.envelopes.push_back({column.sensor, {column.buckets[i], column.envelopes[i]}});
    }
  }
  CHECK(is_ok(cursor.status()));
  return seen;
}

}  // namespace

TEST_GROUP(Condenser) {
  std::unique_ptr<Condenser> condenser = std::make_unique<Condenser>();
  Bytes condensed(const std::vector<Bytes>& frames, wire::FrameKind to) {
    const std::vector<std::span<const std::byte>> pieces(frames.begin(), frames.end());
    Bytes out(1 << 16);
    out.resize(condenser->condense(pieces, to, out).value());
    return out;
  }
  // What the envelope of one sensor in one bucket must be, from the rows themselves.
  static wire::Envelope expected(const std::vector<Row>& rows, Uptime from, Duration length,
                                 double factor) {
    wire::EnvelopeMaker maker;
    for (const Row& row : rows) {
      if (row.at < from || row.at >= from + length) continue;
      if (factor != 1 && !row.has_heat) continue;
      maker.add(row.flow * factor, factor == 1 ? row.flow_quality : Quality::good);
    }
    return maker.envelope();
  }
  static void check(const Seen& seen, const std::vector<Row>& rows, Duration length) {
    for (const auto& [sensor, found] : seen.envelopes) {
      const auto& [bucket, envelope] = found;
      const wire::Envelope wanted =
          expected(rows, seen.buckets[bucket], length, sensor == kFlow ? 1 : 10);
      UNSIGNED_LONGS_EQUAL(wanted.count, envelope.count);
      DOUBLES_EQUAL(wanted.min, envelope.min, 0);
      DOUBLES_EQUAL(wanted.max, envelope.max, 0);
      DOUBLES_EQUAL(wanted.first, envelope.first, 0);
      DOUBLES_EQUAL(wanted.last, envelope.last, 0);
      // Rounded twice at most, to a digit more than the values have.
      DOUBLES_EQUAL(wanted.mean, envelope.mean, sensor == kFlow ? 0.011 : 0.11);
    }
  }
};

TEST(Condenser, keeps_the_extremes_of_every_ten_seconds_and_the_positions_of_all_rows) {
  const auto rows = noisy_rows(3605, 120);
  const Seen seen = read(condensed({frame_of(rows, 1000)}, wire::FrameKind::envelopes_10s));
  UNSIGNED_LONGS_EQUAL(13, seen.buckets.size());  // 3605 s begins in the middle of a bucket
  LONGLONGS_EQUAL(3'600'000, seen.buckets.front().ms);
  UNSIGNED_LONGLONGS_EQUAL(1000, seen.header.position);
  UNSIGNED_LONGS_EQUAL(120, seen.header.row_count);
  UNSIGNED_LONGS_EQUAL(26, seen.envelopes.size());
  check(seen, rows, seconds(10));
}

TEST(Condenser, several_frames_of_readings_become_one_of_envelopes_across_their_borders) {
  const auto first = noisy_rows(3600, 45);
  auto all = noisy_rows(3645, 60);
  const Bytes condensed_frame =
      condensed({frame_of(first, 1000), frame_of(all, 1045)}, wire::FrameKind::envelopes_10s);
  all.insert(all.begin(), first.begin(), first.end());
  const Seen seen = read(condensed_frame);
  UNSIGNED_LONGS_EQUAL(11, seen.buckets.size());
  UNSIGNED_LONGS_EQUAL(105, seen.header.row_count);
  check(seen, all, seconds(10));
}

TEST(Condenser, ten_seconds_become_a_minute_as_if_made_from_the_readings) {
  const auto rows = noisy_rows(3600, 300);
  const Bytes fine = condensed({frame_of(rows, 0)}, wire::FrameKind::envelopes_10s);
  const Seen seen = read(condensed({fine}, wire::FrameKind::envelopes_1min));
  UNSIGNED_LONGS_EQUAL(5, seen.buckets.size());
  UNSIGNED_LONGS_EQUAL(300, seen.header.row_count);
  check(seen, rows, minutes(1));
}

TEST(Condenser, what_is_no_measurement_is_in_no_envelope) {
  auto rows = noisy_rows(3600, 20);
  rows[3].flow = 1e9;
  rows[3].flow_quality = Quality::no_contact;
  for (std::size_t i = 10; i < 20; ++i) rows[i].flow_quality = Quality::not_a_number;
  const Seen seen = read(condensed({frame_of(rows, 0)}, wire::FrameKind::envelopes_10s));
  check(seen, rows, seconds(10));
  for (const auto& [sensor, found] : seen.envelopes) {
    CHECK(sensor != kFlow || found.first == 0);
  }
}

TEST(Condenser, a_mean_has_one_digit_more_than_its_values) {
  DOUBLES_EQUAL(1.33,
                rounded_mean({.min = 1.0, .mean = 4.0 / 3, .max = 2.5, .first = 1, .last = 2}), 0);
  const double third = 1.0 / 3;
  DOUBLES_EQUAL(0.5, rounded_mean({.min = third, .mean = 0.5, .max = 1, .first = 1, .last = 1}), 0);
}

TEST(Condenser, a_damaged_frame_is_told_as_corrupt_for_every_byte) {
  const Bytes sound = frame_of(noisy_rows(3600, 30), 0);
  Bytes out(1 << 16);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    Bytes damaged = sound;
    damaged[i] ^= std::byte{0x10};
    const std::span<const std::byte> piece{damaged};
    CHECK_FALSE(condenser->condense({&piece, 1}, wire::FrameKind::envelopes_10s, out).ok());
  }
}

TEST(Condenser, the_shaper_joins_frames_of_either_kind_and_tells_how_many) {
  const auto shaper = std::make_unique<FrameShaper>();
  const Bytes first = frame_of(noisy_rows(3600, 60), 0);
  const Bytes second = frame_of(noisy_rows(3660, 60), 60);
  const Bytes stranger = frame_of(noisy_rows(3720, 60), 500);
  const std::array<std::span<const std::byte>, 3> readings{first, second, stranger};
  UNSIGNED_LONGS_EQUAL(2, shaper->count_that_join(readings));
  const Bytes thin_first = condensed({first}, wire::FrameKind::envelopes_10s);
  const Bytes thin_second = condensed({second}, wire::FrameKind::envelopes_10s);
  const std::array<std::span<const std::byte>, 2> thinned{thin_first, thin_second};
  UNSIGNED_LONGS_EQUAL(2, shaper->count_that_join(thinned));
  Bytes out(1 << 16);
  out.resize(shaper->join(thinned, out).value());
  UNSIGNED_LONGS_EQUAL(120, read(out).header.row_count);
  UNSIGNED_LONGS_EQUAL(12, read(out).buckets.size());
}

#include "flows/compacting/condenser.h"

#include <CppUTest/TestHarness.h>

#include <memory>
#include <vector>

#include "flows/compacting/wire_shaping.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::wire;

namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint32_t kRowsOfFrame = 600;

// Ten minutes of three sensors: a count, a slow wave, and one that is there every fifth second.
Bytes frame_of(std::uint64_t position, Uptime first) {
  std::vector<Uptime> times;
  std::vector<std::uint16_t> rows;
  std::vector<double> counts;
  std::vector<double> waves;
  std::vector<std::uint16_t> fifth_rows;
  std::vector<double> fifths;
  for (std::uint16_t row = 0; row < kRowsOfFrame; ++row) {
    times.push_back(first + seconds(row));
    rows.push_back(row);
    counts.push_back(static_cast<double>(position + row));
    waves.push_back(static_cast<double>((row * 37) % 101) / 10);
    if (row % 5 == 0) {
      fifth_rows.push_back(row);
      fifths.push_back(row);
    }
  }
  const std::vector<Quality> good(kRowsOfFrame, Quality::good);
  auto builder = std::make_unique<ReadingsBuilder>();
  Bytes out(200'000);
  const FrameHeader about{
      .stream = 7, .position = position, .row_count = kRowsOfFrame, .boot = BootId{3}};
  STATUS_EQUAL(Status::ok, builder->begin(out, about, times));
  STATUS_EQUAL(Status::ok, builder->add({{0}, rows, counts, good}));
  STATUS_EQUAL(Status::ok, builder->add({{1}, rows, waves, good}));
  STATUS_EQUAL(Status::ok,
               builder->add({{4}, fifth_rows, fifths, std::span{good}.first(fifths.size())}));
  const Result<std::uint32_t> bytes = builder->finish();
  out.resize(bytes.value());
  return out;
}

}  // namespace

TEST_GROUP(Condenser) {
  std::unique_ptr<compacting::WireShaping> shaping = std::make_unique<compacting::WireShaping>();

  Bytes condense(const std::vector<Bytes>& frames, FrameKind to) {
    const std::vector<std::span<const std::byte>> views(frames.begin(), frames.end());
    LONGS_EQUAL(views.size(), shaping->count_that_join(views));
    Bytes out(200'000);
    const Result<std::uint32_t> bytes = shaping->condense(views, to, out);
    STATUS_EQUAL(Status::ok, bytes.status());
    out.resize(bytes.value());
    return out;
  }
};

TEST(Condenser, extremes_count_first_and_last_are_exact_and_positions_are_kept) {
  const Bytes condensed = condense(
      {frame_of(0, Uptime{0}), frame_of(kRowsOfFrame, Uptime{600'000})}, FrameKind::envelopes_10s);
  EnvelopesCursor cursor;
  STATUS_EQUAL(Status::ok, cursor.open(condensed));
  LONGS_EQUAL(0, cursor.header().position);
  LONGS_EQUAL(2 * kRowsOfFrame, cursor.header().row_count);
  LONGS_EQUAL(120, cursor.bucket_count());
  std::vector<Uptime> buckets(cursor.bucket_count());
  STATUS_EQUAL(Status::ok, cursor.take_buckets(buckets));
  CHECK(buckets[61] == Uptime{610'000});
  std::vector<std::uint16_t> of(512);
  std::vector<Envelope> envelopes(512);
  std::vector<double> values(512);
  EnvelopeColumn column;
  STATUS_EQUAL(Status::ok, cursor.take({of, envelopes, values}, column));
  LONGS_EQUAL(120, column.envelopes.size());
  const Envelope& envelope = column.envelopes[61];
  DOUBLES_EQUAL(610, envelope.min, 0);
  DOUBLES_EQUAL(619, envelope.max, 0);
  DOUBLES_EQUAL(610, envelope.first, 0);
  DOUBLES_EQUAL(619, envelope.last, 0);
  DOUBLES_EQUAL(614.5, envelope.mean, 0);
  LONGS_EQUAL(10, envelope.count);
}

TEST(Condenser, in_two_steps_it_comes_to_the_same_as_in_one) {
  const std::vector<Bytes> frames{frame_of(0, Uptime{0}), frame_of(kRowsOfFrame, Uptime{600'000})};
  const Bytes at_once = condense(frames, FrameKind::envelopes_1min);
  const Bytes in_steps =
      condense({condense(frames, FrameKind::envelopes_10s)}, FrameKind::envelopes_1min);
  for (const Bytes* frame : {&at_once, &in_steps}) {
    EnvelopesCursor cursor;
    STATUS_EQUAL(Status::ok, cursor.open(*frame));
    LONGS_EQUAL(20, cursor.bucket_count());
    std::vector<Uptime> buckets(20);
    STATUS_EQUAL(Status::ok, cursor.take_buckets(buckets));
    std::vector<std::uint16_t> of(512);
    std::vector<Envelope> envelopes(512);
    std::vector<double> values(512);
    EnvelopeColumn column;
    for (int sensor = 0; sensor < 3; ++sensor) {
      STATUS_EQUAL(Status::ok, cursor.take({of, envelopes, values}, column));
    }
    LONGS_EQUAL(20, column.envelopes.size());
    LONGS_EQUAL(12, column.envelopes[3].count);
    DOUBLES_EQUAL(180, column.envelopes[3].min, 0);
    DOUBLES_EQUAL(235, column.envelopes[3].max, 0);
    DOUBLES_EQUAL(207.5, column.envelopes[3].mean, 0.06);
  }
}

TEST(Condenser, envelopes_join_as_readings_do) {
  const Bytes first = condense({frame_of(0, Uptime{0})}, FrameKind::envelopes_10s);
  const Bytes second =
      condense({frame_of(kRowsOfFrame, Uptime{600'000})}, FrameKind::envelopes_10s);
  const std::vector<std::span<const std::byte>> both{first, second};
  LONGS_EQUAL(2, shaping->count_that_join(both));
  Bytes out(100'000);
  const Result<std::uint32_t> bytes = shaping->join(both, out);
  STATUS_EQUAL(Status::ok, bytes.status());
  EnvelopesCursor cursor;
  STATUS_EQUAL(Status::ok, cursor.open(std::span{out}.first(bytes.value())));
  LONGS_EQUAL(2 * kRowsOfFrame, cursor.header().row_count);
  LONGS_EQUAL(120, cursor.bucket_count());
}

TEST(Condenser, what_does_not_adjoin_or_is_no_frame_is_not_joined) {
  const Bytes first = frame_of(0, Uptime{0});
  const Bytes far = frame_of(5000, Uptime{9'000'000});
  Bytes broken = first;
  broken[50] ^= std::byte{1};
  LONGS_EQUAL(1, shaping->count_that_join(std::vector<std::span<const std::byte>>{first, far}));
  LONGS_EQUAL(0, shaping->count_that_join(std::vector<std::span<const std::byte>>{broken, far}));
}

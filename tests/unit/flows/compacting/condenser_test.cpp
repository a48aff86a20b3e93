#include "flows/compacting/condenser.h"

#include <CppUTest/TestHarness.h>

#include <map>
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
  std::unique_ptr<flows::compacting::WireShaping> shaping =
      std::make_unique<flows::compacting::WireShaping>();

  // Of a part for rows [from, to): how many readings each of its envelopes stands for.
  static void note_buckets(
      std::span<const std::byte> part, std::uint32_t from, std::uint32_t to,
      std::map<std::pair<std::int64_t, std::uint16_t>, std::uint32_t> & counts) {
    EnvelopesCursor cursor;
    STATUS_EQUAL(Status::ok, cursor.open(part));
    LONGS_EQUAL(from, cursor.header().position);
    LONGS_EQUAL(to - from, cursor.header().row_count);
    std::vector<Bucket> buckets(cursor.bucket_count());
    STATUS_EQUAL(Status::ok, cursor.take_buckets(buckets));
    std::vector<std::uint16_t> of(512);
    std::vector<Envelope> envelopes(512);
    std::vector<double> values(512);
    while (cursor.has_next()) {
      EnvelopeColumn column;
      STATUS_EQUAL(Status::ok, cursor.take({of, envelopes, values}, column));
      for (std::size_t i = 0; i < column.buckets.size(); ++i) {
        const auto [place, is_new] =
            counts.emplace(std::pair{buckets[column.buckets[i]].begin.ms, column.sensor.value},
                           column.envelopes[i].count);
        CHECK(is_new);
      }
    }
    STATUS_EQUAL(Status::ok, cursor.status());
  }

  Bytes condense(const std::vector<Bytes>& frames, FrameKind to, std::uint32_t skipped = 0) {
    const std::vector<std::span<const std::byte>> views(frames.begin(), frames.end());
    LONGS_EQUAL(views.size(), shaping->count_that_join(views));
    Bytes out(200'000);
    const Result<std::uint32_t> bytes = shaping->condense(views, skipped, to, out);
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
  std::vector<Bucket> buckets(cursor.bucket_count());
  STATUS_EQUAL(Status::ok, cursor.take_buckets(buckets));
  CHECK(buckets[61].begin == Uptime{610'000});
  LONGS_EQUAL(620, buckets[61].rows_end);
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
    std::vector<Bucket> buckets(20);
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

TEST(Condenser, nothing_of_rows_that_are_left_out_is_in_an_envelope) {
  constexpr std::uint32_t kSkipped = 37;
  const std::vector<Bytes> frames{frame_of(0, Uptime{0}), frame_of(kRowsOfFrame, Uptime{600'000})};
  const Bytes condensed = condense(frames, FrameKind::envelopes_1min, kSkipped);
  std::map<std::pair<std::int64_t, std::uint16_t>, std::uint32_t> counts;  // bucket, sensor
  note_buckets(condensed, kSkipped, 2 * kRowsOfFrame, counts);
  LONGS_EQUAL(60 - kSkipped, (counts.at({0, 0})));
  LONGS_EQUAL(60, (counts.at({60'000, 0})));
  LONGS_EQUAL(60, (counts.at({1'140'000, 0})));
}

TEST(Condenser, of_envelopes_those_of_rows_left_out_are_left_out) {
  const Bytes tens = condense({frame_of(0, Uptime{0})}, FrameKind::envelopes_10s);
  const Bytes minutes = condense({tens}, FrameKind::envelopes_1min, 20);
  std::map<std::pair<std::int64_t, std::uint16_t>, std::uint32_t> counts;
  note_buckets(minutes, 20, kRowsOfFrame, counts);
  LONGS_EQUAL(40, (counts.at({0, 0})));
  LONGS_EQUAL(60, (counts.at({60'000, 0})));
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

TEST(Condenser, parts_of_envelopes_have_each_bucket_once_wherever_they_are_cut) {
  const Bytes whole = condense({frame_of(0, Uptime{0}), frame_of(kRowsOfFrame, Uptime{600'000})},
                               FrameKind::envelopes_10s);
  OpenedFrame opened;
  STATUS_EQUAL(Status::ok, open_frame(whole, opened));
  for (const std::uint32_t step : {1U, 7U, 10U, 137U, 599U, 2000U}) {
    std::map<std::pair<std::int64_t, std::uint16_t>, std::uint32_t> counts;  // bucket, sensor
    Bytes out(100'000);
    for (std::uint32_t from = 0; from < opened.header.row_count;) {
      const std::uint32_t wanted = std::min(from + step, opened.header.row_count);
      const std::uint32_t to = shaping->condenser().part_end(whole, from, wanted);
      CHECK(to > from && (to <= wanted || to - from <= 10));
      const auto bytes = shaping->condenser().cut(whole, from, to, out);
      STATUS_EQUAL(Status::ok, bytes.status());
      note_buckets(std::span{out}.first(bytes.value()), from, to, counts);
      from = to;
    }
    LONGS_EQUAL(3 * 120, counts.size());
    for (const auto& [key, count] : counts) LONGS_EQUAL(key.second == 4 ? 2 : 10, count);
  }
}

TEST(Condenser, a_part_begins_where_a_bucket_does_and_so_has_all_of_it) {
  const Bytes whole = condense({frame_of(0, Uptime{0})}, FrameKind::envelopes_10s);
  auto& condenser = shaping->condenser();
  LONGS_EQUAL(0, condenser.part_begin(whole, 9));
  LONGS_EQUAL(10, condenser.part_begin(whole, 10));
  LONGS_EQUAL(100, condenser.part_begin(whole, 105));
  LONGS_EQUAL(590, condenser.part_begin(whole, kRowsOfFrame - 1));
  const Bytes readings = frame_of(0, Uptime{0});
  LONGS_EQUAL(105, condenser.part_begin(readings, 105));
  LONGS_EQUAL(105, condenser.part_end(readings, 100, 105));
}

// An hour's silence within a frame: its buckets have the rows that went into them all the same, and
// of its parts none has what is another's.
TEST(Condenser, rows_need_not_lie_evenly_in_time_for_a_frame_to_be_cut) {
  const Bytes whole = condense({frame_of(0, Uptime{0}), frame_of(600, Uptime{4'200'000})},
                               FrameKind::envelopes_10s);
  Bytes out(100'000);
  const std::uint32_t begin = shaping->condenser().part_begin(whole, 255);
  LONGS_EQUAL(250, begin);
  const auto bytes = shaping->condenser().cut(whole, begin, 700, out);
  STATUS_EQUAL(Status::ok, bytes.status());
  std::map<std::pair<std::int64_t, std::uint16_t>, std::uint32_t> counts;  // bucket, sensor
  note_buckets(std::span{out}.first(bytes.value()), 250, 700, counts);
  LONGS_EQUAL(3 * 45, counts.size());
  CHECK(counts.begin()->first.first == 250'000);
  CHECK(counts.rbegin()->first.first == 4'290'000);
}

TEST(Condenser, a_part_without_a_bucket_or_of_another_kind_is_not_cut) {
  const Bytes whole = condense({frame_of(0, Uptime{0})}, FrameKind::envelopes_10s);
  Bytes out(100'000);
  for (const auto& [from, to] : {std::pair{3U, 8U}, {0U, 8U}, {3U, 20U}, {20U, 20U}, {20U, 10U}}) {
    STATUS_EQUAL(Status::invalid, shaping->condenser().cut(whole, from, to, out).status());
  }
  STATUS_EQUAL(Status::invalid, shaping->condenser().cut(whole, 0, kRowsOfFrame + 1, out).status());
  const Bytes readings = frame_of(0, Uptime{0});
  STATUS_EQUAL(Status::invalid, shaping->condenser().cut(readings, 0, 10, out).status());
  STATUS_EQUAL(Status::full,
               shaping->condenser().cut(whole, 0, 10, std::span{out}.first(70)).status());
}

TEST(Condenser, what_does_not_adjoin_or_is_no_frame_is_not_joined) {
  const Bytes first = frame_of(0, Uptime{0});
  const Bytes far = frame_of(5000, Uptime{9'000'000});
  Bytes broken = first;
  broken[50] ^= std::byte{1};
  LONGS_EQUAL(1, shaping->count_that_join(std::vector<std::span<const std::byte>>{first, far}));
  LONGS_EQUAL(0, shaping->count_that_join(std::vector<std::span<const std::byte>>{broken, far}));
}

#include "wire/frames/readings_frame.h"

#include <CppUTest/TestHarness.h>

#include <cstdio>

#include "tests/support/frame_of_sensors.h"
#include "wire/frames/readings_merge.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

namespace {

using Bytes = std::vector<std::byte>;

void check_same(const ScannedSensors& expected, const ScannedSensors& read) {
  UNSIGNED_LONGLONGS_EQUAL(expected.about.stream, read.about.stream);
  UNSIGNED_LONGLONGS_EQUAL(expected.about.position, read.about.position);
  UNSIGNED_LONGS_EQUAL(expected.about.roster, read.about.roster);
  CHECK(expected.about.boot == read.about.boot);
  UNSIGNED_LONGS_EQUAL(expected.rows.size(), read.about.row_count);
  UNSIGNED_LONGS_EQUAL(expected.reading_count(), read.about.reading_count);
  CHECK(expected.rows == read.rows);
  CHECK(expected.sensors == read.sensors);
}

// The rows [from, to) of what was scanned: what a slice of its frame must say.
ScannedSensors rows_of(const ScannedSensors& whole, std::size_t from, std::size_t to) {
  ScannedSensors part;
  part.about = whole.about;
  part.about.position += from;
  part.rows.assign(whole.rows.begin() + static_cast<std::ptrdiff_t>(from),
                   whole.rows.begin() + static_cast<std::ptrdiff_t>(to));
  for (const auto& [sensor, readings] : whole.sensors) {
    SensorReadings kept;
    for (std::size_t i = 0; i < readings.rows.size(); ++i) {
      if (readings.rows[i] < from || readings.rows[i] >= to) continue;
      kept.rows.push_back(static_cast<std::uint16_t>(readings.rows[i] - from));
      kept.values.push_back(readings.values[i]);
      kept.qualities.push_back(readings.qualities[i]);
    }
    if (!kept.rows.empty()) part.sensors[sensor] = std::move(kept);
  }
  return part;
}

}  // namespace

TEST_GROUP(ReadingsFrame) {
  std::unique_ptr<ReadingsMerger> merger = std::make_unique<ReadingsMerger>();

  Bytes merged(std::span<const FrameSlice> slices) {
    Bytes frame(1 << 20);
    const auto bytes = merger->merge(slices, frame);
    CHECK(bytes.ok());
    frame.resize(bytes.value_or(0));
    return frame;
  }
};

TEST(ReadingsFrame, F1_gives_back_every_bit_of_every_sensor) {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const ScannedSensors scanned = scanned_sensors(seed, 1 + seed * 7 % 300, 40);
    ScannedSensors read;
    CHECK(is_ok(read_frame(frame_of(scanned), read)));
    check_same(scanned, read);
  }
}

TEST(ReadingsFrame, F1_may_have_rows_of_equal_time_or_late_ones_and_no_sensor_at_all) {
  ScannedSensors scanned = scanned_sensors(3, 4, 0);
  scanned.rows = {Uptime{500}, Uptime{500}, Uptime{501}, Uptime{498}};
  ScannedSensors read;
  CHECK(is_ok(read_frame(frame_of(scanned), read)));
  check_same(scanned, read);
}

TEST(ReadingsFrame, is_full_at_any_size_that_is_too_small) {
  const ScannedSensors scanned = scanned_sensors(11, 20, 12);
  const Bytes frame = frame_of(scanned);
  for (std::size_t bytes = 0; bytes < frame.size(); ++bytes) {
    CHECK(frame_of(scanned, bytes).empty());
  }
  // The stream stops a few bytes early rather than count to the byte.
  CHECK(frame_of(scanned, frame.size() + 64) == frame);
}

TEST(ReadingsFrame, sensors_that_share_their_rows_say_them_once) {
  ScannedSensors scanned = scanned_sensors(1, 100, 0);
  SensorReadings odd;
  Random random(9);
  for (std::uint16_t row = 0; row < 100; ++row) {
    if (!random.chance(1, 2)) continue;
    odd.rows.push_back(row);
    odd.values.push_back(7);
    odd.qualities.push_back(Quality::good);
  }
  scanned.sensors[0] = odd;
  const std::size_t one = frame_of(scanned).size();
  for (std::uint16_t sensor = 1; sensor < 20; ++sensor) scanned.sensors[sensor] = odd;
  const std::size_t twenty = frame_of(scanned).size();
  CHECK(twenty - one < 19 * 8);  // the rows alone are about 14 bytes
}

TEST(ReadingsFrame, presuming_the_lens_of_the_frame_before_costs_hardly_a_byte) {
  const ScannedSensors scanned = scanned_sensors(11, 400, 20);
  for (const std::size_t rows : {1U, 5U, 40U}) {
    std::size_t searched = 0;
    std::size_t presumed = 0;
    Lenses lenses;
    for (std::size_t from = 0; from < 400; from += rows) {
      const ScannedSensors part = rows_of(scanned, from, from + rows);
      searched += frame_of(part).size();
      const Bytes frame = frame_of(part, lenses);
      presumed += frame.size();
      ScannedSensors read;
      CHECK(is_ok(read_frame(frame, read)));
      check_same(part, read);
    }
    CHECK(presumed <= searched + searched / 1000);
  }
}

TEST(ReadingsFrame, F3_cutting_and_merging_in_any_way_gives_the_same_readings) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    const std::size_t rows = 2 + random.below(200);
    const ScannedSensors scanned = scanned_sensors(seed, rows, 20);
    const Bytes whole = frame_of(scanned);

    std::vector<Bytes> pieces;
    for (std::size_t from = 0; from < rows;) {
      const std::size_t to = std::min<std::size_t>(rows, from + 1 + random.below(60));
      const FrameSlice slice{.frame = whole,
                             .from_row = static_cast<std::uint32_t>(from),
                             .to_row = static_cast<std::uint32_t>(to)};
      pieces.push_back(merged({&slice, 1}));
      ScannedSensors read;
      CHECK(is_ok(read_frame(pieces.back(), read)));
      check_same(rows_of(scanned, from, to), read);
      from = to;
    }
    std::vector<FrameSlice> slices;
    slices.reserve(pieces.size());
    for (const Bytes& piece : pieces) slices.push_back({.frame = piece});
    UNSIGNED_LONGS_EQUAL(slices.size(), merger->count_that_join(slices));
    CHECK(merged(slices) == whole);  // and the very same bytes
  }
}

TEST(ReadingsFrame, only_neighbours_of_one_stream_boot_and_roster_join) {
  const ScannedSensors scanned = scanned_sensors(5, 40, 5);
  const Bytes first = frame_of(rows_of(scanned, 0, 20));
  const auto joins = [&](const ScannedSensors& other) {
    const Bytes second = frame_of(other);
    const FrameSlice slices[] = {{.frame = first}, {.frame = second}};
    return merger->count_that_join(slices) == 2;
  };
  const ScannedSensors next = rows_of(scanned, 20, 40);
  CHECK_TRUE(joins(next));
  ScannedSensors other = next;
  ++other.about.position;
  CHECK_FALSE(joins(other));
  other = next;
  ++other.about.stream;
  CHECK_FALSE(joins(other));
  other = next;
  ++other.about.boot.value;
  CHECK_FALSE(joins(other));
  other = next;
  ++other.about.roster;
  CHECK_FALSE(joins(other));
}

TEST(ReadingsFrame, a_merge_that_does_not_fit_is_full_and_changes_no_input) {
  const ScannedSensors scanned = scanned_sensors(6, 60, 20);
  const Bytes first = frame_of(rows_of(scanned, 0, 30));
  const Bytes second = frame_of(rows_of(scanned, 30, 60));
  const FrameSlice slices[] = {{.frame = first}, {.frame = second}};
  Bytes out(first.size());
  LONGS_EQUAL(Status::full, merger->merge(slices, out).status());
  CHECK(merged(slices) == frame_of(scanned));
}

TEST(ReadingsFrame, more_rows_than_a_frame_may_have_do_not_join) {
  const ScannedSensors scanned = scanned_sensors(7, kFrameRowsMax, 2);
  const Bytes largest = frame_of(scanned);
  ScannedSensors read;
  CHECK(is_ok(read_frame(largest, read)));
  check_same(scanned, read);
  ScannedSensors one_more = rows_of(scanned, 0, 1);
  one_more.about.position = scanned.about.position + kFrameRowsMax;
  one_more.rows = {scanned.rows.back()};
  const Bytes second = frame_of(one_more);
  const FrameSlice slices[] = {{.frame = largest}, {.frame = second}};
  UNSIGNED_LONGS_EQUAL(1, merger->count_that_join(slices));
  Bytes out(1 << 20);
  LONGS_EQUAL(Status::invalid, merger->merge(slices, out).status());
}

// Sound checksums over bytes that no builder wrote: what a forger, or our own bug, would send.
TEST(ReadingsFrame, F2_any_bytes_at_all_are_read_with_a_clear_status) {
  Random random(2);
  const auto cursor_reads = [](std::span<std::byte> frame) {
    seal_frame(frame);
    ScannedSensors read;
    const Status status = read_frame(frame, read);
    CHECK(status == Status::ok || status == Status::corrupt || status == Status::invalid);
    if (is_ok(status)) {
      for (const Uptime at : read.rows) CHECK(at >= read.about.first && at <= read.about.last);
    }
    for (const auto& [sensor, readings] : read.sensors) {
      CHECK(sensor < limits::kBoard.sensors_max);
      CHECK(readings.rows.back() < read.rows.size());
    }
    return status;
  };
  int sound = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Bytes frame = frame_of(scanned_sensors(seed, 1 + random.below(80), 8));
    for (int round = 0; round < 60; ++round) {
      Bytes mutated = frame;
      for (std::uint64_t flips = 1 + random.below(6); flips > 0; --flips) {
        const std::size_t at = 40 + random.below(mutated.size() - 40);
        mutated[at] = random.chance(1, 2) ? static_cast<std::byte>(random.next())
                                          : mutated[at] ^ std::byte{1} << random.below(8);
      }
      if (random.chance(1, 4)) mutated.resize(40 + random.below(mutated.size() - 40));
      if (is_ok(cursor_reads(mutated))) ++sound;

      // And a merge of it with a sound one.
      const FrameSlice slices[] = {{.frame = mutated}};
      Bytes out(1 << 16);
      static_cast<void>(merger->merge(slices, out));
    }
  }
  CHECK(sound < 3600);
}

TEST(ReadingsFrame, F2_a_row_count_that_is_a_lie_is_refused_before_any_work) {
  Bytes frame(100);
  ByteWriter out(frame);
  put_frame_header(out, {.kind = FrameKind::readings, .row_count = kFrameRowsMax + 1});
  seal_frame(frame);
  ReadingsCursor cursor;
  LONGS_EQUAL(Status::invalid, cursor.open(frame));
}

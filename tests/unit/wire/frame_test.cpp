#include "wire/frames/frame.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <vector>

#include "vocabulary/random.h"
#include "wire/frames/anchor_frame.h"
#include "wire/frames/gap_record.h"
#include "wire/frames/roster_frame.h"

using namespace hf;
using namespace hf::wire;

namespace {

constexpr FrameHeader kHeader{.kind = FrameKind::alert,
                              .stream = 0x0123456789ABCDEF,
                              .position = 1'000'000'007,
                              .row_count = 1,
                              .reading_count = 0,
                              .roster = 0xCAFED00D,
                              .boot = BootId{42},
                              .first = Uptime{86'400'000},
                              .last = Uptime{86'400'500}};

}  // namespace

TEST_GROUP(Frame) {
  std::array<std::byte, 512> memory{};

  std::span<std::byte> sealed(const FrameHeader& header, std::string_view body = "body") {
    ByteWriter out(memory);
    put_frame_header(out, header);
    out.put_bytes(bytes_of(body));
    CHECK(is_ok(out.status()));
    const auto frame = std::span{memory}.first(out.at());
    seal_frame(frame);
    return frame;
  }
};

TEST(Frame, gives_back_its_header_and_its_body) {
  OpenedFrame opened;
  CHECK(is_ok(open_frame(sealed(kHeader), opened)));
  CHECK(opened.header.kind == FrameKind::alert);
  UNSIGNED_LONGLONGS_EQUAL(kHeader.stream, opened.header.stream);
  UNSIGNED_LONGLONGS_EQUAL(kHeader.position, opened.header.position);
  UNSIGNED_LONGS_EQUAL(kHeader.roster, opened.header.roster);
  CHECK(opened.header.boot == kHeader.boot);
  CHECK(opened.header.first == kHeader.first && opened.header.last == kHeader.last);
  STRNCMP_EQUAL("body", text_of(opened.body).data(), 4);
}

TEST(Frame, every_flipped_bit_makes_it_corrupt) {
  const auto frame = sealed(kHeader);
  OpenedFrame opened;
  for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
    frame[bit / 8] ^= std::byte{1} << (bit % 8);
    LONGS_EQUAL(Status::corrupt, open_frame(frame, opened));
    frame[bit / 8] ^= std::byte{1} << (bit % 8);
  }
}

TEST(Frame, one_that_is_cut_or_longer_is_corrupt) {
  const auto frame = sealed(kHeader);
  OpenedFrame opened;
  for (std::size_t bytes = 0; bytes < frame.size(); ++bytes) {
    LONGS_EQUAL(Status::corrupt, open_frame(frame.first(bytes), opened));
  }
  LONGS_EQUAL(Status::corrupt, open_frame(std::span{memory}.first(frame.size() + 1), opened));
}

TEST(Frame, keeps_a_kind_that_nobody_knows_yet) {
  FrameHeader header = kHeader;
  header.kind = static_cast<FrameKind>(200);
  OpenedFrame opened;
  CHECK(is_ok(open_frame(sealed(header), opened)));
  UNSIGNED_LONGS_EQUAL(200, static_cast<std::uint8_t>(opened.header.kind));
  CHECK(lane_of(opened.header.kind) == Lane::events);
}

TEST(Frame, of_a_newer_format_is_unsupported_and_not_corrupt) {
  const auto frame = sealed(kHeader);
  frame[2] = std::byte{kFrameFormat + 1};
  seal_frame(frame);
  OpenedFrame opened;
  LONGS_EQUAL(Status::unsupported, open_frame(frame, opened));
}

TEST(Frame, gets_its_place_in_a_stream_after_it_was_built) {
  const auto frame = sealed(kHeader);
  set_position(frame, 7, 99);
  OpenedFrame opened;
  LONGS_EQUAL(Status::corrupt, open_frame(frame, opened));  // until it is sealed again
  seal_frame(frame);
  CHECK(is_ok(open_frame(frame, opened)));
  UNSIGNED_LONGLONGS_EQUAL(7, opened.header.stream);
  UNSIGNED_LONGLONGS_EQUAL(99, opened.header.position);
}

TEST(Frame, with_positions_beyond_the_last_one_is_corrupt) {
  FrameHeader header = kHeader;
  header.position = UINT64_MAX;
  header.row_count = 2;
  OpenedFrame opened;
  LONGS_EQUAL(Status::corrupt, open_frame(sealed(header), opened));
}

TEST(Frame, a_header_is_never_longer_than_it_says) {
  FrameHeader header = kHeader;
  header.row_count = UINT32_MAX;
  header.first = Uptime{INT64_MAX / 2};
  header.last = Uptime{INT64_MAX};
  CHECK(sealed(header, "").size() <= kFrameHeaderBytesMax);
}

// Bytes that no writer wrote, under a checksum that is right: what a forger or our own bug sends.
TEST(Frame, any_body_of_an_event_is_read_with_a_clear_status) {
  Random random(5);
  for (int round = 0; round < 20'000; ++round) {
    const FrameKind kinds[] = {FrameKind::gap, FrameKind::anchor, FrameKind::roster};
    FrameHeader header = kHeader;
    header.kind = kinds[random.below(3)];
    ByteWriter out(memory);
    put_frame_header(out, header);
    for (std::uint64_t left = random.below(60); left > 0; --left) {
      out.put(static_cast<std::uint8_t>(random.chance(1, 2) ? random.below(4) : random.next()));
    }
    const auto frame = std::span{memory}.first(out.at());
    seal_frame(frame);
    OpenedFrame opened;
    CHECK(is_ok(open_frame(frame, opened)));
    GapRecord gap;
    UtcReading utc;
    RosterCursor roster;
    SensorIndex index;
    RosterEntry entry;
    if (is_ok(read_gap(opened, gap))) CHECK(gap.from <= gap.to && gap.first <= gap.last);
    if (is_ok(read_anchor(opened, utc))) CHECK(utc.error.ms >= 0);
    if (is_ok(roster.open(opened))) {
      Status status = Status::ok;
      while (is_ok(status)) status = roster.next(index, entry);
      CHECK(status == Status::not_found || status == Status::corrupt);
    }
  }
}

TEST(Frame, a_gap_record_comes_back_whole) {
  const GapRecord gap{.lane = Lane::readings,
                      .from = 5000,
                      .to = 6000,
                      .reason = GapReason::thinned,
                      .kept = Resolution::every_minute,
                      .sensor = 17,
                      .has_span = true,
                      .boot = BootId{9},
                      .first = Uptime{1000},
                      .last = Uptime{61'000}};
  const auto bytes = write_gap_frame(memory, kHeader, gap);
  CHECK(bytes.ok() && bytes.value() <= kGapFrameBytesMax);
  OpenedFrame opened;
  GapRecord read;
  CHECK(is_ok(open_frame(std::span{memory}.first(bytes.value()), opened)));
  CHECK(is_ok(read_gap(opened, read)));
  UNSIGNED_LONGLONGS_EQUAL(5000, read.from);
  UNSIGNED_LONGLONGS_EQUAL(6000, read.to);
  CHECK(read.reason == gap.reason && read.kept == gap.kept && read.boot == gap.boot);
  CHECK(read.has_span && read.first == gap.first && read.last == gap.last);
  UNSIGNED_LONGS_EQUAL(17, read.sensor);
  UNSIGNED_LONGS_EQUAL(1, opened.header.row_count);
}

TEST(Frame, an_anchor_comes_back_whole) {
  const UtcReading utc{
      .at = UtcTime{-5}, .error = milliseconds(40), .quality = TimeQuality::synced};
  const auto bytes = write_anchor_frame(memory, kHeader, utc);
  CHECK(bytes.ok() && bytes.value() <= kAnchorFrameBytesMax);
  OpenedFrame opened;
  UtcReading read;
  CHECK(is_ok(open_frame(std::span{memory}.first(bytes.value()), opened)));
  CHECK(is_ok(read_anchor(opened, read)));
  CHECK(read.at == utc.at && read.error == utc.error && read.quality == utc.quality);
}

TEST(Frame, a_roster_comes_back_in_parts_when_it_is_long) {
  constexpr std::uint16_t kSensors = 60;
  RosterBuilder builder;
  std::uint16_t next = 0;
  std::uint16_t read_next = 0;
  int frames = 0;
  for (; next < kSensors; ++frames) {
    CHECK(is_ok(builder.begin(memory, kHeader, {next})));
    for (; next < kSensors; ++next) {
      RosterEntry entry;
      CHECK(is_ok(EquipmentId::parse(next < 30 ? "press-1" : "press-2", entry.equipment)));
      CHECK(
          is_ok(SensorId::parse(next % 2 == 0 ? "oil.temperature" : "oil.pressure", entry.sensor)));
      entry.unit.assign(next % 3 == 0 ? "" : "bar");
      entry.decimals = static_cast<std::int8_t>(next % 4 - 1);
      entry.scale = next % 5 == 0 ? 0.25 : 0;
      entry.offset = next % 5 == 0 ? -40 : 0;
      if (!is_ok(builder.add(entry))) break;
    }
    const auto bytes = builder.finish();
    CHECK(bytes.ok());
    OpenedFrame opened;
    CHECK(is_ok(open_frame(std::span{memory}.first(bytes.value()), opened)));
    RosterCursor cursor;
    CHECK(is_ok(cursor.open(opened)));
    SensorIndex index;
    RosterEntry entry;
    while (is_ok(cursor.next(index, entry))) {
      UNSIGNED_LONGS_EQUAL(read_next, index.value);
      CHECK(entry.equipment.text() == (read_next < 30 ? "press-1" : "press-2"));
      LONGS_EQUAL(read_next % 4 - 1, entry.decimals);
      CHECK(entry.scale == (read_next % 5 == 0 ? 0.25 : 0));
      CHECK(entry.unit.empty() == (read_next % 3 == 0));
      ++read_next;
    }
  }
  UNSIGNED_LONGS_EQUAL(kSensors, read_next);
  CHECK(frames > 1);
}

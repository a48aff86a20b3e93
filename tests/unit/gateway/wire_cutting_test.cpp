#include "gateway/wire_cutting.h"

#include <CppUTest/TestHarness.h>

#include <memory>
#include <vector>

#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::wire;

namespace {

constexpr std::uint32_t kRowsKept = 120;

std::vector<std::byte> readings() {
  std::vector<Uptime> times;
  std::vector<std::uint16_t> rows;
  std::vector<double> values;
  for (std::uint16_t row = 0; row < kRowsKept; ++row) {
    times.push_back(Uptime{row * 1000});
    rows.push_back(row);
    values.push_back(static_cast<double>(row * 37 % 101) / 10);
  }
  const std::vector<Quality> good(kRowsKept, Quality::good);
  const auto builder = std::make_unique<ReadingsBuilder>();
  std::vector<std::byte> out(20'000);
  STATUS_EQUAL(
      Status::ok,
      builder->begin(out, {.stream = 7, .row_count = kRowsKept, .boot = BootId{3}}, times));
  STATUS_EQUAL(Status::ok, builder->add({{0}, rows, values, good}));
  out.resize(builder->finish().value());
  return out;
}

}  // namespace

TEST_GROUP(WireCutting) {
  std::unique_ptr<flows::compacting::WireShaping> shaping =
      std::make_unique<flows::compacting::WireShaping>();
  gateway::WireCutting cutting{*shaping};
  std::vector<std::byte> room = std::vector<std::byte>(20'000);

  FrameHeader part_of(std::span<const std::byte> frame, std::uint32_t from, std::uint32_t to) {
    const auto bytes = cutting.cut(frame, from, to, room);
    STATUS_EQUAL(Status::ok, bytes.status());
    OpenedFrame opened;
    STATUS_EQUAL(Status::ok, open_frame(std::span{room}.first(bytes.value()), opened));
    return opened.header;
  }
};

TEST(WireCutting, readings_are_cut_at_any_row) {
  const auto frame = readings();
  LONGS_EQUAL(37, cutting.part_end(frame, 3, 37));
  const FrameHeader part = part_of(frame, 3, 37);
  LONGS_EQUAL(3, part.position);
  LONGS_EQUAL(34, part.row_count);
}

TEST(WireCutting, envelopes_are_cut_where_a_bucket_begins) {
  const auto whole = readings();
  const std::span<const std::byte> frames[] = {whole};
  std::vector<std::byte> frame(20'000);
  const auto bytes = shaping->condense(frames, 0, FrameKind::envelopes_10s, frame);
  STATUS_EQUAL(Status::ok, bytes.status());
  frame.resize(bytes.value());
  LONGS_EQUAL(30, cutting.part_end(frame, 0, 37));
  LONGS_EQUAL(40, cutting.part_end(frame, 30, 33));
  LONGS_EQUAL(kRowsKept, cutting.part_end(frame, 110, 115));
  const FrameHeader part = part_of(frame, 30, 60);
  CHECK(part.kind == FrameKind::envelopes_10s);
  LONGS_EQUAL(30, part.position);
  LONGS_EQUAL(30, part.row_count);
  CHECK(part.first == Uptime{30'000} && part.last == Uptime{60'000});
  LONGS_EQUAL(30, part.reading_count);
}

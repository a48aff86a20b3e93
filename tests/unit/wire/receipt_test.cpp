#include "wire/uplink/receipt.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <string>
#include <vector>

#include "tests/support/golden.h"
#include "tests/support/status_equal.h"
#include "vocabulary/checksum.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

namespace {

struct Entry {
  std::uint64_t stream = 0;
  Lane lane = Lane::readings;
  std::uint64_t watermark = 0;
  std::uint64_t through = 0;
  std::vector<PositionRun> holes;

  ReceiptEntry as_written() const {
    return {
        .stream = stream, .lane = lane, .watermark = watermark, .through = through, .holes = holes};
  }
};

void check_equal(const Entry& entry, const ReceiptEntry& read) {
  CHECK(entry.stream == read.stream && entry.lane == read.lane);
  CHECK(entry.watermark == read.watermark && entry.through == read.through);
  CHECK(std::ranges::equal(entry.holes, read.holes));
}

std::vector<std::byte> written(const std::vector<Entry>& entries) {
  std::vector<std::byte> bytes(kReceiptBytesMax);
  ReceiptWriter writer(bytes);
  for (const Entry& entry : entries) STATUS_EQUAL(Status::ok, writer.add(entry.as_written()));
  const auto size = writer.finish();
  STATUS_EQUAL(Status::ok, size.status());
  bytes.resize(size.value_or(0));
  return bytes;
}

void check_read(const std::vector<Entry>& entries, std::span<const std::byte> bytes) {
  ReceiptReader reader;
  STATUS_EQUAL(Status::ok, reader.open(bytes));
  std::array<PositionRun, kReceiptHolesMax> space;
  ReceiptEntry read;
  for (const Entry& entry : entries) {
    STATUS_EQUAL(Status::ok, reader.next(space, read));
    check_equal(entry, read);
  }
  STATUS_EQUAL(Status::not_found, reader.next(space, read));
}

// The example of docs/formats/topics.md.
std::vector<Entry> example() {
  return {{.stream = 0x1122334455667788,
           .lane = Lane::readings,
           .watermark = 1003,
           .through = 1300,
           .holes = {{1010, 1020}, {1200, 1201}}},
          {.stream = 0x1122334455667788,
           .lane = Lane::events,
           .watermark = 42,
           .through = 42,
           .holes = {}}};
}

Entry random_entry(Random& random) {
  Entry entry{.stream = random.next(),
              .lane = random.chance(1, 2) ? Lane::events : Lane::readings,
              .watermark = random.below(1ULL << random.below(50)),
              .through = 0,
              .holes = {}};
  std::uint64_t at = entry.watermark + random.below(3);
  for (std::uint64_t holes = random.below(20); holes > 0; --holes) {
    const PositionRun hole{at, at + 1 + random.below(1ULL << random.below(20))};
    entry.holes.push_back(hole);
    at = hole.end + 1 + random.below(1ULL << random.below(20));
  }
  entry.through = entry.holes.empty() ? entry.watermark : at - random.below(2);
  return entry;
}

}  // namespace

TEST_GROUP(Receipts){};

TEST(Receipts, what_was_written_is_read_back) {
  Random random(11);
  for (int turn = 0; turn < 300; ++turn) {
    std::vector<Entry> entries(1 + random.below(6));
    for (Entry& entry : entries) entry = random_entry(random);
    check_read(entries, written(entries));
  }
}

TEST(Receipts, any_flipped_bit_and_any_cut_is_corrupt) {
  const auto bytes = written(example());
  ReceiptReader reader;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK(!is_ok(reader.open(std::span{bytes}.first(size))));
  }
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    auto flipped = bytes;
    flipped[bit / 8] ^= std::byte(1U << bit % 8);
    CHECK(!is_ok(reader.open(flipped)));
  }
}

TEST(Receipts, a_newer_version_is_said_to_be_one) {
  auto bytes = written(example());
  bytes[0] = std::byte{2};
  ReceiptReader reader;
  STATUS_EQUAL(Status::unsupported, reader.open(bytes));
}

TEST(Receipts, what_contradicts_itself_is_corrupt_though_its_checksum_is_right) {
  const auto sealed = [](auto write) {
    std::vector<std::byte> bytes(256);
    ByteWriter out(bytes);
    out.put(kReceiptVersion);
    out.put(std::uint32_t{0});
    write(out);
    bytes.resize(out.at());
    store(std::span{bytes}.subspan(1), crc32c(std::span{bytes}.subspan(5)));
    return bytes;
  };
  const auto entry = [](ByteWriter& out, std::uint8_t lane, std::uint64_t watermark,
                        std::initializer_list<std::uint64_t> rest) {
    out.put(std::uint64_t{7});
    out.put(lane);
    out.put_varint(watermark);
    for (const std::uint64_t number : rest) out.put_varint(number);
  };
  struct Case {
    std::uint64_t watermark;
    std::initializer_list<std::uint64_t> rest;
    std::uint8_t lane;
    Status outcome;
  };
  const Case cases[] = {
      {5, {0}, 0, Status::ok},
      {5, {0}, 2, Status::corrupt},                             // no such lane
      {kReceiptPositionEnd + 1, {0}, 0, Status::corrupt},       // beyond all positions
      {5, {1, 0, 0, 0}, 0, Status::corrupt},                    // an empty hole
      {5, {2, 0, 3, 0, 3, 0}, 0, Status::corrupt},              // holes that touch
      {5, {1, kReceiptPositionEnd, 1, 0}, 0, Status::corrupt},  // a hole beyond all positions
      {5, {1, 1, 1, kReceiptPositionEnd}, 0, Status::corrupt},  // through beyond all positions
      {5, {kReceiptHolesMax + 1}, 0, Status::corrupt},          // more holes than an entry takes
      {5, {1, 0, 1}, 0, Status::corrupt},                       // the tail is missing
      {5, {0, 9}, 0, Status::corrupt},                          // a byte too much
  };
  for (const Case& c : cases) {
    const auto bytes = sealed([&](ByteWriter& out) { entry(out, c.lane, c.watermark, c.rest); });
    ReceiptReader reader;
    STATUS_EQUAL(c.outcome, reader.open(bytes));
  }
  const auto many = sealed([&](ByteWriter& out) {
    for (std::size_t i = 0; i <= kReceiptEntriesMax; ++i) entry(out, 0, 1, {0});
  });
  ReceiptReader reader;
  STATUS_EQUAL(Status::corrupt, reader.open(many));
}

TEST(Receipts, an_entry_that_does_not_fit_leaves_those_before_it) {
  const auto whole = written(example());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::vector<std::byte> bytes(size);
    ReceiptWriter writer(bytes);
    std::vector<Entry> added;
    for (const Entry& entry : example()) {
      if (!is_ok(writer.add(entry.as_written()))) break;
      added.push_back(entry);
    }
    const auto finished = writer.finish();
    CHECK(finished.ok() == !added.empty());
    if (finished.ok()) check_read(added, std::span{bytes}.first(finished.value()));
  }
}

TEST(Receipts, more_entries_than_a_receipt_takes_are_for_the_next_one) {
  std::vector<std::byte> bytes(kReceiptBytesMax);
  ReceiptWriter writer(bytes);
  for (std::size_t i = 0; i < kReceiptEntriesMax; ++i) {
    STATUS_EQUAL(Status::ok, writer.add({.stream = i, .watermark = 1, .through = 1}));
  }
  STATUS_EQUAL(Status::full, writer.add({.stream = 99, .watermark = 1, .through = 1}));
  CHECK(writer.finish().ok());
}

TEST(Receipts, example_of_the_format_description) {
  const auto bytes = written(example());
  const std::string hex = hex_of(bytes);
  STRCMP_EQUAL(golden_text("uplink/receipt.txt").c_str(), hex.c_str());
  const std::string page = format_page("topics.md");
  CHECK(page.find(hex) != std::string::npos);
}

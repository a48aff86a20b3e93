#include <CppUTest/TestHarness.h>

#include <vector>

#include "tests/support/sensor_series.h"
#include "vocabulary/random.h"
#include "wire/columns/symbol_reader.h"
#include "wire/columns/symbol_writer.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

namespace {

// One thing put into a stream.
struct Item {
  bool raw;
  std::uint64_t bits;   // raw
  unsigned count;       // raw
  std::uint32_t start;  // symbol; kShareTotal: the reserved outcome
  std::uint32_t share;
  std::uint32_t reserve;
};

Item any_item(Random& random) {
  Item item{};
  item.raw = random.chance(1, 3);
  if (item.raw) {
    item.count = static_cast<unsigned>(random.below(65));
    item.bits = item.count == 0 ? 0 : random.next() >> (64 - item.count);
    return item;
  }
  item.reserve =
      random.chance(1, 2) ? 0 : static_cast<std::uint32_t>(random.below(kReserveMax) + 1);
  if (item.reserve > 0 && random.chance(1, 3)) {
    item.start = kShareTotal;
    return item;
  }
  // Often the very first or last slices, where carries run far.
  item.share =
      random.chance(1, 2) ? 1 : static_cast<std::uint32_t>(random.below(kShareTotal - 1) + 1);
  item.start = static_cast<std::uint32_t>(
      random.chance(1, 2) ? kShareTotal - item.share : random.below(kShareTotal - item.share + 1));
  return item;
}

void put(SymbolWriter& out, const Item& item) {
  if (item.raw) {
    out.put_raw(item.bits, item.count);
  } else if (item.start == kShareTotal) {
    out.put_reserved(item.reserve);
  } else {
    out.put(item.start, item.share, item.reserve);
  }
}

bool take_as(SymbolReader& in, const Item& item) {
  if (item.raw) return in.take_raw(item.count) == item.bits;
  const std::uint32_t slot = in.slot(item.reserve);
  if (item.start == kShareTotal) {
    in.take_reserved();
    return slot >= kShareTotal;
  }
  in.take(item.start, item.share);
  return slot >= item.start && slot < item.start + item.share;
}

void check_reads(std::span<const std::byte> bytes, std::span<const Item> items) {
  SymbolReader in{bytes};
  for (const Item& item : items) CHECK_TRUE(take_as(in, item));
  CHECK_FALSE(in.overrun());
}

constexpr std::uint32_t kItemBytesMax = 8;

}  // namespace

TEST_GROUP(SymbolStream){};

TEST(SymbolStream, gives_back_any_mixture_whatever_follows_its_ends) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random{seed};
    std::vector<std::byte> bytes(2000, static_cast<std::byte>(seed));
    SymbolWriter out{bytes};
    std::vector<Item> items(size_below(random, 100) + 1);
    for (Item& item : items) {
      item = any_item(random);
      put(out, item);
    }
    out.write_ends();
    check_reads(bytes, items);
    check_reads(std::span{bytes}.first(out.pack()), items);
  }
}

TEST(SymbolStream, a_rehearsal_tells_to_the_byte_what_fits) {
  std::uint32_t exactly_full = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Random random{seed};
    std::vector<std::byte> bytes(40 + size_below(random, 20));
    SymbolWriter out{bytes};
    std::vector<Item> items;
    for (;;) {
      const Item item = any_item(random);
      std::byte bin[kItemBytesMax + 2 * SymbolWriter::kRehearsalMargin + 8];
      SymbolWriter rehearsal = out.rehearsal(bin);
      put(rehearsal, item);
      if (!out.has_room_for(rehearsal)) break;
      put(out, item);
      items.push_back(item);
      CHECK_TRUE(out.whole());
    }
    out.write_ends();
    check_reads(bytes, items);
    exactly_full += out.pack() == bytes.size() ? 1 : 0;
  }
  CHECK(exactly_full > 100);
}

TEST(SymbolStream, rewinds_past_every_carry) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random{seed};
    std::vector<std::byte> bytes(600);
    SymbolWriter out{bytes};
    std::vector<Item> items(size_below(random, 40));
    for (Item& item : items) put(out, item = any_item(random));
    const SymbolWriter::Mark mark = out.mark();
    for (std::uint64_t i = random.below(20); i > 0; --i) put(out, any_item(random));
    out.rewind(mark);
    items.push_back(any_item(random));
    put(out, items.back());
    check_reads(std::span{bytes}.first(out.pack()), items);
  }
}

TEST(SymbolStream, reading_on_after_the_end_gives_zeros_and_tells_so) {
  SymbolReader in{{}};
  UNSIGNED_LONGS_EQUAL(0, in.take_raw(64));
  CHECK_TRUE(in.overrun());
}

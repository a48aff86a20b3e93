#include "wire/byte_cursor.h"

#include <CppUTest/TestHarness.h>

#include <array>

using namespace hf;
using namespace hf::wire;

TEST_GROUP(ByteCursor) { std::array<std::byte, 16> memory{}; };

TEST(ByteCursor, a_varint_comes_back_at_every_width) {
  for (unsigned width = 0; width < 64; ++width) {
    for (const std::uint64_t number :
         {std::uint64_t{1} << width, (std::uint64_t{1} << width) - 1, UINT64_MAX >> width}) {
      ByteWriter out(memory);
      out.put_varint(number);
      ByteReader in(std::span{memory}.first(out.at()));
      UNSIGNED_LONGLONGS_EQUAL(number, in.take_varint());
      CHECK(is_ok(in.status()) && in.at_end());
    }
  }
}

TEST(ByteCursor, a_varint_longer_than_64_bits_is_corrupt) {
  memory.fill(std::byte{0xFF});
  ByteReader all_ones{std::span{memory}};
  UNSIGNED_LONGLONGS_EQUAL(0, all_ones.take_varint());
  LONGS_EQUAL(Status::corrupt, all_ones.status());
  memory[9] = std::byte{0x02};  // the 65th bit
  ByteReader one_more{std::span{memory}};
  one_more.take_varint();
  LONGS_EQUAL(Status::corrupt, one_more.status());
}

TEST(ByteCursor, a_number_beyond_what_the_grammar_allows_is_corrupt) {
  ByteWriter out(memory);
  out.put_varint(11);
  ByteReader in{std::span{memory}};
  UNSIGNED_LONGLONGS_EQUAL(0, in.take_varint(10));
  LONGS_EQUAL(Status::corrupt, in.status());
}

TEST(ByteCursor, nothing_is_written_behind_the_first_thing_that_did_not_fit) {
  ByteWriter out(std::span{memory}.first(4));
  out.put(std::uint32_t{7});
  out.put(std::uint8_t{1});
  LONGS_EQUAL(Status::full, out.status());
  UNSIGNED_LONGS_EQUAL(4, out.at());
  CHECK(out.rest().empty());
  UNSIGNED_LONGS_EQUAL(0, std::to_integer<unsigned>(memory[4]));
}

TEST(ByteCursor, nothing_is_read_behind_the_first_thing_that_was_not_there) {
  ByteReader in(std::span{memory}.first(3));
  UNSIGNED_LONGS_EQUAL(0, in.take<std::uint32_t>());
  UNSIGNED_LONGS_EQUAL(0, in.take<std::uint8_t>());
  LONGS_EQUAL(Status::corrupt, in.status());
  CHECK(in.at_end());
}

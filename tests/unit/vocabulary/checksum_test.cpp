#include "vocabulary/checksum.h"

#include <CppUTest/TestHarness.h>

#include <array>

#include "vocabulary/bytes.h"

using namespace hf;

TEST_GROUP(Checksum){};

TEST(Checksum, matches_the_published_check_value) {
  UNSIGNED_LONGS_EQUAL(0xE3069283, crc32c(bytes_of("123456789")));
}

TEST(Checksum, of_nothing_is_zero) { UNSIGNED_LONGS_EQUAL(0, crc32c({})); }

TEST(Checksum, of_pieces_equals_that_of_the_whole) {
  const auto whole = bytes_of("a frame is checked in pieces, header first");
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    UNSIGNED_LONGS_EQUAL(crc32c(whole), crc32c(whole.subspan(cut), crc32c(whole.first(cut))));
  }
}

TEST(Checksum, finds_every_single_flipped_bit) {
  std::array<std::byte, 64> bytes{};
  const std::uint32_t intact = crc32c(bytes);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    CHECK(crc32c(bytes) != intact);
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
  }
}

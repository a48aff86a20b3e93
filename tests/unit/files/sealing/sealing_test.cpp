#include "files/sealing/sealing.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <string>
#include <vector>

#include "platform/sim/entropy.h"
#include "platform/sim/keys.h"
#include "vocabulary/bytes.h"
#include "vocabulary/random.h"

using namespace hf;
using files::KeyNumber;
using files::SealedPlace;
using files::Sealing;
using Bytes = std::vector<std::byte>;

namespace {

constexpr SealedPlace kPlace{.stream = 77, .position = 1'000, .lane = 0};

hal::SecretId data_key(KeyNumber number) {
  return {.kind = hal::SecretKind::data_key, .number = number};
}

Bytes frame_of(std::size_t size, std::uint64_t seed = 1) {
  Random random(seed);
  Bytes frame(size);
  for (std::byte& byte : frame) byte = static_cast<std::byte>(random.next());
  return frame;
}

std::string word(Status status) { return std::string{to_text(status)}; }

}  // namespace

TEST_GROUP(Sealing) {
  sim::Supply supply;
  sim::Keys keys{supply, 1};
  sim::Entropy entropy{1};
  Sealing sealing{keys};

  void setup() override {
    STRCMP_EQUAL("not_found", word(sealing.start(files::kNotSealed)).c_str());
    STRCMP_EQUAL("ok", word(sealing.rotate(entropy)).c_str());
  }

  Bytes sealed(const Bytes& frame, const SealedPlace& place = kPlace) {
    Bytes bytes = frame;
    bytes.resize(frame.size() + Sealing::kSealBytes);
    const Result<std::uint32_t> size = sealing.seal(bytes, frame.size(), place);
    CHECK(size.ok());
    LONGS_EQUAL(bytes.size(), size.value());
    return bytes;
  }

  // The frame, or the word for why there is none.
  std::string opened(Bytes bytes, KeyNumber key, const SealedPlace& place = kPlace) {
    const Result<std::uint32_t> size = sealing.open(key, bytes, place);
    if (!size.ok()) return word(size.status());
    return std::string{text_of(std::span{bytes}.first(size.value()))};
  }
  static std::string text(const Bytes& frame) { return std::string{text_of(frame)}; }
};

TEST(Sealing, s1_a_sealed_frame_opens_to_the_same_bytes_whatever_its_length) {
  for (const std::size_t size : {0U, 1U, 15U, 16U, 63U, 64U, 65U, 1000U, 80U * 1024U}) {
    const Bytes frame = frame_of(size);
    CHECK(opened(sealed(frame), sealing.current()) == text(frame));
  }
}

TEST(Sealing, a_sealed_frame_shows_nothing_of_the_frame) {
  const Bytes frame(4096, std::byte{7});
  const Bytes bytes = sealed(frame);
  std::array<int, 256> seen{};
  for (const std::byte byte : bytes) ++seen[std::to_integer<std::size_t>(byte)];
  CHECK(*std::ranges::max_element(seen) < 50);  // 16 of each are expected
}

TEST(Sealing, s2_any_bit_changed_is_corrupt_and_hands_out_nothing) {
  const Bytes frame = frame_of(100);
  const Bytes good = sealed(frame);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= std::byte{1} << (bit % 8);
    CHECK(sealing.open(sealing.current(), bad, kPlace).status() == Status::corrupt);
    CHECK(
        std::all_of(bad.begin(), bad.begin() + 100, [](std::byte b) { return b == std::byte{}; }));
  }
}

TEST(Sealing, s2_a_truncated_or_grown_frame_is_corrupt) {
  const Bytes good = sealed(frame_of(100));
  for (std::size_t size = 0; size < good.size(); ++size) {
    STRCMP_EQUAL("corrupt", opened({good.begin(), good.begin() + size}, sealing.current()).c_str());
  }
  Bytes grown = good;
  grown.push_back(std::byte{0});
  STRCMP_EQUAL("corrupt", opened(grown, sealing.current()).c_str());
  STRCMP_EQUAL("corrupt", opened(Bytes(good.size()), sealing.current()).c_str());
}

TEST(Sealing, s1_a_frame_copied_to_another_place_does_not_open_there) {
  const Bytes here = sealed(frame_of(100, 1));
  const SealedPlace elsewhere[] = {{.stream = 77, .position = 1'001, .lane = 0},
                                   {.stream = 78, .position = 1'000, .lane = 0},
                                   {.stream = 77, .position = 1'000, .lane = 1}};
  for (const SealedPlace& place : elsewhere) {
    STRCMP_EQUAL("corrupt", opened(here, sealing.current(), place).c_str());
  }
}

TEST(Sealing, s2_a_frame_does_not_open_under_another_key) {
  const Bytes frame = frame_of(100);
  const KeyNumber first = sealing.current();
  const Bytes under_first = sealed(frame);
  CHECK(is_ok(sealing.rotate(entropy)));
  STRCMP_EQUAL("corrupt", opened(under_first, sealing.current()).c_str());
  CHECK(opened(under_first, first) == text(frame));
}

TEST(Sealing, one_gateway_cannot_read_what_another_one_sealed) {
  const Bytes bytes = sealed(frame_of(100));
  sim::Keys other_keys{supply, 2};
  sim::Entropy other_entropy{2};
  Sealing other{other_keys};
  CHECK(other.start(files::kNotSealed) == Status::not_found);
  CHECK(is_ok(other.rotate(other_entropy)));
  Bytes copy = bytes;
  CHECK(other.open(sealing.current(), copy, kPlace).status() == Status::corrupt);
}

TEST(Sealing, the_same_place_sealed_again_with_other_bytes_gets_another_nonce) {
  const auto nonce = [](const Bytes& bytes) {
    return Bytes(bytes.end() - Sealing::kSealBytes, bytes.end() - files::kTagBytes);
  };
  const Bytes small = sealed(frame_of(100, 1)), merged = sealed(frame_of(200, 1));
  CHECK(nonce(small) != nonce(merged));
  CHECK(sealed(frame_of(100, 1)) == small);  // the same input only: the same bytes
}

TEST(Sealing, frames_sealed_before_a_rotation_stay_readable_and_new_ones_are_under_the_new_key) {
  std::vector<std::pair<KeyNumber, Bytes>> kept;
  for (std::uint64_t turn = 0; turn < 5; ++turn) {
    kept.emplace_back(sealing.current(), sealed(frame_of(50, turn)));
    CHECK(is_ok(sealing.rotate(entropy)));
    CHECK(sealing.current() == kept.back().first + 1);
  }
  for (std::uint64_t turn = 0; turn < 5; ++turn) {
    CHECK(opened(kept[turn].second, kept[turn].first) == text(frame_of(50, turn)));
  }
}

TEST(Sealing, s5_erasing_a_key_shreds_its_frames_and_says_so) {
  const KeyNumber old = sealing.current();
  const Bytes shredded = sealed(frame_of(50));
  CHECK(is_ok(sealing.rotate(entropy)));
  CHECK(opened(shredded, old) == text(frame_of(50)));  // it was in memory, too
  CHECK(is_ok(sealing.erase(old)));
  STRCMP_EQUAL("not_found", opened(shredded, old).c_str());
  CHECK(opened(sealed(frame_of(60)), sealing.current()) == text(frame_of(60)));
}

TEST(Sealing, the_current_key_is_not_erased_before_another_one_takes_over) {
  CHECK(sealing.erase(sealing.current()) == Status::refused);
  CHECK(opened(sealed(frame_of(50)), sealing.current()) == text(frame_of(50)));
}

TEST(Sealing, s3_a_key_without_frames_is_found_after_a_restart) {
  CHECK(is_ok(sealing.rotate(entropy)));
  const Bytes bytes = sealed(frame_of(50));
  Sealing restarted{keys};
  CHECK(is_ok(restarted.start(1)));  // the newest number beside a frame that was committed
  LONGS_EQUAL(2, restarted.current());
  Bytes copy = bytes;
  CHECK(restarted.open(2, copy, kPlace).ok());
}

TEST(Sealing, s3_a_cut_while_a_key_is_made_leaves_the_old_one_in_use) {
  supply.cut();
  CHECK(sealing.rotate(entropy) == Status::unavailable);
  supply.restore();
  LONGS_EQUAL(1, sealing.current());
  CHECK(opened(sealed(frame_of(50)), 1) == text(frame_of(50)));
}

TEST(Sealing, s4_a_number_that_has_a_key_gets_no_other) {
  const Bytes old_secret(files::kDataKeyBytes, std::byte{9});
  CHECK(is_ok(keys.store(data_key(2), old_secret)));
  CHECK(is_ok(sealing.rotate(entropy)));
  LONGS_EQUAL(3, sealing.current());
  Bytes secret(files::kDataKeyBytes);
  CHECK(keys.load(data_key(2), secret).ok());
  CHECK(secret == old_secret);
}

TEST(Sealing, s4_a_damaged_newest_key_is_told_and_the_next_one_goes_above_it) {
  CHECK(is_ok(sealing.rotate(entropy)));
  CHECK(keys.damage(data_key(2)));
  Sealing restarted{keys};
  CHECK(restarted.start(1) == Status::corrupt);
  LONGS_EQUAL(files::kNotSealed, restarted.current());
  CHECK(is_ok(restarted.rotate(entropy)));
  LONGS_EQUAL(3, restarted.current());
}

TEST(Sealing, s5_a_damaged_key_is_corrupt_like_its_frames) {
  const Bytes bytes = sealed(frame_of(50));
  CHECK(is_ok(sealing.rotate(entropy)));
  CHECK(keys.damage(data_key(1)));
  STRCMP_EQUAL("corrupt", opened(bytes, 1).c_str());
}

TEST(Sealing, a_secret_of_another_length_is_no_data_key) {
  for (const std::size_t size : {1U, 31U, 33U, 4096U}) {
    CHECK(is_ok(keys.store(data_key(1), Bytes(size, std::byte{1}))));
    Sealing restarted{keys};
    CHECK(restarted.start(1) == Status::corrupt);
  }
}

TEST(Sealing, a_key_store_that_does_not_answer_changes_nothing) {
  const Bytes bytes = sealed(frame_of(50));
  CHECK(is_ok(sealing.rotate(entropy)));
  keys.set_available(false);
  Bytes copy = bytes;
  CHECK(sealing.open(1, copy, kPlace).status() == Status::unavailable);
  CHECK(copy == bytes);
  CHECK(sealing.rotate(entropy) == Status::unavailable);
  CHECK(opened(sealed(frame_of(60)), 2) == text(frame_of(60)));  // the current key is in memory
  keys.set_available(true);
  CHECK(opened(bytes, 1) == text(frame_of(50)));
}

TEST(Sealing, without_randomness_no_key_is_made_and_frames_are_sealed_all_the_same) {
  entropy.set_ready(false);
  CHECK(sealing.rotate(entropy) == Status::busy);
  LONGS_EQUAL(1, sealing.current());
  CHECK(opened(sealed(frame_of(50)), 1) == text(frame_of(50)));
}

TEST(Sealing, a_buffer_without_room_for_the_seal_is_left_alone) {
  Bytes bytes = frame_of(100 + Sealing::kSealBytes - 1);
  const Bytes before = bytes;
  CHECK(sealing.seal(bytes, 100, kPlace).status() == Status::full);
  CHECK(bytes == before);
}

// What stands on flash today must open tomorrow: key 0, 1, 2 … 31 and the frame "holdfast".
TEST(Sealing, example_of_the_format_description) {
  Bytes secret(files::kDataKeyBytes);
  for (std::size_t at = 0; at < secret.size(); ++at) secret[at] = static_cast<std::byte>(at);
  CHECK(is_ok(keys.store(data_key(1), secret)));
  Sealing fresh{keys};
  CHECK(is_ok(fresh.start(1)));
  Bytes bytes(8 + Sealing::kSealBytes);
  std::ranges::copy(bytes_of("holdfast"), bytes.begin());
  CHECK(fresh.seal(bytes, 8, kPlace).ok());
  std::string hex;
  for (const std::byte byte : bytes) {
    for (const int shift : {4, 0}) {
      hex += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> shift & 15];
    }
  }
  STRCMP_EQUAL(
      "cef23467c5aaa492"                                  // enciphered
      "79a6cc9f48ed97eb549c18250f3ac19a65c19da466544d56"  // nonce
      "805f99d1648e989c5f283e435d0cec1e",                 // tag
      hex.c_str());
}

#include "files/sealing/signature.h"

#include <CppUTest/TestHarness.h>

#include <string>

#include "tests/support/status_equal.h"
#include "vocabulary/bytes.h"

using namespace hf;

namespace {

template <std::size_t N>
std::array<std::byte, N> of_hex(const std::string& hex) {
  std::array<std::byte, N> bytes{};
  CHECK(hex.size() == 2 * N);
  for (std::size_t i = 0; i < N; ++i) {
    bytes[i] = static_cast<std::byte>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
  }
  return bytes;
}

// RFC 8032, section 7.1, tests 2 and 3.
struct Known {
  std::string key;
  std::string message;
  std::string signature;
};
const Known kKnown[] = {
    {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "\x72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "\xaf\x82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

}  // namespace

TEST_GROUP(Signature){};

TEST(Signature, the_examples_of_the_standard_hold_and_nothing_near_them_does) {
  for (const Known& known : kKnown) {
    const auto key = of_hex<files::kPublicKeyBytes>(known.key);
    const auto signature = of_hex<files::kSignatureBytes>(known.signature);
    STATUS_EQUAL(Status::ok, files::check_signature(bytes_of(known.message), signature, key));
    STATUS_EQUAL(Status::refused, files::check_signature(bytes_of("other"), signature, key));
    STATUS_EQUAL(Status::refused, files::check_signature({}, signature, key));
    for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
      auto wrong = signature;
      wrong[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
      STATUS_EQUAL(Status::refused, files::check_signature(bytes_of(known.message), wrong, key));
    }
  }
}

TEST(Signature, a_key_of_which_anybody_can_sign_is_refused) {
  // All zeros is a point of small order: with it every message would have a signature.
  const files::PublicKey key{};
  const files::Signature signature{};
  STATUS_EQUAL(Status::refused, files::check_signature(bytes_of("any"), signature, key));
}

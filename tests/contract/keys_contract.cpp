// hal/keys.h, clause by clause.
#include <CppUTest/TestHarness.h>

#include <array>
#include <string>

#include "tests/contract/board_under_test.h"
#include "vocabulary/bytes.h"

using namespace hf;
using hal::SecretId;
using hal::SecretKind;

namespace {

constexpr SecretId kDataKey{.kind = SecretKind::data_key, .number = 1};
constexpr std::string_view kOldSecret = "the-old-secret-nobody-may-read";
constexpr std::string_view kNewSecret = "the-new-secret-nobody-may-read-either";

}  // namespace

TEST_GROUP(KeysContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  std::array<std::byte, hal::kSecretBytesMax> buffer{};

  hal::Keys& keys() { return world->board().keys; }
  Status store(SecretId id, std::string_view secret) { return keys().store(id, bytes_of(secret)); }
  // The secret, or the word for why there is none.
  std::string loaded(SecretId id) {
    const Result<std::uint32_t> length = keys().load(id, buffer);
    if (!length.ok()) return std::string{to_text(length.status())};
    return std::string{text_of(std::span{buffer}.first(length.value()))};
  }
};

TEST(KeysContract, clause_1_a_stored_secret_survives_a_restart) {
  CHECK(loaded(kDataKey) == "not_found");
  CHECK(is_ok(store(kDataKey, kOldSecret)));
  CHECK(loaded(kDataKey) == kOldSecret);
  world->restart_process();
  CHECK(loaded(kDataKey) == kOldSecret);
}

TEST(KeysContract, clause_1_a_stored_secret_survives_a_power_cut) {
  CHECK(is_ok(store(kDataKey, kOldSecret)));
  HF_NEEDS(world->cut_power());
  CHECK(loaded(kDataKey) == kOldSecret);
  CHECK(is_ok(store(kDataKey, kNewSecret)));
  CHECK(world->cut_power());
  CHECK(loaded(kDataKey) == kNewSecret);
}

TEST(KeysContract, clause_1_a_cut_while_storing_leaves_the_old_secret_or_the_new_one) {
  for (int turn = 0; turn < 50; ++turn) {
    CHECK(is_ok(store(kDataKey, kOldSecret)));
    HF_NEEDS(world->cut_power_in_next_change());
    CHECK_FALSE(is_ok(store(kDataKey, kNewSecret)));
    CHECK(world->cut_power());
    const std::string found = loaded(kDataKey);
    CHECK(found == kOldSecret || found == kNewSecret);
  }
}

TEST(KeysContract, clause_2_an_erased_secret_is_gone_also_after_a_restart) {
  CHECK(is_ok(store(kDataKey, kOldSecret)));
  CHECK(is_ok(keys().erase(kDataKey)));
  CHECK(loaded(kDataKey) == "not_found");
  world->restart_process();
  CHECK(loaded(kDataKey) == "not_found");
  CHECK(is_ok(keys().erase(kDataKey)));
}

TEST(KeysContract, clause_2_an_erased_secret_does_not_come_back_after_a_power_cut) {
  for (int turn = 0; turn < 50; ++turn) {
    CHECK(is_ok(store(kDataKey, kOldSecret)));
    CHECK(is_ok(keys().erase(kDataKey)));
    HF_NEEDS(world->cut_power());
    CHECK(loaded(kDataKey) == "not_found");
  }
}

TEST(KeysContract, clause_3_a_damaged_secret_is_corrupt_and_not_returned) {
  CHECK(is_ok(store(kDataKey, kOldSecret)));
  HF_NEEDS(world->damage_secret(kDataKey));
  buffer.fill(std::byte{0});
  CHECK(loaded(kDataKey) == "corrupt");
  CHECK(text_of(buffer).find("secret") == std::string_view::npos);
  CHECK(is_ok(store(kDataKey, kNewSecret)));
  CHECK(loaded(kDataKey) == kNewSecret);
}

TEST(KeysContract, clause_4_no_secret_reaches_the_log) {
  CHECK(is_ok(store(kDataKey, kOldSecret)));
  CHECK(loaded(kDataKey) == kOldSecret);
  CHECK(is_ok(keys().erase(kDataKey)));
  std::vector<std::string> lines;
  HF_NEEDS(world->log_lines(lines));
  for (const std::string& line : lines) CHECK(line.find(kOldSecret) == std::string::npos);
}

TEST(KeysContract, secrets_of_several_kinds_and_numbers_do_not_mix) {
  const SecretId ids[] = {{SecretKind::data_key, 0},
                          {SecretKind::data_key, 1},
                          {SecretKind::data_key, 65535},
                          {SecretKind::link_private_key, 0},
                          {SecretKind::link_password, 0}};
  for (const SecretId id : ids) {
    CHECK(is_ok(store(id, "secret " + std::to_string(static_cast<int>(id.kind)) + " " +
                              std::to_string(id.number))));
  }
  for (const SecretId id : ids) {
    CHECK(loaded(id) ==
          "secret " + std::to_string(static_cast<int>(id.kind)) + " " + std::to_string(id.number));
  }
}

TEST(KeysContract, a_secret_has_a_length_of_one_to_the_most) {
  CHECK(store(kDataKey, "") == Status::invalid);
  CHECK(store(kDataKey, std::string(hal::kSecretBytesMax + 1, 's')) == Status::invalid);
  const std::string longest(hal::kSecretBytesMax, 's');
  CHECK(is_ok(store(kDataKey, longest)));
  CHECK(loaded(kDataKey) == longest);
}

TEST(KeysContract, a_buffer_too_small_gets_nothing) {
  CHECK(is_ok(store(kDataKey, kOldSecret)));
  std::array<std::byte, 8> small{};
  CHECK(keys().load(kDataKey, small).status() == Status::full);
  for (const std::byte byte : small) CHECK(byte == std::byte{0});
}

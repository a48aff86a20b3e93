// hal/flash.h, clauses 1 and 2: what a power cut may take. Only for platforms that can lose power.
#include <CppUTest/TestHarness.h>

#include "tests/contract/flash_steps.h"

using namespace hf;
using contract::bytes_of_pattern;

namespace {

constexpr int kCuts = 200;  // each draws anew what survives

}  // namespace

TEST_GROUP(FlashPowerContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  hal::Flash& flash() { return world->board().flash; }
  hal::FileHandle opened(std::string_view name, hal::OpenMode mode = hal::OpenMode::create) {
    return contract::opened(flash(), name, mode);
  }
};

TEST(FlashPowerContract, clause_1_synced_bytes_survive_every_cut) {
  CHECK(is_ok(flash().close(opened("journal"))));
  CHECK(is_ok(flash().sync_directory()));
  for (int cut = 0; cut < kCuts; ++cut) {
    const auto pattern = static_cast<std::uint64_t>(cut);
    const hal::FileHandle file = opened("journal", hal::OpenMode::existing);
    CHECK(is_ok(flash().write(file, 100, bytes_of_pattern(5'000, pattern))));
    CHECK(is_ok(flash().sync(file)));
    CHECK(is_ok(flash().write(file, 5'100, bytes_of_pattern(5'000, pattern + 1))));
    HF_NEEDS(world->cut_power());
    const hal::FileHandle again = opened("journal", hal::OpenMode::existing);
    CHECK(contract::contents(flash(), again, 100, 5'000) == bytes_of_pattern(5'000, pattern));
    CHECK(is_ok(flash().close(again)));
  }
}

TEST(FlashPowerContract, clause_1_a_synced_size_survives_every_cut) {
  contract::put(flash(), "journal", bytes_of_pattern(9'000, 1));
  for (int cut = 0; cut < kCuts; ++cut) {
    const hal::FileHandle file = opened("journal", hal::OpenMode::existing);
    const std::uint64_t bytes = 1'000 + 37 * static_cast<std::uint64_t>(cut);
    CHECK(is_ok(flash().resize(file, bytes)));
    CHECK(is_ok(flash().sync(file)));
    CHECK(is_ok(flash().close(file)));
    HF_NEEDS(world->cut_power());
    const hal::FileHandle again = opened("journal", hal::OpenMode::existing);
    UNSIGNED_LONGLONGS_EQUAL(bytes, flash().size(again).value());
    CHECK(is_ok(flash().close(again)));
  }
}

TEST(FlashPowerContract, clause_1_an_unsynced_byte_is_old_or_new_and_nothing_else) {
  const auto old_bytes = bytes_of_pattern(12'000, 1);
  const auto new_bytes = bytes_of_pattern(12'000, 2);
  for (int cut = 0; cut < kCuts; ++cut) {
    contract::put(flash(), "journal", old_bytes);
    const hal::FileHandle file = opened("journal", hal::OpenMode::existing);
    CHECK(is_ok(flash().write(file, 0, new_bytes)));
    HF_NEEDS(world->cut_power());
    const hal::FileHandle again = opened("journal", hal::OpenMode::existing);
    const auto found = contract::contents(flash(), again);
    UNSIGNED_LONGS_EQUAL(old_bytes.size(), found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i] != old_bytes[i] && found[i] != new_bytes[i]) FAIL("a byte that nobody wrote");
    }
    CHECK(is_ok(flash().close(again)));
  }
}

TEST(FlashPowerContract, clause_2_names_survive_every_cut_once_the_directory_is_synced) {
  for (int cut = 0; cut < kCuts; ++cut) {
    const std::string name = "file-" + std::to_string(cut % 7);
    CHECK(is_ok(flash().close(opened(name))));
    CHECK(is_ok(flash().rename(name, "renamed-" + name)));
    CHECK(is_ok(flash().close(opened("gone"))));
    CHECK(is_ok(flash().remove("gone")));
    CHECK(is_ok(flash().sync_directory()));
    HF_NEEDS(world->cut_power());
    CHECK(flash().open(name, hal::OpenMode::existing).status() == Status::not_found);
    CHECK(flash().open("gone", hal::OpenMode::existing).status() == Status::not_found);
    CHECK(is_ok(flash().close(opened("renamed-" + name, hal::OpenMode::existing))));
  }
}

TEST(FlashPowerContract, clause_2_a_replaced_file_is_the_old_or_the_new_one_after_every_cut) {
  const auto old_bytes = bytes_of_pattern(3'000, 1);
  const auto new_bytes = bytes_of_pattern(7'000, 2);
  for (int cut = 0; cut < kCuts; ++cut) {
    contract::put(flash(), "settings", old_bytes);
    const hal::FileHandle file = opened("settings.new");
    CHECK(is_ok(flash().write(file, 0, new_bytes)));
    CHECK(is_ok(flash().sync(file)));
    CHECK(is_ok(flash().close(file)));
    CHECK(is_ok(flash().rename("settings.new", "settings")));
    HF_NEEDS(world->cut_power());
    CHECK(contract::holds(flash(), "settings", old_bytes) ||
          contract::holds(flash(), "settings", new_bytes));
  }
}

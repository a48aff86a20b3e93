// hal/flash.h, clause by clause, while the power stays on. The cuts: flash_power_contract.cpp.
#include <CppUTest/TestHarness.h>

#include "tests/contract/flash_steps.h"

using namespace hf;
using contract::bytes_of_pattern;

TEST_GROUP(FlashContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  hal::Flash& flash() { return world->board().flash; }
  hal::FileHandle opened(std::string_view name, hal::OpenMode mode = hal::OpenMode::create) {
    return contract::opened(flash(), name, mode);
  }
};

TEST(FlashContract, clause_3_a_reader_sees_what_was_written_before_it_is_synced) {
  const hal::FileHandle file = opened("journal");
  const auto written = bytes_of_pattern(10'000, 1);
  CHECK(is_ok(flash().write(file, 0, written)));
  CHECK(contract::contents(flash(), file) == written);
  CHECK(is_ok(flash().write(file, 4'000, std::span{written}.first(300))));
  CHECK(contract::contents(flash(), file, 4'000, 300) == bytes_of_pattern(300, 1));
  CHECK(contract::contents(flash(), file, 0, 4'000) == bytes_of_pattern(4'000, 1));
}

TEST(FlashContract, clause_3_bytes_before_a_write_beyond_the_end_read_as_zero) {
  const hal::FileHandle file = opened("journal");
  CHECK(is_ok(flash().write(file, 9'000, bytes_of_pattern(10, 1))));
  UNSIGNED_LONGLONGS_EQUAL(9'010, flash().size(file).value());
  CHECK(contract::contents(flash(), file, 0, 9'000) == std::vector<std::byte>(9'000));
}

TEST(FlashContract, clause_3_bytes_of_a_reserved_range_read_as_zero) {
  const hal::FileHandle file = opened("journal");
  CHECK(is_ok(flash().write(file, 0, bytes_of_pattern(100, 1))));
  const Status reserved = flash().reserve(file, 20'000);
  CHECK(reserved == Status::ok || reserved == Status::unsupported);
  UNSIGNED_LONGLONGS_EQUAL(20'000, flash().size(file).value());
  CHECK(contract::contents(flash(), file, 0, 100) == bytes_of_pattern(100, 1));
  CHECK(contract::contents(flash(), file, 100, 19'900) == std::vector<std::byte>(19'900));
}

TEST(FlashContract, clause_3_a_file_cut_short_and_grown_again_has_zeros_where_it_was_cut) {
  const hal::FileHandle file = opened("journal");
  CHECK(is_ok(flash().write(file, 0, bytes_of_pattern(6'000, 1))));
  CHECK(is_ok(flash().resize(file, 50)));
  CHECK(is_ok(flash().resize(file, 6'000)));
  CHECK(contract::contents(flash(), file, 0, 50) == bytes_of_pattern(50, 1));
  CHECK(contract::contents(flash(), file, 50, 5'950) == std::vector<std::byte>(5'950));
}

TEST(FlashContract, reserve_never_shrinks_a_file) {
  const hal::FileHandle file = opened("journal");
  CHECK(is_ok(flash().write(file, 0, bytes_of_pattern(6'000, 1))));
  const Status reserved = flash().reserve(file, 10);
  CHECK(reserved == Status::ok || reserved == Status::unsupported);
  UNSIGNED_LONGLONGS_EQUAL(6'000, flash().size(file).value());
}

TEST(FlashContract, a_read_comes_short_only_at_the_end) {
  const hal::FileHandle file = opened("journal");
  CHECK(is_ok(flash().write(file, 0, bytes_of_pattern(100, 1))));
  std::vector<std::byte> bytes(200);
  UNSIGNED_LONGS_EQUAL(40, flash().read(file, 60, bytes).value());
  UNSIGNED_LONGS_EQUAL(0, flash().read(file, 100, bytes).value());
  UNSIGNED_LONGS_EQUAL(0, flash().read(file, 5'000, bytes).value());
}

TEST(FlashContract, open_tells_what_is_there) {
  CHECK(flash().open("absent", hal::OpenMode::existing).status() == Status::not_found);
  CHECK(flash().open("absent", hal::OpenMode::read_only).status() == Status::not_found);
  CHECK(is_ok(flash().close(opened("present"))));
  CHECK(is_ok(flash().close(opened("present", hal::OpenMode::existing))));
  CHECK(is_ok(flash().close(opened("present", hal::OpenMode::read_only))));
}

TEST(FlashContract, a_name_that_could_leave_the_directory_is_invalid) {
  const std::string too_long(hal::kFileNameCharactersMax + 1, 'n');
  for (const std::string_view name :
       {std::string_view{""}, std::string_view{"."}, std::string_view{".."},
        std::string_view{"/etc/passwd"}, std::string_view{"a/b"}, std::string_view{".hidden"},
        std::string_view{"line\nbreak"}, std::string_view{"nul\0byte", 8},
        std::string_view{too_long}}) {
    CHECK(flash().open(name, hal::OpenMode::create).status() == Status::invalid);
  }
  const std::string longest(hal::kFileNameCharactersMax, 'n');
  CHECK(is_ok(flash().close(opened(longest))));
}

TEST(FlashContract, a_file_opened_read_only_refuses_every_change) {
  contract::put(flash(), "settings", bytes_of_pattern(100, 1));
  const hal::FileHandle file = opened("settings", hal::OpenMode::read_only);
  CHECK(flash().write(file, 0, bytes_of_pattern(1, 2)) == Status::refused);
  CHECK(flash().resize(file, 0) == Status::refused);
  CHECK(flash().reserve(file, 1'000) == Status::refused);
  CHECK(contract::contents(flash(), file) == bytes_of_pattern(100, 1));
}

TEST(FlashContract, clause_4_a_failed_write_is_reported_and_the_file_can_be_opened_again) {
  const hal::FileHandle file = opened("journal");
  CHECK(is_ok(flash().write(file, 0, bytes_of_pattern(100, 1))));
  CHECK(is_ok(flash().sync(file)));
  HF_NEEDS(world->fail_next_flash_write());
  CHECK(flash().write(file, 50, bytes_of_pattern(100, 2)) == Status::unavailable);
  static_cast<void>(flash().close(file));
  const hal::FileHandle again = opened("journal", hal::OpenMode::existing);
  CHECK(contract::contents(flash(), again, 0, 50) == bytes_of_pattern(50, 1));
}

TEST(FlashContract, clause_4_a_failed_sync_is_reported_and_the_file_can_be_opened_again) {
  const hal::FileHandle file = opened("journal");
  CHECK(is_ok(flash().write(file, 0, bytes_of_pattern(100, 1))));
  CHECK(is_ok(flash().sync(file)));
  CHECK(is_ok(flash().write(file, 100, bytes_of_pattern(100, 2))));
  HF_NEEDS(world->fail_next_flash_sync());
  CHECK(flash().sync(file) == Status::unavailable);
  static_cast<void>(flash().close(file));
  const hal::FileHandle again = opened("journal", hal::OpenMode::existing);
  CHECK(contract::contents(flash(), again, 0, 100) == bytes_of_pattern(100, 1));
}

TEST(FlashContract, clause_5_a_name_is_open_once) {
  const hal::FileHandle file = opened("queue.db");
  CHECK(flash().open("queue.db", hal::OpenMode::existing).status() == Status::busy);
  CHECK(flash().open("queue.db", hal::OpenMode::create).status() == Status::busy);
  CHECK(flash().open("queue.db", hal::OpenMode::read_only).status() == Status::busy);
  CHECK(flash().remove("queue.db") == Status::busy);
  CHECK(flash().rename("queue.db", "other") == Status::busy);
  contract::put(flash(), "other", bytes_of_pattern(1, 1));
  CHECK(flash().rename("other", "queue.db") == Status::busy);
  CHECK(is_ok(flash().close(file)));
  CHECK(is_ok(flash().close(opened("queue.db", hal::OpenMode::existing))));
}

TEST(FlashContract, clause_5_several_may_read_but_none_may_write_meanwhile) {
  contract::put(flash(), "settings", bytes_of_pattern(10, 1));
  const hal::FileHandle one = opened("settings", hal::OpenMode::read_only);
  const hal::FileHandle two = opened("settings", hal::OpenMode::read_only);
  CHECK(flash().open("settings", hal::OpenMode::existing).status() == Status::busy);
  CHECK(contract::contents(flash(), one) == contract::contents(flash(), two));
  CHECK(is_ok(flash().close(one)));
  CHECK(flash().open("settings", hal::OpenMode::existing).status() == Status::busy);
  CHECK(is_ok(flash().close(two)));
  CHECK(is_ok(flash().close(opened("settings", hal::OpenMode::existing))));
}

TEST(FlashContract, clause_5_a_file_open_in_another_process_is_busy) {
  contract::put(flash(), "settings", bytes_of_pattern(10, 1));
  HF_NEEDS(world->open_elsewhere("settings"));
  CHECK(flash().open("settings", hal::OpenMode::existing).status() == Status::busy);
  CHECK(flash().open("settings", hal::OpenMode::read_only).status() == Status::busy);
}

TEST(FlashContract, clause_5_a_restart_of_the_process_frees_its_files) {
  const hal::FileHandle file = opened("journal");
  CHECK(is_ok(flash().write(file, 0, bytes_of_pattern(100, 1))));
  world->restart_process();
  const hal::FileHandle again = opened("journal", hal::OpenMode::existing);
  CHECK(contract::contents(flash(), again) == bytes_of_pattern(100, 1));
}

TEST(FlashContract, clause_7_sixteen_files_may_be_open_and_closing_one_makes_room) {
  std::vector<hal::FileHandle> files;
  for (std::size_t i = 0; i < hal::kFilesOpenMax; ++i) {
    files.push_back(opened("file-" + std::to_string(i)));
  }
  CHECK(flash().open("one-more", hal::OpenMode::create).status() == Status::full);
  CHECK(is_ok(flash().close(files.front())));
  CHECK(is_ok(flash().close(opened("one-more"))));
  for (std::size_t i = 1; i < hal::kFilesOpenMax; ++i) {
    CHECK(is_ok(flash().write(files[i], 0, bytes_of_pattern(10, i))));
    CHECK(contract::contents(flash(), files[i]) == bytes_of_pattern(10, i));
  }
}

TEST(FlashContract, rename_replaces_its_target) {
  contract::put(flash(), "settings.new", bytes_of_pattern(20, 2));
  contract::put(flash(), "settings", bytes_of_pattern(10, 1));
  CHECK(is_ok(flash().rename("settings.new", "settings")));
  CHECK(flash().open("settings.new", hal::OpenMode::existing).status() == Status::not_found);
  CHECK(flash().rename("absent", "settings") == Status::not_found);
  CHECK(contract::contents(flash(), opened("settings")) == bytes_of_pattern(20, 2));
}

TEST(FlashContract, remove_is_ok_whether_or_not_there_was_one) {
  contract::put(flash(), "old", bytes_of_pattern(10, 1));
  CHECK(is_ok(flash().remove("old")));
  CHECK(flash().open("old", hal::OpenMode::existing).status() == Status::not_found);
  CHECK(is_ok(flash().remove("old")));
}

TEST(FlashContract, names_come_in_alphabetical_order) {
  for (const auto name : {"queue.db", "Zebra", "queue.db-wal", "alerts"}) {
    contract::put(flash(), name, bytes_of_pattern(1, 1));
  }
  CHECK((contract::names(flash()) ==
         std::vector<std::string>{"Zebra", "alerts", "queue.db", "queue.db-wal"}));
}

TEST(FlashContract, space_shrinks_with_what_is_written_and_a_full_medium_says_so) {
  HF_NEEDS(world->limit_flash(1024 * 1024));
  const hal::Space before = flash().space().value();
  CHECK(before.bytes_free <= before.bytes_total);
  const hal::FileHandle file = opened("journal");
  CHECK(is_ok(flash().write(file, 0, bytes_of_pattern(200'000, 1))));
  CHECK(is_ok(flash().sync(file)));
  CHECK(flash().space().value().bytes_free <= before.bytes_free - 200'000);
  Status status = Status::ok;
  for (std::uint64_t i = 1; i < 20 && is_ok(status); ++i) {
    status = flash().write(file, i * 200'000, bytes_of_pattern(200'000, i));
  }
  CHECK(status == Status::full);
  CHECK(flash().reserve(file, 8 * 1024 * 1024) == Status::full);
  CHECK(contract::contents(flash(), file, 0, 200'000) == bytes_of_pattern(200'000, 1));
  CHECK(is_ok(flash().close(file)));
  CHECK(is_ok(flash().remove("journal")));
  CHECK(is_ok(flash().sync_directory()));
  contract::put(flash(), "small", bytes_of_pattern(1'000, 1));
}

TEST(FlashContract, what_was_reserved_can_be_written_when_the_medium_is_full) {
  HF_NEEDS(world->limit_flash(1024 * 1024));
  const hal::FileHandle journal = opened("journal");
  if (flash().reserve(journal, 300'000) == Status::unsupported) return;
  const hal::FileHandle hog = opened("hog");
  std::uint64_t taken = 0;
  while (is_ok(flash().write(hog, taken, bytes_of_pattern(10'000, 1)))) taken += 10'000;
  CHECK(is_ok(flash().write(journal, 0, bytes_of_pattern(300'000, 2))));
  CHECK(is_ok(flash().sync(journal)));
}

TEST(FlashContract, a_medium_gone_read_only_can_be_read_and_says_so) {
  contract::put(flash(), "settings", bytes_of_pattern(10, 1));
  HF_NEEDS(world->make_flash_read_only());
  CHECK(flash().medium().state == hal::MediumState::read_only);
  CHECK(flash().open("settings", hal::OpenMode::existing).status() == Status::unavailable);
  CHECK(flash().open("more", hal::OpenMode::create).status() == Status::unavailable);
  CHECK(flash().remove("settings") == Status::unavailable);
  CHECK(flash().rename("settings", "more") == Status::unavailable);
  const hal::FileHandle file = opened("settings", hal::OpenMode::read_only);
  CHECK(contract::contents(flash(), file) == bytes_of_pattern(10, 1));
}

TEST(FlashContract, the_medium_names_its_sector) {
  const hal::Medium medium = flash().medium();
  CHECK(medium.state == hal::MediumState::writable);
  CHECK(medium.sector_bytes >= 512);
  CHECK((medium.sector_bytes & (medium.sector_bytes - 1)) == 0);
}

// What is special to files of a real directory. What every flash must do: tests/contract.
#include "platform/linux/flash.h"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "platform/linux/medium.h"
#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

TEST_GROUP(FlashInADirectory) {
  test::TemporaryFolder folder;
  Flash flash{(folder / "files").c_str()};

  hal::FileHandle made(std::string_view name) {
    return flash.open(name, hal::OpenMode::create).value();
  }
};

TEST(FlashInADirectory, reserved_space_has_no_hole_that_a_later_write_would_have_to_fill) {
  const hal::FileHandle file = made("journal");
  CHECK(is_ok(flash.resize(file, 100'000)));  // all hole
  const Status reserved = flash.reserve(file, 300'000);
  CHECK(is_ok(flash.sync(file)));
  const Descriptor seen{::open((folder / "files/journal").c_str(), O_RDONLY | O_CLOEXEC)};
  LONGLONGS_EQUAL(300'000, ::lseek(seen.number(), 0, SEEK_HOLE));
  struct stat found {};
  CHECK(::fstat(seen.number(), &found) == 0);
  if (is_ok(reserved)) CHECK(found.st_blocks * 512 >= 300'000);
}

TEST(FlashInADirectory, the_promise_to_reserve_is_made_only_where_blocks_stay_where_they_are) {
  const Descriptor opened = Descriptor{::open((folder / "files").c_str(), O_RDONLY | O_CLOEXEC)};
  const FileSystem file_system = file_system_of(opened.number());
  CHECK(file_system.name == flash.medium().file_system);
  const Status reserved = flash.reserve(made("journal"), 10'000);
  if (!file_system.keeps_blocks) CHECK(reserved == Status::unsupported);
}

TEST(FlashInADirectory, names_that_are_not_ours_are_not_listed) {
  folder.write("files/.hidden", "");
  folder.write("files/with space", "");
  folder.write("files/ours", "");
  hal::FileName name;
  CHECK(is_ok(flash.name_at(0, name)));
  CHECK(name.view() == "ours");
  CHECK(flash.name_at(1, name) == Status::not_found);
}

TEST(FlashInADirectory, many_names_come_in_order) {
  constexpr std::uint32_t kCount = 150;  // several passes over the directory
  for (std::uint32_t i = 0; i < kCount; ++i) {
    folder.write("files/name-" + std::to_string(1000 + (i * 77) % kCount), "");
  }
  hal::FileName name;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    CHECK(is_ok(flash.name_at(i, name)));
    CHECK(name.view() == "name-" + std::to_string(1000 + i));
  }
  CHECK(flash.name_at(kCount, name) == Status::not_found);
}

TEST(FlashInADirectory, a_link_that_leads_out_of_the_directory_is_not_followed) {
  folder.write("secret", "not for the flash");
  CHECK(::symlink((folder / "secret").c_str(), (folder / "files/link").c_str()) == 0);
  CHECK_FALSE(flash.open("link", hal::OpenMode::existing).ok());
  CHECK_FALSE(flash.open("link", hal::OpenMode::create).ok());
}

TEST(FlashInADirectory, without_a_directory_every_call_says_that_the_medium_is_gone) {
  Flash nowhere{(folder / "no/such/folder").c_str()};
  hal::FileName name;
  CHECK(nowhere.medium().state == hal::MediumState::missing);
  CHECK(nowhere.open("file", hal::OpenMode::create).status() == Status::unavailable);
  CHECK(nowhere.remove("file") == Status::unavailable);
  CHECK(nowhere.rename("file", "other") == Status::unavailable);
  CHECK(nowhere.sync_directory() == Status::unavailable);
  CHECK(nowhere.name_at(0, name) == Status::unavailable);
  CHECK(nowhere.space().status() == Status::unavailable);
}

TEST(FlashInADirectory, an_offset_beyond_what_a_file_can_hold_is_full) {
  const hal::FileHandle file = made("journal");
  std::array<std::byte, 8> bytes{};
  CHECK(flash.write(file, UINT64_MAX - 3, bytes) == Status::full);
  CHECK(flash.resize(file, UINT64_MAX) == Status::full);
  CHECK(flash.reserve(file, UINT64_MAX) == Status::full);
  UNSIGNED_LONGS_EQUAL(0, flash.read(file, UINT64_MAX, bytes).value());
}

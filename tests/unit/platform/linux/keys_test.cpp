// What is special to keys in files. What all keys must do: tests/contract.
#include "platform/linux/keys.h"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "platform/linux/descriptor.h"
#include "tests/support/temporary_folder.h"
#include "vocabulary/bytes.h"

using namespace hf;
using namespace hf::on_linux;

namespace {

constexpr hal::SecretId kFirst{.kind = hal::SecretKind::data_key, .number = 1};
constexpr hal::SecretId kSecond{.kind = hal::SecretKind::data_key, .number = 2};
constexpr const char* kSecret = "nobody may read this";

mode_t permissions_of(const std::string& path) {
  struct stat found {};
  CHECK(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777;
}

std::string all_of(const Descriptor& file) {
  std::array<char, 256> text{};
  const auto count = ::pread(file.number(), text.data(), text.size(), 0);
  return {text.data(), static_cast<std::size_t>(count < 0 ? 0 : count)};
}

}  // namespace

TEST_GROUP(KeysInFiles) {
  test::TemporaryFolder folder;
  std::array<std::byte, hal::kSecretBytesMax> buffer{};

  std::string path() { return folder / "keys"; }
  Descriptor opened(std::string_view name) {
    return Descriptor{::open((path() + "/" + std::string{name}).c_str(), O_RDONLY | O_CLOEXEC)};
  }
};

TEST(KeysInFiles, only_we_may_read_them) {
  Keys keys{path().c_str()};
  CHECK(is_ok(keys.store(kFirst, bytes_of(kSecret))));
  LONGS_EQUAL(0700, permissions_of(path()));
  LONGS_EQUAL(0600, permissions_of(path() + "/data_key.1"));
}

TEST(KeysInFiles, a_folder_that_others_could_read_is_closed_to_them) {
  CHECK(::mkdir(path().c_str(), 0755) == 0);
  const Keys keys{path().c_str()};
  LONGS_EQUAL(0700, permissions_of(path()));
}

TEST(KeysInFiles, what_is_erased_is_overwritten_first) {
  Keys keys{path().c_str()};
  CHECK(is_ok(keys.store(kFirst, bytes_of(kSecret))));
  const Descriptor kept = opened("data_key.1");
  STRCMP_CONTAINS(kSecret, all_of(kept).c_str() + 16);  // behind its header
  CHECK(is_ok(keys.erase(kFirst)));
  CHECK(all_of(kept).find(kSecret) == std::string::npos);
}

TEST(KeysInFiles, what_is_replaced_is_overwritten_too) {
  Keys keys{path().c_str()};
  CHECK(is_ok(keys.store(kFirst, bytes_of(kSecret))));
  const Descriptor kept = opened("data_key.1");
  CHECK(is_ok(keys.store(kFirst, bytes_of("another"))));
  CHECK(all_of(kept).find(kSecret) == std::string::npos);
}

TEST(KeysInFiles, a_secret_left_unfinished_by_a_power_cut_is_removed_at_the_next_start) {
  folder.write("keys/data_key.1.new", kSecret);
  const Keys keys{path().c_str()};
  CHECK_FALSE(opened("data_key.1.new").is_open());
}

TEST(KeysInFiles, a_file_copied_under_another_name_is_corrupt) {
  Keys keys{path().c_str()};
  CHECK(is_ok(keys.store(kFirst, bytes_of(kSecret))));
  folder.write("keys/data_key.2", folder.read("keys/data_key.1"));
  CHECK(keys.load(kSecond, buffer).status() == Status::corrupt);
}

TEST(KeysInFiles, a_file_cut_short_grown_or_empty_is_corrupt) {
  Keys keys{path().c_str()};
  CHECK(is_ok(keys.store(kFirst, bytes_of(kSecret))));
  const std::string whole = folder.read("keys/data_key.1");
  for (const std::string& damaged :
       {std::string{}, whole.substr(0, 10), whole.substr(0, whole.size() - 1), whole + "x",
        whole + std::string(8192, 'x'), std::string(whole.size(), '\0')}) {
    folder.write("keys/data_key.1", damaged);
    CHECK(keys.load(kFirst, buffer).status() == Status::corrupt);
  }
}

TEST(KeysInFiles, without_a_folder_they_are_unavailable) {
  Keys keys{(folder / "no/such/folder").c_str()};
  CHECK(keys.load(kFirst, buffer).status() == Status::unavailable);
  CHECK(keys.store(kFirst, bytes_of(kSecret)) == Status::unavailable);
  CHECK(keys.erase(kFirst) == Status::unavailable);
}

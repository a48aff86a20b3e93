#include "platform/linux/slots.h"

#include <CppUTest/TestHarness.h>

#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

namespace {

constexpr bool kMayNotReboot = false;

}  // namespace

TEST_GROUP(SlotsOfOneSystem) {
  test::TemporaryFolder folder;

  Slots in_boot(std::uint64_t boot) {
    return Slots{folder.path().c_str(), BootId{boot}, kMayNotReboot};
  }
};

TEST(SlotsOfOneSystem, there_is_nothing_to_try_or_confirm) {
  Slots slots = in_boot(1);
  CHECK(slots.state().status() == Status::unsupported);
  CHECK(slots.confirm() == Status::unsupported);
  CHECK(slots.reboot() == Status::refused);
}

TEST(SlotsOfOneSystem, boots_that_never_got_stable_are_counted) {
  UNSIGNED_LONGS_EQUAL(0, in_boot(1).short_boots());
  UNSIGNED_LONGS_EQUAL(1, in_boot(2).short_boots());
  UNSIGNED_LONGS_EQUAL(2, in_boot(3).short_boots());
}

TEST(SlotsOfOneSystem, a_restart_within_one_boot_counts_once) {
  UNSIGNED_LONGS_EQUAL(0, in_boot(1).short_boots());
  UNSIGNED_LONGS_EQUAL(0, in_boot(1).short_boots());
  UNSIGNED_LONGS_EQUAL(1, in_boot(2).short_boots());
  UNSIGNED_LONGS_EQUAL(1, in_boot(2).short_boots());
}

TEST(SlotsOfOneSystem, a_stable_boot_ends_the_row) {
  in_boot(1);
  Slots stable = in_boot(2);
  UNSIGNED_LONGS_EQUAL(1, stable.short_boots());
  CHECK(is_ok(stable.note_stable()));
  UNSIGNED_LONGS_EQUAL(0, stable.short_boots());
  UNSIGNED_LONGS_EQUAL(0, in_boot(3).short_boots());
  UNSIGNED_LONGS_EQUAL(1, in_boot(4).short_boots());
}

TEST(SlotsOfOneSystem, a_damaged_count_is_taken_for_a_high_one_until_a_stable_boot) {
  for (const std::string& damaged : {std::string{"x"}, std::string(20, '\0'), std::string{}}) {
    folder.write("boots", damaged);
    UNSIGNED_LONGS_EQUAL(3, in_boot(9).short_boots());
  }
  CHECK(is_ok(in_boot(9).note_stable()));
  UNSIGNED_LONGS_EQUAL(0, in_boot(10).short_boots());
}

TEST(SlotsOfOneSystem, without_a_folder_nothing_is_promised) {
  Slots slots{(folder / "none").c_str(), BootId{1}, kMayNotReboot};
  UNSIGNED_LONGS_EQUAL(0, slots.short_boots());
  CHECK(slots.note_stable() == Status::unavailable);
}

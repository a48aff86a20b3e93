// hal/slots.h, clause by clause.
#include <CppUTest/TestHarness.h>

#include "tests/contract/board_under_test.h"

using namespace hf;
using hal::Slot;

TEST_GROUP(SlotsContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  hal::Slots& slots() { return world->board().slots; }
  hal::SlotState state() { return slots().state().value(); }
};

TEST(SlotsContract, a_board_with_one_system_says_so_everywhere) {
  if (slots().state().ok()) return;
  CHECK(slots().state().status() == Status::unsupported);
  CHECK(slots().confirm() == Status::unsupported);
}

TEST(SlotsContract, clause_1_a_slot_that_is_never_confirmed_falls_back_by_itself) {
  HF_NEEDS(world->try_other_slot(3));
  const Slot good = state().running;
  for (int boots_left = 2; boots_left >= 0; --boots_left) {
    HF_NEEDS(world->cut_power());
    CHECK(state().running != good);
    CHECK(state().on_trial);
    LONGS_EQUAL(boots_left, state().trial_boots_left);
  }
  CHECK(world->cut_power());
  CHECK(state().running == good);
  CHECK_FALSE(state().on_trial);
}

TEST(SlotsContract, clause_2_a_confirmed_slot_stays) {
  HF_NEEDS(world->try_other_slot(1));
  const Slot before = state().running;
  HF_NEEDS(world->cut_power());
  CHECK(is_ok(slots().confirm()));
  CHECK_FALSE(state().on_trial);
  CHECK(is_ok(slots().confirm()));
  for (int boot = 0; boot < 5; ++boot) {
    CHECK(world->cut_power());
    CHECK(state().running != before);
    CHECK_FALSE(state().on_trial);
  }
}

TEST(SlotsContract, clause_3_short_boots_are_counted_until_one_is_stable) {
  UNSIGNED_LONGS_EQUAL(0, slots().short_boots());
  for (std::uint32_t boot = 1; boot <= 4; ++boot) {
    HF_NEEDS(world->cut_power());
    UNSIGNED_LONGS_EQUAL(boot, slots().short_boots());
  }
  CHECK(is_ok(slots().note_stable()));
  CHECK(world->cut_power());
  UNSIGNED_LONGS_EQUAL(0, slots().short_boots());
}

TEST(SlotsContract, clause_3_a_restart_of_the_process_is_no_boot) {
  const std::uint32_t before = slots().short_boots();
  world->restart_process();
  UNSIGNED_LONGS_EQUAL(before, slots().short_boots());
  CHECK(is_ok(slots().note_stable()));
  world->restart_process();
  UNSIGNED_LONGS_EQUAL(0, slots().short_boots());
}

TEST(SlotsContract, clause_3_a_cut_while_noting_never_counts_too_few) {
  for (int turn = 0; turn < 20; ++turn) {
    HF_NEEDS(world->cut_power());
    const std::uint32_t before = slots().short_boots();
    HF_NEEDS(world->cut_power_in_next_change());
    CHECK_FALSE(is_ok(slots().note_stable()));
    CHECK(world->cut_power());
    CHECK(slots().short_boots() == 0 || slots().short_boots() == before + 1);
  }
}

TEST(SlotsContract, a_reboot_is_refused_or_happens_soon) {
  const Status asked = slots().reboot();
  CHECK(is_ok(asked) || asked == Status::refused);
  HF_NEEDS(is_ok(asked));
  HF_NEEDS(world->pass_at_once(minutes(1)));
  bool rebooted = false;
  HF_NEEDS(world->see_reboot(rebooted));
  CHECK(rebooted);
}

// hal/processes.h, clause by clause. A platform whose test program has no roles answers not_found,
// and leaves all of it to others.
#include <CppUTest/TestHarness.h>

#include "tests/contract/board_under_test.h"

using namespace hf;

namespace {

constexpr hal::RoleInstance kField{.role = hal::Role::field, .number = 1};
constexpr hal::RoleInstance kOtherField{.role = hal::Role::field, .number = 2};
constexpr std::uint64_t kMemory = 64ULL * 1024 * 1024;
constexpr std::int32_t kKillSignal = 9;

}  // namespace

TEST_GROUP(ProcessesContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  hal::Processes& processes() { return world->board().processes; }

  bool starts(hal::RoleInstance who) {
    const Status started = processes().start(who, kMemory);
    CHECK(is_ok(started) || started == Status::not_found);
    return is_ok(started);
  }
  // Waits as long as a busy machine may take.
  bool sees_exit(hal::RoleExit & exit) {
    for (int waited_ms = 0; waited_ms < contract::kSoonMs; waited_ms += 10) {
      if (processes().next_exit(exit)) return true;
      world->pass(milliseconds(10));
    }
    return false;
  }
  bool no_further_exit() {
    world->pass(milliseconds(50));
    hal::RoleExit exit;
    return !processes().next_exit(exit);
  }
};

TEST(ProcessesContract, a_role_that_does_not_run_cannot_be_stopped_or_measured) {
  CHECK(processes().stop(kField, seconds(1)) == Status::stale);
  CHECK(processes().usage(kField).status() == Status::not_found);
  CHECK(no_further_exit());
}

TEST(ProcessesContract, a_running_role_is_busy_and_takes_something) {
  HF_NEEDS(starts(kField));
  CHECK(processes().start(kField, kMemory) == Status::busy);
  CHECK(is_ok(processes().start(kOtherField, kMemory)));
  const Result<hal::RoleUsage> usage = processes().usage(kField);
  CHECK(usage.ok());
  CHECK(usage.value().resident_bytes > 0);
  CHECK(usage.value().descriptors_open > 0);
}

TEST(ProcessesContract, clause_1_a_role_that_takes_more_than_its_cap_does_not_get_it) {
  HF_NEEDS(starts(kField));
  HF_NEEDS(world->let_role_take(kField, 2 * kMemory));
  hal::RoleExit exit;
  CHECK(sees_exit(exit));
  CHECK(exit.who == kField);
}

TEST(ProcessesContract, clause_1_roles_die_with_the_core) {
  HF_NEEDS(starts(kField));
  world->restart_process();
  CHECK(processes().usage(kField).status() == Status::not_found);
  bool is_alive = true;
  HF_NEEDS(world->see_alive(kField, is_alive));
  CHECK_FALSE(is_alive);
  CHECK(is_ok(processes().start(kField, kMemory)));
}

TEST(ProcessesContract, clause_2_a_role_that_ends_by_itself_is_told_once_with_its_code) {
  HF_NEEDS(starts(kField));
  CHECK(starts(kOtherField));
  HF_NEEDS(world->end_role(kField, 7));
  hal::RoleExit exit;
  CHECK(sees_exit(exit));
  CHECK(exit.who == kField);
  CHECK_FALSE(exit.killed);
  LONGS_EQUAL(7, exit.code);
  CHECK(no_further_exit());
  CHECK(processes().usage(kOtherField).ok());
  CHECK(is_ok(processes().start(kField, kMemory)));
}

TEST(ProcessesContract, clause_2_a_killed_role_is_told_once_with_its_signal) {
  HF_NEEDS(starts(kField));
  HF_NEEDS(world->kill_role(kField, kKillSignal));
  hal::RoleExit exit;
  CHECK(sees_exit(exit));
  CHECK(exit.killed);
  LONGS_EQUAL(kKillSignal, exit.code);
  CHECK(no_further_exit());
}

TEST(ProcessesContract, clause_3_a_role_asked_to_stop_ends_within_its_grace) {
  HF_NEEDS(starts(kField));
  CHECK(is_ok(processes().stop(kField, seconds(4))));
  hal::RoleExit exit;
  CHECK(sees_exit(exit));
  CHECK(exit.who == kField);
  CHECK_FALSE(exit.killed && exit.code == kKillSignal);
  CHECK(no_further_exit());
}

TEST(ProcessesContract, clause_3_a_role_that_does_not_listen_is_killed_after_its_grace) {
  HF_NEEDS(starts(kField));
  HF_NEEDS(world->make_role_deaf(kField));
  const Duration grace = seconds(1);
  const Uptime before = world->board().clock.uptime();
  CHECK(is_ok(processes().stop(kField, grace)));
  CHECK(world->board().clock.uptime() - before < grace);  // it does not wait for that
  hal::RoleExit exit;
  CHECK(sees_exit(exit));
  CHECK(exit.killed);
  LONGS_EQUAL(kKillSignal, exit.code);
  CHECK(world->board().clock.uptime() - before >= grace);
}

TEST(ProcessesContract, clause_4_a_role_inherits_nothing) {
  HF_NEEDS(starts(kField));
  bool inherited = true;
  HF_NEEDS(world->see_inherited(kField, inherited));
  CHECK_FALSE(inherited);
}

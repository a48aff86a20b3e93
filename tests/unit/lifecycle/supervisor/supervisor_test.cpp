#include "lifecycle/supervisor/supervisor.h"

#include <CppUTest/TestHarness.h>

#include "platform/sim/board.h"

using namespace hf;
using namespace hf::lifecycle;

namespace {

constexpr std::uint64_t kSeed = 4711;
constexpr hal::RoleInstance kLink{.role = hal::Role::link, .number = 0};
constexpr std::uint64_t kCap = 8 << 20;
constexpr std::int32_t kCrash = 11;

}  // namespace

TEST_GROUP(Supervisor) {
  sim::Board board{kSeed};
  stores::RoleLedger ledger;
  Supervisor supervisor{board.processes, ledger, board.log};

  void setup() override { CHECK(is_ok(supervisor.want(kLink, kCap))); }

  Uptime now() const { return board.clock.uptime(); }
  Uptime step() { return supervisor.step(now()); }
  bool runs() const { return board.processes.runs(kLink); }

  // Lets time pass as the loop would, until the role runs. How long that took.
  Duration time_to_start() {
    const Uptime begun = now();
    while (!runs()) {
      const Uptime due = step();
      if (!runs()) board.pass(due - now());
    }
    return now() - begun;
  }
};

TEST(Supervisor, SV1_a_wanted_role_is_started_once_and_stays) {
  CHECK(!runs());
  step();
  CHECK(runs());
  step();
  UNSIGNED_LONGS_EQUAL(1, ledger[0].starts);
  CHECK(supervisor.want(kLink, kCap) == Status::busy);
}

TEST(Supervisor, SV1_a_role_that_cannot_be_started_is_tried_again) {
  board.processes.set_running_max(0);
  const Uptime due = step();
  CHECK(due > now());
  UNSIGNED_LONGS_EQUAL(1, ledger[0].failed_starts);
  CHECK_EQUAL("error role_not_started role=link number=0 status=full", board.log.lines().back());
  board.processes.set_running_max(1);
  board.pass(due - now());
  step();
  CHECK(runs());
}

TEST(Supervisor, SV2_a_role_that_crashes_again_and_again_costs_a_start_a_minute) {
  step();
  const Duration pauses[] = {seconds(1),  seconds(2),  seconds(4),  seconds(8),
                             seconds(16), seconds(32), seconds(60), seconds(60)};
  for (const Duration pause : pauses) {
    CHECK(board.processes.kill(kLink, kCrash));
    LONGLONGS_EQUAL(pause.ms, time_to_start().ms);
  }
}

TEST(Supervisor, SV2_after_a_sound_run_a_role_comes_back_at_once) {
  step();
  for (int i = 0; i < 6; ++i) {
    CHECK(board.processes.kill(kLink, kCrash));
    time_to_start();
  }
  board.pass(Supervisor::kSoundRun);
  CHECK(board.processes.kill(kLink, kCrash));
  LONGLONGS_EQUAL(Supervisor::kPauseLeast.ms, time_to_start().ms);
}

TEST(Supervisor, SV3_every_end_is_counted_and_told) {
  step();
  board.pass(seconds(5));
  CHECK(board.processes.kill(kLink, kCrash));
  step();
  CHECK(!ledger[0].runs);
  UNSIGNED_LONGS_EQUAL(1, ledger[0].ends);
  CHECK(ledger[0].was_killed);
  LONGS_EQUAL(kCrash, ledger[0].end_code);
  CHECK_EQUAL("warning role_ended role=link number=0 signal=11 ran_s=5", board.log.lines().back());
  time_to_start();
  CHECK(board.processes.end(kLink, 3));
  step();
  CHECK(!ledger[0].was_killed);
  LONGS_EQUAL(3, ledger[0].end_code);
}

TEST(Supervisor, exits_of_roles_nobody_wanted_are_let_go) {
  constexpr hal::RoleInstance kField{.role = hal::Role::field, .number = 1};
  CHECK(is_ok(board.processes.start(kField, kCap)));
  CHECK(board.processes.end(kField, 0));
  step();
  UNSIGNED_LONGS_EQUAL(0, ledger[0].ends);
}

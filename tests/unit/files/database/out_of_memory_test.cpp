// Method: refuse the first, the second, the third … allocation of SQLite's whole life until it
// comes through without meeting the refusal. After each: nothing leaked, nothing damaged, and what
// was committed is there.
#include "files/database/check.h"
#include "tests/support/fixed_flash.h"
#include "tests/unit/files/database/database_world.h"

using namespace hf;
using namespace hf::files;

namespace {

struct Kept {
  int rows_committed = 0;
};

Status live(World& world, Kept& kept) {
  static constexpr std::array<std::byte, 6000> kFrame{};
  HF_TRY(world.open());
  for (int batch = 0; batch < 3; ++batch) {
    Transaction transaction(world.database);
    HF_TRY(transaction.begin());
    HF_TRY(world.add(kFrame));
    HF_TRY(world.add(std::span{kFrame}.first(100)));
    HF_TRY(transaction.commit());
    kept.rows_committed += 2;
  }
  HF_TRY(world.database.checkpoint());
  HF_TRY(world.remove_to(1));
  --kept.rows_committed;
  HF_TRY(world.database.checkpoint());
  world.close();
  return Status::ok;
}

void check_what_was_kept(FixedFlash& flash, const Kept& kept) {
  World after(flash, 99);
  STATUS_EQUAL(Status::ok, after.open());
  LONGS_EQUAL(kept.rows_committed, after.rows());
  DatabaseCheck check(after.database);
  STATUS_EQUAL(Status::ok, check.check_whole(10'000));
}

void sweep(bool sticky) {
  static FixedFlash flash;
  bool completed = false;
  std::uint64_t refusals = 0;
  for (std::uint64_t nth = 1; !completed; ++nth) {
    flash.forget_everything();
    Kept kept;
    {
      World world(flash);
      const std::size_t used_before = world.engine.arena_use().bytes_used;
      world.engine.arena().fail_at(nth, sticky);
      const Status lived = live(world, kept);
      CHECK(is_ok(lived) || lived == Status::busy);
      completed = world.engine.arena_use().refusals == 0;
      refusals += world.engine.arena_use().refusals;
      CHECK(!completed || is_ok(lived));
      CHECK_FALSE(world.database.needs_reopen());
      world.engine.arena().fail_at(0);
      world.close();
      LONGS_EQUAL(used_before, world.engine.arena_use().bytes_used);
      CHECK(world.engine.arena().is_sound());
    }
    check_what_was_kept(flash, kept);
  }
  CHECK(refusals > 100);
}

}  // namespace

TEST_GROUP(OutOfMemory){};

TEST(OutOfMemory, one_refusal_anywhere_in_sqlites_life_loses_nothing_and_leaks_nothing) {
  sweep(false);
}

TEST(OutOfMemory, refusals_from_anywhere_on_for_ever_lose_nothing_and_leak_nothing) { sweep(true); }

TEST(OutOfMemory, an_arena_too_small_to_open_a_database_is_busy_not_a_crash) {
  static FixedFlash flash;
  flash.forget_everything();
  for (std::size_t bytes = 1024; bytes < 256 * 1024; bytes += 1024) {
    EngineMemory memory = engine_room().memory();
    memory.arena = memory.arena.first(bytes);
    Engine engine(memory, flash, 1);
    const Status started = engine.start();
    if (!is_ok(started)) {
      STATUS_EQUAL(Status::busy, started);
      continue;
    }
    Database database(engine);
    const Status opened = database.open(kSettings, kFirstVersion);
    if (is_ok(opened)) return;
    STATUS_EQUAL(Status::busy, opened);
  }
  FAIL("256 KiB should have been enough");
}

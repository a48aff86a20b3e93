// The n-th call to the medium fails, for every n and every way to fail, once and for ever, while a
// database is used. Once a write, a sync or a removal has failed nothing more may be written before
// it was closed, opened and judged; whatever failed, what was committed must be there.
#include <CppUTest/TestHarness.h>

#include <string>

#include "tests/fault/files/database_on_sim.h"

using namespace hf;
using namespace hf::files;

namespace {

struct Failing {
  sim::FlashCall call;
  sim::Fault fault;
  std::uint64_t times;
  JournalMode journal = JournalMode::write_ahead_log;
};

sim::PlannedFault planned(const Failing& failing, std::uint64_t after) {
  sim::PlannedFault plan;
  plan.call = failing.call;
  plan.fault = failing.fault;
  plan.times = failing.times;
  plan.after = after;
  return plan;
}

bool is_a_change(sim::FlashCall call) {
  return call == sim::FlashCall::write || call == sim::FlashCall::sync;
}

// Everything is refused until the database was opened anew, and nothing reaches the medium.
void check_refuses_until_reopened(World& world, const sim::Flash& flash) {
  CHECK(world.database.needs_reopen());
  const sim::FlashCounters before = flash.counters();
  STATUS_EQUAL(Status::unavailable, world.add(bytes_of_row(1)));
  STATUS_EQUAL(Status::unavailable, world.database.checkpoint());
  STATUS_EQUAL(Status::unavailable, world.database.page_use().status());
  STATUS_EQUAL(Status::unavailable, world.read.bind(1, 1).step().status());
  Transaction transaction(world.database);
  STATUS_EQUAL(Status::unavailable, transaction.begin());
  world.close();
  CHECK(before.writes == flash.counters().writes);
  CHECK(before.syncs == flash.counters().syncs);
}

// True: the work came through without meeting the fault.
bool fail_at(const Failing& failing, std::uint64_t nth) {
  sim::FlashOnDesk medium(nth + 1);
  DatabaseSettings settings = kSettings;
  settings.journal = failing.journal;
  Scenario scenario;
  bool completed = false;
  {
    World world(medium.flash, 1);
    STATUS_EQUAL(Status::ok, world.open(settings));
    STATUS_EQUAL(Status::ok, world.database.checkpoint());
    medium.flash.plan(planned(failing, nth));
    completed = scenario.work(world);
    if (!completed && is_a_change(failing.call)) {
      check_refuses_until_reopened(world, medium.flash);
    }
  }
  medium.flash.forget_plans();
  if (nth % 2 == 0) medium.power_on();  // as well as a reopening, a boot
  World after(medium.flash, 2);
  STATUS_EQUAL(Status::ok, after.open(settings));
  CHECK_TEXT(scenario.holds(after),
             ("rows lost when call " + std::to_string(nth) + " fails").c_str());
  CHECK(scenario.work(after));
  return completed;
}

void sweep(const Failing& failing) {
  std::uint64_t nth = 0;
  while (!fail_at(failing, nth)) ++nth;
  CHECK(nth > 2);
}

}  // namespace

TEST_GROUP(DatabaseOnAFailingMedium){};

TEST(DatabaseOnAFailingMedium, a_write_that_fails_once_or_for_ever_loses_nothing) {
  for (const std::uint64_t times : {std::uint64_t{1}, sim::kForEver}) {
    sweep({.call = sim::FlashCall::write, .fault = sim::Fault::io_error, .times = times});
    sweep({.call = sim::FlashCall::write, .fault = sim::Fault::no_space, .times = times});
  }
}

TEST(DatabaseOnAFailingMedium, a_sync_that_fails_is_never_tried_again) {
  for (const std::uint64_t times : {std::uint64_t{1}, sim::kForEver}) {
    sweep({.call = sim::FlashCall::sync, .fault = sim::Fault::io_error, .times = times});
  }
}

TEST(DatabaseOnAFailingMedium, a_read_that_fails_loses_nothing) {
  for (const std::uint64_t times : {std::uint64_t{1}, std::uint64_t{3}, sim::kForEver}) {
    sweep({.call = sim::FlashCall::read, .fault = sim::Fault::io_error, .times = times});
  }
}

TEST(DatabaseOnAFailingMedium, under_a_rollback_journal_the_same_holds) {
  for (const auto call : {sim::FlashCall::write, sim::FlashCall::sync, sim::FlashCall::any}) {
    sweep({.call = call,
           .fault = sim::Fault::io_error,
           .times = 1,
           .journal = JournalMode::rollback});
  }
}

TEST(DatabaseOnAFailingMedium, a_medium_that_is_read_only_or_gone_is_unavailable_at_open) {
  for (const auto state : {hal::MediumState::read_only, hal::MediumState::missing}) {
    sim::FlashOnDesk medium(1);
    medium.flash.set_state(state);
    World world(medium.flash);
    STATUS_EQUAL(Status::unavailable, world.open());
    CHECK_FALSE(world.database.is_open());
  }
}

TEST(DatabaseOnAFailingMedium, any_call_that_fails_while_a_file_is_born_leaves_one_that_opens) {
  bool completed = false;
  for (std::uint64_t nth = 0; !completed; ++nth) {
    sim::FlashOnDesk medium(nth);
    medium.flash.plan(planned({sim::FlashCall::any, sim::Fault::io_error, 1}, nth));
    {
      World world(medium.flash, 1);
      const Status opened = world.open();
      completed = is_ok(opened);
      CHECK(completed || opened == Status::unavailable);
    }
    medium.flash.forget_plans();
    World after(medium.flash, 2);
    STATUS_EQUAL(Status::ok, after.open());
  }
}

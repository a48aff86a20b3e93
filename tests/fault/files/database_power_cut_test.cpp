// Power goes in the middle of the n-th change to the medium, for every n, while a database is born,
// used and used again. After each cut it is opened, judged, and used on; the first opening is
// itself cut in half of the cases, so recovery is swept like everything else.
#include <CppUTest/TestHarness.h>

#include <cstdio>
#include <ctime>
#include <string>

#include "tests/fault/files/database_on_sim.h"

using namespace hf;
using namespace hf::files;

namespace {

struct Tally {
  int cuts = 0;
  int lost = 0;
  int refused = 0;  // to open
  std::string first;
};

using Sabotage = void (*)(World& world);

struct Sweep {
  const char* name;
  JournalMode journal = JournalMode::write_ahead_log;
  bool born_before = false;  // the file stands, empty, when the work begins
  Sabotage sabotage = nullptr;
  sim::FlashCall forgets = sim::FlashCall::any;  // which calls the medium forgets; any: none
};

class SweepOfCuts {
 public:
  SweepOfCuts(const Sweep& sweep, std::uint64_t seeds) : sweep_(sweep) {
    settings_.journal = sweep.journal;
    for (const test::Medium& media : test::swept_media()) {
      for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        test::sweep_places([&](std::uint64_t changes) { return cut_after(media, seed, changes); });
      }
    }
  }

  Tally tally;

 private:
  // True: the work came to its end before the cut.
  bool cut_after(const test::Medium& media, std::uint64_t seed, std::uint64_t changes) {
    sim::FlashOnDesk medium(seed * 1'000'003 + changes, media.model);
    if (sweep_.forgets != sim::FlashCall::any) {
      sim::PlannedFault forgetting;
      forgetting.call = sweep_.forgets;
      forgetting.fault = sim::Fault::forgotten;
      forgetting.times = sim::kForEver;
      medium.flash.plan(forgetting);
    }
    Scenario scenario;
    if (sweep_.born_before) {
      World world(medium.flash, boots_++);
      STATUS_EQUAL(Status::ok, world.open(settings_));
    }
    medium.supply.lose_after(changes);
    bool completed = false;
    {
      World world(medium.flash, boots_++);
      completed = is_ok(world.open(settings_)) && use(world, scenario);
    }
    medium.power_on();
    ++tally.cuts;
    if (seed % 2 == 0) cut_recovery(medium, seed + changes);
    judge(medium, scenario,
          std::string(media.name) + ", seed " + std::to_string(seed) + ", cut after " +
              std::to_string(changes) + " changes");
    return completed;
  }

  bool use(World& world, Scenario& scenario) const {
    if (sweep_.sabotage != nullptr) sweep_.sabotage(world);
    return scenario.work(world);
  }

  void cut_recovery(sim::FlashOnDesk& medium, std::uint64_t luck) {
    medium.supply.lose_after(Random(luck).below(6));
    {
      World world(medium.flash, boots_++);
      static_cast<void>(is_ok(world.open(settings_)));
    }
    medium.power_on();
    ++tally.cuts;
  }

  void judge(sim::FlashOnDesk& medium, Scenario& scenario, const std::string& where) {
    World world(medium.flash, boots_++);
    const Status opened = world.open(settings_);
    const bool lost = is_ok(opened) && !(scenario.holds(world) && scenario.work(world));
    if (!is_ok(opened)) ++tally.refused;
    if (lost) ++tally.lost;
    if ((lost || !is_ok(opened)) && tally.first.empty()) {
      tally.first = where + (lost ? ": rows lost" : ": does not open");
    }
  }

  Sweep sweep_;
  DatabaseSettings settings_ = kSettings;
  std::uint64_t boots_ = 1;
};

Tally sweep(const Sweep& what, std::uint64_t seeds) {
  const std::clock_t began = std::clock();  // of this core, whoever else is busy
  Tally tally = SweepOfCuts(what, seeds).tally;
  const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  std::printf("%s: %d cuts, %d lost, %d refused, %.0f cuts/s; first: %s\n", what.name, tally.cuts,
              tally.lost, tally.refused, tally.cuts / seconds, tally.first.c_str());
  return tally;
}

void check_nothing_lost(const Tally& tally) {
  STRCMP_EQUAL("", tally.first.c_str());
  LONGS_EQUAL(0, tally.lost);
  LONGS_EQUAL(0, tally.refused);
}

}  // namespace

TEST_GROUP(DatabasePowerCut){};

TEST(DatabasePowerCut, acked_record_survives_cut) {
  check_nothing_lost(sweep({.name = "in use", .born_before = true}, 4));
}

TEST(DatabasePowerCut, a_cut_at_birth_leaves_a_file_that_opens) {
  check_nothing_lost(sweep({.name = "being born"}, 2));
}

TEST(DatabasePowerCut, a_rollback_journal_keeps_the_same_promise) {
  check_nothing_lost(sweep({.name = "rollback", .journal = JournalMode::rollback}, 1));
}

// Planted: the sweeps are worth something only if they see these.

TEST(DatabasePowerCut, planted_synchronous_normal_is_caught) {
  const Tally tally = sweep(
      {.name = "planted: synchronous=NORMAL",
       .born_before = true,
       .sabotage =
           [](World& world) {
             Statement planted;
             STATUS_EQUAL(Status::ok, planted.prepare(world.database, "PRAGMA synchronous=NORMAL"));
             STATUS_EQUAL(Status::ok, planted.run());
           }},
      1);
  CHECK(tally.lost > tally.cuts / 10);
}

TEST(DatabasePowerCut, planted_directory_syncs_left_out_are_caught) {
  const Tally tally =
      sweep({.name = "planted: no directory sync", .forgets = sim::FlashCall::sync_directory}, 1);
  CHECK(tally.lost + tally.refused > 0);
}

// Power goes in the middle of the n-th change to the medium, for every n, in every scenario, on
// every medium. Then the recovery is cut as well, and in the end the hub must have all that was
// promised.
#include <CppUTest/TestHarness.h>

#include <chrono>
#include <cstdio>

#include "files/aside/aside.h"
#include "tests/fault/offline_queue/queue_scenarios.h"

using namespace hf;
using namespace hf::test;

namespace {

// What a bug in the store would have left behind, done to the file by hand between two boots.
using Sabotage = std::span<const char* const>;  // statements, in this order

struct Sweep {
  std::span<const Scenario> scenarios = kScenarios;
  std::uint64_t seeds = 1;
  sim::FlashCall forgets = sim::FlashCall::any;  // which calls the medium forgets; any: none
  Sabotage sabotage{};
  bool forgets_journal = false;
  bool promises_early = false;  // an event is called safe before it was stored
};

void sabotage(QueueOnSim& on, Sabotage statements) {
  files::Engine engine({queue_room().arena, queue_room().page_cache}, on.flash, ++on.boots);
  files::Database database(engine);
  if (!is_ok(engine.start()) || !files::is_there(on.flash, "queue.db")) return;
  if (!is_ok(database.open({.file = "queue.db",
                            .application_id = stores::queue::kApplicationId,
                            .page_bytes = on.settings.page_bytes,
                            .file_bytes_max = on.settings.file_bytes_max,
                            .cache_pages = 10},
                           stores::queue::schema()))) {
    return;
  }
  for (const char* sql : statements) {
    files::Statement statement;
    if (is_ok(statement.prepare(database, sql))) static_cast<void>(is_ok(statement.run()));
  }
}

class SweepOfCuts {
 public:
  explicit SweepOfCuts(const Sweep& sweep) : sweep_(sweep) {
    for (const Scenario& scenario : sweep.scenarios) {
      for (const Medium& medium : swept_media()) {
        for (std::uint64_t seed = 1; seed <= sweep.seeds; ++seed) {
          bool completed = false;
          for (std::uint64_t changes = 0; !completed; ++changes) {
            completed = cut_after(scenario, medium, seed, changes);
          }
        }
      }
    }
  }

  Tally tally;

 private:
  // True: the script came to its end before the cut.
  bool cut_after(const Scenario& scenario, const Medium& medium, std::uint64_t seed,
                 std::uint64_t changes) {
    QueueWork work(seed * 1'000'003 + changes, medium.model);
    work.promises_early = sweep_.promises_early;
    if (sweep_.forgets != sim::FlashCall::any) {
      sim::PlannedFault forgetting;
      forgetting.call = sweep_.forgets;
      forgetting.fault = sim::Fault::forgotten;
      forgetting.times = sim::kForEver;
      work.on.flash.plan(forgetting);
    }
    set_up(scenario, work);
    work.on.supply.lose_after(changes);
    const bool completed = work.run(scenario.script);
    come_back(work);
    Random random(seed + changes);
    for (std::uint64_t again = random.below(3); again > 0; --again) {
      work.on.supply.lose_after(random.below(12));
      static_cast<void>(work.run({}));
      come_back(work);
    }
    work.judge(tally, std::string(scenario.name) + " on " + medium.name + ", seed " +
                          std::to_string(seed) + ", cut after " + std::to_string(changes));
    return completed;
  }

  void come_back(QueueWork& work) {
    work.on.come_back();
    if (!sweep_.sabotage.empty()) sabotage(work.on, sweep_.sabotage);
    if (sweep_.forgets_journal)
      static_cast<void>(work.on.flash.remove(stores::queue::kJournalName));
    ++tally.cuts;
  }

  Sweep sweep_;
};

Tally sweep(const char* name, const Sweep& what) {
  const auto began = std::chrono::steady_clock::now();
  Tally tally = SweepOfCuts(what).tally;
  const double seconds_taken =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::printf("%s: %llu cuts, %.0f/s; first: %s\n", name,
              static_cast<unsigned long long>(tally.cuts),
              static_cast<double>(tally.cuts) / seconds_taken, tally.first.c_str());
  return tally;
}

}  // namespace

TEST_GROUP(QueuePowerCut){};

TEST(QueuePowerCut, every_cut_at_every_change_loses_nothing) {
  const Tally tally = sweep("as it is", {});
  STRCMP_EQUAL("", tally.first.c_str());
  CHECK(tally.cuts > 150 * swept_media().size());
}

const std::span kFew = std::span{kScenarios}.first(3);

// Planted: the sweep is worth something only if it sees these.

TEST(QueuePowerCut, planted_syncs_left_out_are_caught) {
  const Tally tally =
      sweep("planted: no sync", {.scenarios = kFew, .forgets = sim::FlashCall::sync});
  CHECK(tally.lost > 0);
}

TEST(QueuePowerCut, planted_directory_syncs_left_out_are_caught) {
  const Tally tally = sweep("planted: no directory sync",
                            {.scenarios = kFew, .forgets = sim::FlashCall::sync_directory});
  CHECK(tally.lost > 0);
}

TEST(QueuePowerCut, planted_acknowledged_before_stored_is_caught) {
  const Tally tally =
      sweep("planted: acknowledged before stored", {.scenarios = kFew, .promises_early = true});
  CHECK(tally.lost > 0);
}

// The medium forgot the commit that reserved. That commit also said how far the journal is kept, so
// both are gone.
constexpr const char* kNothingReserved[] = {
    "UPDATE stream SET readings_reserved_to = readings_accounted_to",
    "UPDATE ledger SET journal_kept_through = 0"};

TEST(QueuePowerCut, planted_position_reuse_is_caught) {
  const Tally tally =
      sweep("planted: nothing reserved",
            {.scenarios = kFew, .sabotage = kNothingReserved, .forgets_journal = true});
  CHECK(tally.duplicated > 0);
}

// The journal knows what was reserved, and ends the stream before a position is given twice.
TEST(QueuePowerCut, a_reservation_that_the_file_forgot_is_found_in_the_journal) {
  const Tally tally =
      sweep("nothing reserved, but witnessed", {.scenarios = kFew, .sabotage = kNothingReserved});
  LONGS_EQUAL(0, tally.duplicated);
}

// A cut between the two transactions leaves the passing over, without the gap record.
TEST(QueuePowerCut, planted_gap_record_in_a_second_transaction_is_caught) {
  constexpr const char* kNoGapRecord[] = {
      "UPDATE stream SET readings_accounted_to = readings_reserved_to"};
  const Tally tally =
      sweep("planted: gap record later", {.scenarios = kFew, .sabotage = kNoGapRecord});
  CHECK(tally.untold > 0);
}

// Power goes in the middle of the n-th change to the medium, for every n, while a journal is used
// as it is meant to be: append, keep what was appended elsewhere, start over. After each cut the
// work goes on, and is cut again: recovery is swept like everything else.
//
// Judged by arithmetic on positions, not by snapshots:
//   kept elsewhere ∪ read from the journal = everything that was ever safe, each position once.
#include <CppUTest/TestHarness.h>

#include <cstdio>
#include <map>

#include "tests/support/swept_media.h"
#include "tests/unit/files/journal/journal_on_sim.h"

using namespace hf;

namespace {

// The journal, what stands in for the queue, and all that the world promised anybody.
class Work {
 public:
  Work(const sim::MediumModel& model, std::uint64_t seed) : on_(seed), random_(seed) {
    on_.flash.set_model(model);
  }

  // Runs until the power goes after `changes` changes, or `steps` are done. True: all done.
  bool run(int steps, std::uint64_t changes) {
    on_.supply.lose_after(changes);
    bool done = look();
    for (int step = 0; done && step < steps; ++step) done = act();
    on_.come_back();
    return done;
  }

  // Opens the journal and compares. False: the power went.
  bool look() {
    if (!is_ok(on_.start(kept_through_))) return false;
    if (on_.found.lost_count != 0) ++lost;
    std::map<Journal::Position, Bytes> read;
    for (auto& record : on_.read_all()) {
      if (!read.emplace(record.position, record.bytes).second) ++duplicated;
      if (record.position <= kept_through_) ++duplicated;
      // Not safe yet, and yet there: allowed when it is what was being written.
      const auto promised = safe_.find(record.position);
      if (record.bytes != (promised != safe_.end() ? promised->second : in_flight_)) ++corrupt;
      safe_[record.position] = record.bytes;
    }
    for (const auto& [position, bytes] : safe_) {
      if (position > kept_through_ && read.count(position) == 0) ++lost;
    }
    return true;
  }

  int lost = 0, corrupt = 0, duplicated = 0;

 private:
  bool act() {
    const std::uint64_t dice = random_.below(10);
    if (dice == 0) return look();  // a process restarts
    if (dice < 3) {
      kept_through_ = on_.journal->last();  // the queue's commit
      if (random_.chance(1, 2)) on_.journal->start_over();
      return random_.chance(1, 2) || look();
    }
    in_flight_ = JournalOnSim::record(++name_, random_.below(JournalOnSim::kRecordRoomBytes - 28));
    const auto position = on_.journal->append(in_flight_);
    if (position.status() == Status::full) {
      kept_through_ = on_.journal->last();
      on_.journal->start_over();
      return true;
    }
    if (!position.ok()) return false;
    if (safe_.count(position.value()) != 0) ++duplicated;
    safe_[position.value()] = in_flight_;
    return true;
  }

  JournalOnSim on_;
  Random random_;
  Journal::Position kept_through_ = 0;
  std::map<Journal::Position, Bytes> safe_;  // all that append() or look() vouched for
  Bytes in_flight_;
  std::uint64_t name_ = 0;
};

}  // namespace

TEST_GROUP(JournalUnderPowerLoss){};

TEST(JournalUnderPowerLoss, every_cut_at_every_change_keeps_what_was_safe) {
  constexpr int kSteps = 30;
  std::uint64_t cuts = 0;
  for (const test::Medium& medium : test::swept_media()) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      bool done = false;
      for (std::uint64_t changes = 0; !done; ++changes) {
        Work work(medium.model, seed);
        done = work.run(kSteps, changes);
        // And again, soon after: the next ones meet recovery and the first appends behind it.
        for (std::uint64_t again = 0; again < 4; ++again, ++cuts) work.run(kSteps, again * 2);
        work.run(kSteps, 1'000'000);
        work.look();
        if (work.lost + work.corrupt + work.duplicated > 0) {
          std::printf("%s, seed %llu, cut %llu: %d lost, %d corrupt, %d duplicated\n", medium.name,
                      static_cast<unsigned long long>(seed),
                      static_cast<unsigned long long>(changes), work.lost, work.corrupt,
                      work.duplicated);
          FAIL("a cut broke a promise");
        }
      }
    }
  }
  CHECK(cuts > 150 * test::swept_media().size());
}

// A medium that forgets writes or syncs it acknowledged: nothing false may be served, least of all
// what an earlier generation left in the place of a forgotten write; and what is missing between
// two records must be counted. What was forgotten at the very end cannot be seen by anybody:
// nothing that follows tells of it.
TEST(JournalUnderPowerLoss, a_medium_that_lies_is_found_out_and_serves_nothing_false) {
  constexpr std::uint64_t kRecords = 12;
  int found_on_lying_medium = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    JournalOnSim on(seed);
    Random random(seed);
    CHECK(is_ok(on.start()));
    for (std::uint64_t name = 1; name <= kRecords; ++name) {
      CHECK(on.journal->append(JournalOnSim::record(name, random.below(5000))).ok());
    }
    on.journal->start_over();

    const auto call = random.chance(1, 2) ? sim::FlashCall::write : sim::FlashCall::sync;
    on.flash.plan({.call = call,
                   .fault = sim::Fault::forgotten,
                   .after = random.below(kRecords - 2),
                   .times = 1 + random.below(2)});
    std::map<Journal::Position, Bytes> safe;
    for (std::uint64_t name = kRecords + 1; name <= 2 * kRecords; ++name) {
      const Bytes bytes = JournalOnSim::record(name, random.below(5000));
      const auto position = on.journal->append(bytes);
      CHECK(position.ok());
      safe[position.value()] = bytes;
    }
    on.cut_power();
    CHECK(is_ok(on.start(random.chance(1, 2) ? kRecords : Journal::kNone)));
    Journal::Position newest = 0;
    for (const auto& read : on.read_all()) {
      CHECK(safe.count(read.position) == 1 && safe.at(read.position) == read.bytes);
      safe.erase(read.position);
      newest = read.position;
    }
    const auto missing_before_newest =
        static_cast<std::uint64_t>(std::distance(safe.begin(), safe.lower_bound(newest)));
    UNSIGNED_LONGLONGS_EQUAL(missing_before_newest, on.found.lost_count);
    found_on_lying_medium += on.found.lost_count > 0 ? 1 : 0;
  }
  CHECK(found_on_lying_medium > 100);
}

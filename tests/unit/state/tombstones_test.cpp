// R7: deleted documents are remembered long enough, and no longer.
#include <CppUTest/TestHarness.h>

#include <memory>
#include <string>

#include "tests/support/replica_on_sim.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::test;

TEST_GROUP(Tombstones) {
  ReplicaOnSim site;
  HubPen hub;
  static constexpr state::Editor kAnna{.side = documents::Side::local, .author = "anna"};

  void setup() override { STATUS_EQUAL(Status::ok, site.start()); }

  void remove(const documents::DocumentId& id) {
    STATUS_EQUAL(Status::ok, site.set("active", 1));
    STATUS_EQUAL(Status::ok, site.replica->bury(id, kAnna, site.utc));
  }
  // What reconciling does when the receipt has come.
  void acknowledge() {
    for (std::uint32_t place = site.replica->next_untold(0); place < site.replica->count();
         place = site.replica->next_untold(place)) {
      site.replica->note_told(place);
    }
    site.replica->await_told();
    site.replica->note_held();
  }
  void run(int hours_long) {
    for (int hour = 0; hour < hours_long; ++hour) {
      site.pass(hours(1));
      site.on.shelf->serve(site.on.now);
      site.replica->serve(site.on.now);
    }
  }
};

TEST(Tombstones, R7_is_forgotten_thirty_days_after_the_other_end_had_it_and_not_before) {
  remove(kPump);
  acknowledge();
  run(30 * 24 - 1);
  UNSIGNED_LONGS_EQUAL(1, site.replica->tombstones());
  run(2);
  UNSIGNED_LONGS_EQUAL(0, site.replica->count());
  UNSIGNED_LONGLONGS_EQUAL(1, site.replica->counts().forgotten);
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  UNSIGNED_LONGS_EQUAL(0, site.replica->count());
}

TEST(Tombstones, R7_one_that_the_other_end_may_not_have_is_never_forgotten) {
  remove(kPump);
  run(100 * 24);
  UNSIGNED_LONGS_EQUAL(1, site.replica->tombstones());
}

TEST(Tombstones, R7_a_clock_that_leaps_ten_years_forgets_nothing) {
  remove(kPump);
  acknowledge();
  site.utc.at = site.utc.at + days(3650);
  run(24);
  UNSIGNED_LONGS_EQUAL(1, site.replica->tombstones());
}

TEST(Tombstones, R7_the_time_goes_on_after_a_power_cut) {
  remove(kPump);
  acknowledge();
  for (int day = 0; day < 29; ++day) {
    run(24);
    STATUS_EQUAL(Status::ok, site.cut_and_start());
  }
  UNSIGNED_LONGS_EQUAL(1, site.replica->tombstones());
  run(3 * 24);
  UNSIGNED_LONGS_EQUAL(0, site.replica->tombstones());
}

TEST(Tombstones, R7_the_age_of_an_earlier_deletion_is_not_that_of_a_later_one) {
  remove(kPump);
  acknowledge();
  run(29 * 24);
  remove(kPump);  // lived again, and was deleted again
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  CHECK(site.replica->next_untold(0) == 0);
  run(2 * 24);
  UNSIGNED_LONGS_EQUAL(1, site.replica->tombstones());
}

TEST(Tombstones, R7_what_upstream_deleted_it_holds_itself) {
  STATUS_EQUAL(Status::ok, site.set("active", 1));
  documents::DocumentView document;
  CHECK(site.replica->find(kPump, document));
  const auto delta = std::make_unique<documents::Document>();
  STATUS_EQUAL(Status::ok, documents::bury(document,
                                           {.stamp = {site.utc.at.ms + 10, 0, {7}},
                                            .side = documents::Side::upstream,
                                            .author = "hub"},
                                           *delta));
  STATUS_EQUAL(Status::ok, site.replica->take(delta->view(), site.utc));
  CHECK(site.replica->next_untold(0) == site.replica->count());
  run(30 * 24 + 1);
  UNSIGNED_LONGS_EQUAL(0, site.replica->count());
}

TEST(Tombstones, what_the_other_end_has_not_forgotten_yet_does_not_come_back_as_a_tombstone) {
  remove(kPump);
  documents::DocumentView document;
  CHECK(site.replica->find(kPump, document));
  const auto theirs = std::make_unique<documents::Document>();
  theirs->assign(document);
  acknowledge();
  run(30 * 24 + 1);
  site.utc.at = site.utc.at + days(1);
  STATUS_EQUAL(Status::ok, site.replica->take(theirs->view(), site.utc));
  UNSIGNED_LONGS_EQUAL(0, site.replica->count());
}

TEST(Tombstones, one_that_somebody_needs_stays) {
  struct Keeper final : state::GraveKeeper {
    bool needs(const documents::DocumentId& id) const override { return id == kPump; }
  } keeper;
  site.replica->keep_graves_for(keeper);
  remove(kPump);
  acknowledge();
  run(40 * 24);
  UNSIGNED_LONGS_EQUAL(1, site.replica->tombstones());
}

// The store has room for 64 documents here.
TEST(Tombstones, ten_thousand_things_made_and_deleted_one_each_day_do_not_fill_the_store) {
  for (int number = 0; number < 10'000; ++number) {
    const std::string key = "thing-" + std::to_string(number);
    const documents::DocumentId id{.collection = "equipment", .key = key};
    STATUS_EQUAL(Status::ok, site.set("name", documents::Value::text("new"), "anna", id));
    STATUS_EQUAL(Status::ok, site.replica->bury(id, kAnna, site.utc));
    acknowledge();
    run(24);
    CHECK(site.replica->count() <= 32);
  }
  CHECK(site.replica->counts().forgotten >= 10'000 - 32);
}

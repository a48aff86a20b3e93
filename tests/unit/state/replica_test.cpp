#include "state/replica.h"

#include <CppUTest/TestHarness.h>

#include <set>
#include <string>
#include <vector>

#include "tests/support/replica_on_sim.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::test;
using documents::DocumentView;
using documents::Value;

namespace {

struct Told final : state::DocumentObserver {
  void changed(const state::Changed& change) override {
    std::string text(change.document.id().key);
    text += change.from == documents::Side::upstream ? " from upstream" : " from here";
    told.push_back(text);
  }
  std::vector<std::string> told;
};

}  // namespace

TEST_GROUP(Replica) {
  ReplicaOnSim site;
  HubPen hub;
  void setup() override { STATUS_EQUAL(Status::ok, site.start()); }

  DocumentView pump() const {
    DocumentView document;
    CHECK(site.replica->find(kPump, document));
    return document;
  }
};

TEST(Replica, R1_an_edit_is_there_at_once_and_after_a_power_cut) {
  STATUS_EQUAL(Status::ok, site.set("speed", 5));
  LONGS_EQUAL(5, site.says("speed"));
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  LONGS_EQUAL(5, site.says("speed"));
  STATUS_EQUAL(Status::ok, site.replica->bury(kPump, {documents::Side::local, "anna"}, site.utc));
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  LONGS_EQUAL(-1, site.says("speed"));
  CHECK(pump().is_tombstone());
}

TEST(Replica, R2_what_lost_is_in_the_audit_after_a_power_cut_and_can_be_restored) {
  STATUS_EQUAL(Status::ok, site.set("speed", 5));
  STATUS_EQUAL(Status::ok,
               site.replica->take(hub.writes(kPump, "speed", 9, kBeginningMs + 1000), site.utc));
  LONGS_EQUAL(9, site.says("speed"));
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  const documents::AuditEntry* entry = site.replica->audit().find(1);
  CHECK(entry != nullptr);
  STRCMP_EQUAL("anna", entry->lost_author.c_str());
  STRCMP_EQUAL("hub", entry->won_author.c_str());
  LONGS_EQUAL(5, entry->value().as_integer());
  STATUS_EQUAL(Status::not_found,
               site.replica->restore(2, {documents::Side::local, "anna"}, site.utc));
  STATUS_EQUAL(Status::ok, site.replica->restore(1, {documents::Side::local, "bert"}, site.utc));
  LONGS_EQUAL(5, site.says("speed"));
  CHECK(site.replica->audit().newest_number() >= 2);  // the hub's value, in turn
}

TEST(Replica, R3_no_stamp_is_issued_twice_whatever_the_clock_and_the_power_do) {
  std::set<documents::Stamp> issued;
  for (int boot = 0; boot < 20; ++boot) {
    site.utc.quality = boot % 3 == 0 ? TimeQuality::unset : TimeQuality::synced;
    site.utc.at = {kBeginningMs - (boot % 4) * 1000};
    site.on.flash.set_state(boot % 5 == 4 ? hal::MediumState::read_only
                                          : hal::MediumState::writable);
    static_cast<void>(site.cut_and_start());
    for (int edit = 0; edit < 5; ++edit) {
      const Status status = site.set("speed", edit);
      CHECK(is_ok(status) || status == Status::unavailable);
      CHECK(issued.insert(site.replica->latest_own()).second);
      if (boot % 7 == 3 && edit == 2) site.on.flash.set_state(hal::MediumState::missing);
    }
  }
}

TEST(Replica, R4_a_stamp_from_the_future_is_kept_out_and_told) {
  const std::int64_t far = kBeginningMs + days(400).ms;
  STATUS_EQUAL(Status::refused, site.replica->take(hub.writes(kPump, "speed", 9, far), site.utc));
  LONGS_EQUAL(-1, site.says("speed"));
  CHECK(site.replica->audit().find(1)->reason == documents::LossReason::ahead_of_time);
  STATUS_EQUAL(Status::ok, site.set("speed", 5));
}

TEST(Replica, R4_what_was_believed_without_a_clock_is_taken_back_with_one) {
  site.utc.quality = TimeQuality::unset;
  const std::int64_t far = kBeginningMs + days(400).ms;
  STATUS_EQUAL(Status::ok, site.set("colour", 3));
  STATUS_EQUAL(Status::ok, site.replica->take(hub.writes(kPump, "speed", 9, far), site.utc));
  LONGS_EQUAL(9, site.says("speed"));
  site.utc.quality = TimeQuality::synced;
  STATUS_EQUAL(Status::ok, site.set("speed", 5));
  LONGS_EQUAL(5, site.says("speed"));
  LONGS_EQUAL(3, site.says("colour"));
  CHECK(site.replica->latest_own().ms <= site.utc.at.ms);
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  LONGS_EQUAL(5, site.says("speed"));
}

TEST(Replica, R4_a_clock_that_is_set_right_takes_out_what_lies_ahead_of_it) {
  STATUS_EQUAL(Status::ok, site.set("speed", 5));
  site.utc.at = site.utc.at + days(400);
  STATUS_EQUAL(Status::ok, site.set("colour", 3));
  const documents::DocumentId other{.collection = "equipment", .key = "pump-2"};
  STATUS_EQUAL(Status::ok, site.set("speed", Value::integer(7), "anna", other));
  CHECK_FALSE(site.replica->heed(site.utc));
  site.utc.at = site.utc.at - days(400);
  CHECK_TRUE(site.replica->heed(site.utc));
  CHECK_FALSE(site.replica->heed(site.utc));
  LONGS_EQUAL(5, site.says("speed"));
  LONGS_EQUAL(-1, site.says("colour"));
  UNSIGNED_LONGS_EQUAL(1, site.replica->count());  // nothing is left of the other one
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  UNSIGNED_LONGS_EQUAL(1, site.replica->count());
  CHECK(site.replica->audit().find(2)->reason == documents::LossReason::ahead_of_time);
}

TEST(Replica, R5_what_does_not_fit_is_full_and_nothing_goes_for_it) {
  const std::string text(250, 'x');
  int kept = 0;
  Status status = Status::ok;
  for (; is_ok(status) && kept < 1000; kept += is_ok(status) ? 1 : 0) {
    const std::string key = "pump-" + std::to_string(kept);
    status = site.set("name", Value::text(text), "anna", {"equipment", key});
  }
  STATUS_EQUAL(Status::full, status);
  LONGS_EQUAL(kept, site.replica->count());
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  LONGS_EQUAL(kept, site.replica->count());
}

TEST(Replica, R6_a_document_damaged_on_flash_is_not_served_and_may_be_written_again) {
  STATUS_EQUAL(Status::ok, site.set("speed", 5));
  STATUS_EQUAL(Status::ok, site.on.shelf->put("equipment", "pump-1", bytes_of("no document")));
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  LONGS_EQUAL(-1, site.says("speed"));
  UNSIGNED_LONGLONGS_EQUAL(1, site.replica->counts().damaged);
  STATUS_EQUAL(Status::ok, site.set("speed", 6));
  LONGS_EQUAL(6, site.says("speed"));
}

TEST(Replica, without_a_medium_it_works_in_memory_and_writes_when_there_is_one) {
  site.on.flash.set_state(hal::MediumState::missing);
  STATUS_EQUAL(Status::unavailable, site.cut_and_start());
  STATUS_EQUAL(Status::unavailable, site.set("speed", 5));
  LONGS_EQUAL(5, site.says("speed"));
  UNSIGNED_LONGS_EQUAL(1, site.replica->dirty_count());
  site.on.flash.set_state(hal::MediumState::writable);
  site.pass(minutes(10));
  site.on.shelf->serve(site.on.now);
  site.replica->serve(site.on.now);
  UNSIGNED_LONGS_EQUAL(0, site.replica->dirty_count());
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  LONGS_EQUAL(5, site.says("speed"));
}

TEST(Replica, observers_hear_of_what_changed_and_of_nothing_else) {
  Told told;
  site.replica->observe(told);
  STATUS_EQUAL(Status::ok, site.set("speed", 5));
  const DocumentView delta = hub.writes(kPump, "speed", 9, kBeginningMs + 1000);
  STATUS_EQUAL(Status::ok, site.replica->take(delta, site.utc));
  STATUS_EQUAL(Status::ok, site.replica->take(delta, site.utc));
  LONGS_EQUAL(2, told.told.size());
  STRCMP_EQUAL("pump-1 from here", told.told[0].c_str());
  STRCMP_EQUAL("pump-1 from upstream", told.told[1].c_str());
  UNSIGNED_LONGLONGS_EQUAL(1, site.replica->counts().known);
}

TEST(Replica, a_collection_that_nobody_knows_is_refused) {
  STATUS_EQUAL(Status::invalid, site.set("speed", Value::integer(1), "anna", {"gossip", "x"}));
  STATUS_EQUAL(Status::invalid,
               site.replica->take(hub.writes({"gossip", "x"}, "speed", 9, kBeginningMs), site.utc));
}

TEST(Replica, documents_stand_in_order_by_collection) {
  for (const char* key : {"b", "c", "a"}) {
    STATUS_EQUAL(Status::ok, site.set("n", Value::integer(1), "anna", {"equipment", key}));
    STATUS_EQUAL(Status::ok, site.set("n", Value::integer(1), "anna", {"nodes", key}));
  }
  std::string keys;
  for (std::uint32_t place = site.replica->first_of("nodes"); place < site.replica->count();
       ++place) {
    keys += site.replica->at(place).id().key;
  }
  STRCMP_EQUAL("abc", keys.c_str());
  LONGS_EQUAL(0, site.replica->first_of("equipment"));
}
